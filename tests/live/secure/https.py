"""A proxy that ends TLS for the panel, and a person whose Chromium believes an authority."""

import select
import socket
import ssl
import subprocess
import threading
from pathlib import Path


class Proxy:
    """Takes connections by TLS, and carries their bytes to the panel and back. A context manager."""

    def __init__(self, port: int, panel: int, certificate: Path) -> None:
        self._panel = panel
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(certificate)
        self._listener = socket.create_server(("127.0.0.1", port))

    def __enter__(self) -> "Proxy":
        threading.Thread(target=self._take, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.close()

    def _take(self) -> None:
        while True:
            try:
                came, _address = self._listener.accept()
            except OSError:
                return  # it was closed
            threading.Thread(target=self._carry, args=(came,), daemon=True).start()

    def _carry(self, came: socket.socket) -> None:
        try:
            with (
                self._context.wrap_socket(came, server_side=True) as browser,
                socket.create_connection(("127.0.0.1", self._panel)) as panel,
            ):
                while pass_on(browser, panel):
                    pass
        except OSError:
            return  # one side hung up, or did not believe the certificate


def pass_on(browser: ssl.SSLSocket, panel: socket.socket) -> bool:
    """Carry what there is. False: one side has hung up."""
    ready = [browser] if browser.pending() else select.select([browser, panel], [], [])[0]
    for one in ready:
        content = one.recv(65536)
        if not content:
            return False
        (panel if one is browser else browser).sendall(content)
    return True


def home_that_believes(folder: Path, authority: Path) -> Path:
    """A person's folder, in which Chromium finds an authority that the person imported."""
    database = folder / ".pki/nssdb"
    database.mkdir(parents=True)
    for words in (["-N", "--empty-password"], ["-A", "-n", "authority", "-t", "C,,", "-i", str(authority)]):
        subprocess.run(["certutil", "-d", f"sql:{database}", *words], check=True, capture_output=True)
    return folder
