"""One request to a gateway: what is certain about it, and what is not."""

import ssl
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from time import monotonic
from urllib.parse import urlsplit

from centralka.sms.gateway_words import NotTaken, Request, Unclear

CONNECT_SECONDS = 5.0
ANSWER_SECONDS = 15.0
"""Until the whole answer is there, however slowly it drips."""
MOST_BYTES = 64 * 1024
"""No answer to one message is longer."""
MOST_OF_A_LIST = 2 * 1024 * 1024
_PIECE = 4096


class Answered:
    """The status and the content of an answer."""

    def __init__(self, status: int, body: bytes) -> None:
        self.status = status
        self.body = body


def exchange(
    request: Request, *, connect: float = CONNECT_SECONDS, answer: float = ANSWER_SECONDS, most: int = MOST_BYTES
) -> Answered | NotTaken | Unclear:
    """Send a request once; redirects are not followed. An answer may have `most` bytes.

    `NotTaken`: no byte of it left us. `Unclear`: it left, and what came back tells nothing.
    """
    url = urlsplit(request.address)
    return exchange_over(
        _connection(url.scheme, url.hostname or "", url.port, connect), request, answer=answer, most=most
    )


def exchange_over(
    connection: HTTPConnection, request: Request, *, answer: float = ANSWER_SECONDS, most: int = MOST_BYTES
) -> Answered | NotTaken | Unclear:
    """Send a request once over a connection that is not open yet, and close it; as `exchange`."""
    url = urlsplit(request.address)
    try:
        connection.connect()
    except (OSError, ValueError) as problem:
        connection.close()
        return NotTaken(f"no connection: {type(problem).__name__}")
    try:
        path = (url.path or "/") + (f"?{url.query}" if url.query else "")
        return _answered(connection, request, path, monotonic() + answer, most)
    except (OSError, HTTPException, ValueError) as problem:
        return Unclear(f"no answer: {type(problem).__name__}")
    finally:
        connection.close()


def _connection(scheme: str, host: str, port: int | None, seconds: float) -> HTTPConnection:
    if scheme == "https":
        return HTTPSConnection(host, port, timeout=seconds, context=ssl.create_default_context())
    return HTTPConnection(host, port, timeout=seconds)


def _answered(connection: HTTPConnection, request: Request, path: str, until: float, most: int) -> Answered | Unclear:
    _wait_at_most(connection, until)
    connection.request(request.method, path, request.body or None, dict(request.headers))
    response = connection.getresponse()
    body = b""
    while piece := response.read1(_PIECE):
        body += piece
        if len(body) > most:
            return Unclear("a huge answer")
        _wait_at_most(connection, until)
    return Answered(response.status, body)


def _wait_at_most(connection: HTTPConnection, until: float) -> None:
    """Let no single wait go beyond the end of all. Raises TimeoutError when that has come."""
    left = until - monotonic()
    if left <= 0:
        raise TimeoutError
    if connection.sock is not None:  # gone once a response without keep-alive took it over
        connection.sock.settimeout(left)
