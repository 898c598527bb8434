"""The panel and the API as one ASGI application, served by uvicorn."""

import asyncio
import logging
import os
from collections.abc import Callable, Iterable

import django
from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIHandler
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.http import parse_header_parameters

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "centralka.settings")
django.setup(set_prefix=False)

from centralka.asgi_types import Application, Message, Receive, Scope, Send  # noqa: E402 (settings are read by Django's set-up)
from centralka.certificates.acme.answers import Answers  # noqa: E402 (the same)
from centralka.certificates.source import obtaining  # noqa: E402 (the same)
from centralka.challenges import Challenges  # noqa: E402 (the same)
from centralka.client_addresses import ClientAddress  # noqa: E402 (the same)
from centralka.logs import write_logs  # noqa: E402 (the same)
from centralka.store.notes import Writer  # noqa: E402 (a table is known only after Django's set-up)


class InOneThread(ASGIHandler):
    """Django, but a request goes into its thread once: through all of the middleware to the view, and back.

    Django's own way changes between event loop and thread at each middleware, which costs a page 1.4 ms
    (docs/decisions/0013).
    """

    def load_middleware(self, is_async: bool = True) -> None:
        """Load it as for a server that has threads alone."""
        super().load_middleware(is_async=False)

    async def get_response_async(self, request: HttpRequest) -> HttpResponseBase:
        """Answer a request; a view that is a coroutine runs in the event loop, and the thread waits for it."""
        return await sync_to_async(self.get_response, thread_sensitive=True)(request)


LARGEST_BODY = 24 * 1024 * 1024
"""Bytes: a price list of 20 MB and what is around it. Without a limit one request of a stranger could fill the disk."""


_READ_AT_MOST = 300 * 1024 * 1024
"""Bytes of a larger one that are read and thrown away: a client that is still sending never sees an answer."""


class TooLarge(Exception):
    """The body of a request is larger than any that is wanted."""

    def __init__(self, goes_on: bool) -> None:
        self.goes_on = goes_on


class BodyLimit:
    """Answer 413 before Django has stored a body that is too large, whether its length is announced or not."""

    def __init__(self, application: Application) -> None:
        self._application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._application(scope, receive, send)
            return
        try:
            await self._application(scope, _counting(receive), send)
        except TooLarge as body:
            if body.goes_on:
                await _read_to_the_end(receive)
            await _refuse(send)


def _counting(receive: Receive) -> Receive:
    got = 0

    async def counted() -> Message:
        nonlocal got
        message = await receive()
        got += len(message.get("body", b""))
        if got > LARGEST_BODY:
            raise TooLarge(message.get("more_body", False))
        return message

    return counted


async def _read_to_the_end(receive: Receive) -> None:
    left = _READ_AT_MOST
    while left > 0:
        message = await receive()
        left -= len(message.get("body", b""))
        if not message.get("more_body"):
            return


async def _refuse(send: Send) -> None:
    headers = [(b"connection", b"close"), (b"content-type", b"text/plain; charset=utf-8")]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    text = (
        "Ten plik jest za duży. Wróć i wybierz mniejszy.\nThis file is too large. Go back and choose a smaller one.\n"
    )
    await send({"type": "http.response.body", "body": text.encode()})


LONGEST_MEDIA_TYPE = 1000
"""Characters of a Content-Type with its parameters: a boundary has at most 70 of them (RFC 2046 5.1.1)."""


class ReadableMediaType:
    """Take away a Content-Type that nobody can mean; then the request has none, and is answered as such.

    Django would read 64 KiB of quoted semicolons for four seconds, and end at an encoding that it does not know, before
    any page or operation is asked.
    """

    def __init__(self, application: Application) -> None:
        self._application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not _can_be_read(_media_type(scope["headers"])):
            scope = {**scope, "headers": [header for header in scope["headers"] if header[0] != _CONTENT_TYPE]}
        await self._application(scope, receive, send)


_CONTENT_TYPE = b"content-type"


def _media_type(headers: Iterable[tuple[bytes, bytes]]) -> str:
    """Read the Content-Type as Django puts it together where it was sent several times."""
    return ",".join(value.decode("latin-1") for name, value in headers if name == _CONTENT_TYPE)


def _can_be_read(media_type: str) -> bool:
    if len(media_type) > LONGEST_MEDIA_TYPE:
        return False
    try:
        parse_header_parameters(media_type)
    except ValueError:
        return False
    return True


class WithNotes:
    """Write what the requests noted, as long as the server lives (ASGI's lifespan)."""

    def __init__(self, application: Application, new_writer: Callable[[], Writer] = Writer) -> None:
        self._application = application
        self._new_writer = new_writer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "lifespan":
            await self._application(scope, receive, send)
            return
        await receive()
        writer = self._new_writer()
        writer.start()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await asyncio.to_thread(writer.stop)
        await send({"type": "lifespan.shutdown.complete"})


class WithLogs:
    """Log as the other processes do, as soon as a server begins: what only imports this keeps its own logs."""

    def __init__(self, application: Application) -> None:
        self._application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            write_logs()
            _log_as_ours("uvicorn")
        await self._application(scope, receive, send)


def _log_as_ours(library: str) -> None:
    """Give a library's lines to the handler of all others, in place of its own."""
    log = logging.getLogger(library)
    log.handlers.clear()
    log.propagate = True


def _answers() -> Answers | None:
    wanted = obtaining()
    return wanted.answers if wanted else None


application = WithLogs(WithNotes(ClientAddress(Challenges(BodyLimit(ReadableMediaType(InOneThread())), _answers))))
