"""The web server's process: uvicorn with the panel and the API."""

import asyncio
import sys
from contextlib import suppress
from email.utils import formatdate
from types import FrameType

import uvicorn
from django.conf import settings
from uvicorn.config import STARTUP_FAILURE

from .asgi_types import Application, Message, Receive, Scope, Send
from .garbage import kept_for_good

_GRACE = 2
"""Seconds for answers that are on their way when the end has come."""


def main() -> None:
    """Serve until SIGTERM or SIGINT."""
    server = QuietServer(
        uvicorn.Config(
            Dated(_application()),
            host=settings.BIND,
            port=settings.HTTP_PORT,
            access_log=False,
            server_header=False,
            date_header=False,
            timeout_graceful_shutdown=_GRACE,
            lifespan="on",
            # From where a request comes is believed of named proxies only: lock-outs count by address.
            proxy_headers=bool(settings.PROXIES),
            forwarded_allow_ips=settings.PROXIES or None,
        )
    )
    with suppress(KeyboardInterrupt):
        server.run()
    if not server.started:
        sys.exit(STARTUP_FAILURE)


def _application() -> Application:
    """Load all pages and operations before anybody asks."""
    with kept_for_good():
        from centralka import urls  # noqa: F401
        from centralka.asgi import application
    return application


class Dated:
    """Write the header `date` into each answer (RFC 9110, 6.6.1): uvicorn would wake once a second to have it ready."""

    def __init__(self, application: Application) -> None:
        self._application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def dated(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = [(b"date", formatdate(usegmt=True).encode()), *message.get("headers", [])]
                message = {**message, "headers": headers}
            await send(message)

        await self._application(scope, receive, dated)


class QuietServer(uvicorn.Server):
    """uvicorn's server, but it sleeps until somebody asks, or tells it to end. uvicorn's own wakes ten times a second
    to look for its end."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._told = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    async def main_loop(self) -> None:
        self._loop = asyncio.get_running_loop()
        if not self.should_exit:
            await self._told.wait()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        super().handle_exit(sig, frame)
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._told.set)
