"""The panel and the API under uvicorn, as `make run` starts them, on the tests' database."""

import os
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection

from centralka.messages import compile_messages
from tests.live.ports import INSTALLATIONS, give_back, lease

REPOSITORY = Path(__file__).parents[1]
PATIENCE = 120.0


def share_database(folder: Path) -> None:
    """Keep the tests' SQLite database in a file, so that a server sees the rows that a test makes.

    To be called before any suite makes its database: while conftest.py is read.
    """
    if connection.vendor == "sqlite":
        connection.settings_dict["TEST"]["NAME"] = str(folder / "test.sqlite3")


def database_url() -> str:
    """Return the address at which a server finds the tests' database."""
    name = str(connection.settings_dict["NAME"])
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    return str(urlsplit(settings.DATABASE_URL)._replace(path=f"/{name}").geturl())


@dataclass
class Server:
    """One uvicorn process; `stop` leaves nothing behind."""

    home: Path
    database_url: str
    port: int = field(default_factory=lambda: lease(INSTALLATIONS))
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def session_cookie(self) -> str:
        return f"centralka_session_{self.port}"

    @property
    def csrf_cookie(self) -> str:
        return f"centralka_csrf_{self.port}"

    def start(self) -> None:
        self.home.mkdir(parents=True)
        compile_messages(self.home / "locale")
        (self.home / "static").symlink_to(settings.STATIC_ROOT)
        environment = {
            **os.environ,
            "PYTHONPATH": str(REPOSITORY / "src"),
            "CENTRALKA_HOME": str(self.home),
            "CENTRALKA_DATABASE_URL": self.database_url,
            "CENTRALKA_HTTP_PORT": str(self.port),
            "CENTRALKA_PUBLIC_URL": self.url,
            # Sessions are made by the test and read by the server.
            "CENTRALKA_SECRET_KEY": settings.SECRET_KEY,
        }
        uvicorn = [sys.executable, "-m", "uvicorn", "centralka.asgi:application", "--port", str(self.port)]
        with (self.home / "web.log").open("wb") as log:
            self.process = subprocess.Popen(
                [*uvicorn, "--log-level", "warning", "--timeout-graceful-shutdown", "1"],
                env=environment,
                stdout=log,
                stderr=log,
            )
        self._wait(self.process)

    def _wait(self, process: subprocess.Popen[bytes]) -> None:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until and process.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
            except OSError:
                time.sleep(0.05)
            else:
                return
        raise AssertionError(f"the server did not start:\n{self.log()}")

    def log(self) -> str:
        return (self.home / "web.log").read_text(errors="replace")

    def stop(self) -> None:
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        give_back(self.port)
