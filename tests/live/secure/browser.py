"""Open a WebSocket as a browser does (RFC 6455), and speak SIP through it (RFC 7118), without a browser."""

import base64
import os
import socket
import ssl
from contextlib import closing

OPCODE_TEXT, OPCODE_PING = 1, 9


class Refused(Exception):
    """The status that was answered in place of 101; 0: the connection was closed."""


class Browser:
    """One connection to the port for secure WebSocket; nothing of it is left after the `with` block."""

    def __init__(
        self, port: int, context: ssl.SSLContext, protocol: str = "sip", path: str = "/", source: str = "127.0.0.1"
    ) -> None:
        plain = socket.create_connection(("127.0.0.1", port), 10, (source, 0))
        self._socket = context.wrap_socket(plain, server_hostname="localhost")
        key = base64.b64encode(os.urandom(16)).decode()
        lines = [
            f"GET {path} HTTP/1.1", f"Host: localhost:{port}", "Upgrade: websocket", "Connection: Upgrade",
            f"Sec-WebSocket-Key: {key}", f"Sec-WebSocket-Protocol: {protocol}", "Sec-WebSocket-Version: 13",
            "Origin: https://panel.centralka.example",
        ]  # fmt: skip
        self._socket.sendall("\r\n".join([*lines, "", ""]).encode())
        head = b""
        while b"\r\n\r\n" not in head and (more := self._socket.recv(1)):
            head += more
        status = head.split(b" ")[1].decode() if head else "0"
        if status != "101":
            self._socket.close()
            raise Refused(status)

    def __enter__(self) -> "Browser":
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def send(self, text: str) -> None:
        """Send a text frame, masked as a browser has to."""
        content, mask = text.encode(), os.urandom(4)
        length = bytes([0x80 | 126]) + len(content).to_bytes(2, "big")
        masked = bytes(one ^ mask[at % 4] for at, one in enumerate(content))
        self._socket.sendall(bytes([0x80 | OPCODE_TEXT]) + length + mask + masked)

    def answer(self) -> str:
        """Return the next message; "" when the connection is closed."""
        while True:
            head = self._read(2)
            if len(head) < 2:
                return ""
            length = head[1] & 0x7F
            if length == 126:
                length = int.from_bytes(self._read(2), "big")
            content = self._read(length)
            if head[0] & 0x0F == OPCODE_TEXT:
                return content.decode()
            if head[0] & 0x0F != OPCODE_PING:
                return ""

    def _read(self, count: int) -> bytes:
        got = b""
        while len(got) < count and (more := self._socket.recv(count - len(got))):
            got += more
        return got


def speaks_http(port: int, context: ssl.SSLContext | None, request: bytes) -> bytes:
    """Send a request to a port, by TLS or without. Returns what is answered until the connection is closed."""
    with closing(socket.create_connection(("127.0.0.1", port), 10)) as plain:
        made = context.wrap_socket(plain, server_hostname="localhost") if context else plain
        with closing(made):
            made.sendall(request)
            answered = b""
            while more := made.recv(4096):
                answered += more
            return answered
