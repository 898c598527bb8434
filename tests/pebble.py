"""Pebble, the authority by which Let's Encrypt has its clients tried (Debian's `pebble`), with a DNS of its own."""

import json
import os
import socket
import ssl
import subprocess
import time
import urllib.request
from datetime import UTC, datetime
from pathlib import Path

from centralka.certificates.own_authority import AUTHORITY, own_certificate
from tests.live.ports import INSTALLATIONS, lease


def a_port() -> int:
    """One that nobody else gets until it is used, also not as the near end of a connection."""
    return lease(INSTALLATIONS)


class Pebble:
    """A context manager. Each name is this machine; answers are looked for at `http_port`."""

    def __init__(self, folder: Path, http_port: int) -> None:
        self._folder = folder
        self._port, self._management, self._dns, self._names = (a_port() for _each in range(4))
        self._http_port = http_port
        self._processes: list[subprocess.Popen[bytes]] = []
        own_certificate(folder, ("localhost", "127.0.0.1"), datetime.now(UTC))

    @property
    def directory(self) -> str:
        return f"https://localhost:{self._port}/dir"

    @property
    def trusted(self) -> Path:
        """The authority of pebble's own pages."""
        return self._folder / AUTHORITY

    def root(self) -> Path:
        """The authority of the certificates that it gives; another one at each start."""
        found = self._folder / "root.pem"
        found.write_bytes(self._page(f"https://localhost:{self._management}/roots/0"))
        return found

    def __enter__(self) -> "Pebble":
        certificate = str(self._folder / "certificate.pem")
        settings = {
            "listenAddress": f"127.0.0.1:{self._port}",
            "managementListenAddress": f"127.0.0.1:{self._management}",
            "certificate": certificate,
            "privateKey": certificate,
            "httpPort": self._http_port,
            "tlsPort": 1,
            "ocspResponderURL": "",
            "externalAccountBindingRequired": False,
        }
        config = self._folder / "pebble.json"
        config.write_text(json.dumps({"pebble": settings}))
        names = ["pebble-challtestsrv", "-dns01", f"127.0.0.1:{self._dns}", "-management", f"127.0.0.1:{self._names}"]
        self._start(*names, "-http01", "", "-https01", "", "-tlsalpn01", "", "-defaultIPv6", "")
        self._start("pebble", "-config", str(config), "-dnsserver", f"127.0.0.1:{self._dns}")
        for _each in range(1000):
            try:
                self._page(self.directory)
                socket.create_connection(("127.0.0.1", self._names), 5).close()  # the names are there, too
                return self
            except OSError:
                time.sleep(0.05)
        raise AssertionError("pebble does not answer")

    def __exit__(self, *_: object) -> None:
        self.end()

    def end(self) -> None:
        for process in self._processes:
            process.kill()
            process.wait()
        self._processes.clear()

    def _start(self, *command: str) -> None:
        nothing, at_once = subprocess.DEVNULL, os.environ | {"PEBBLE_VA_NOSLEEP": "1"}
        process = subprocess.Popen(command, env=at_once, stdin=nothing, stdout=nothing, stderr=nothing)
        self._processes.append(process)

    def _page(self, address: str) -> bytes:
        believing = ssl.create_default_context(cafile=self.trusted)
        with urllib.request.urlopen(address, timeout=5, context=believing) as answer:
            return bytes(answer.read())
