"""The web server's process: uvicorn with the panel and the API."""

import asyncio
import sys
from contextlib import suppress
from types import FrameType

import uvicorn
from django.conf import settings
from uvicorn.config import STARTUP_FAILURE

from .asgi_types import Application
from .garbage import kept_for_good

_LOOK_EVERY = 1.0
"""Seconds: as often uvicorn puts the time into the header `date`."""
_GRACE = 2
"""Seconds for answers that are on their way when the end has come."""


def main() -> None:
    """Serve until SIGTERM or SIGINT."""
    server = QuietServer(
        uvicorn.Config(
            _application(),
            host=settings.BIND,
            port=settings.HTTP_PORT,
            access_log=False,
            server_header=False,
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


class QuietServer(uvicorn.Server):
    """uvicorn's server, but it is told of its end. uvicorn's own wakes ten times a second to look for it, which costs
    more than all other processes of a quiet house that are not the engine's or the switchboard's."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._told = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    async def main_loop(self) -> None:
        self._loop = asyncio.get_running_loop()
        # Each look is one of those at which uvicorn puts the time into its header.
        while not await self.on_tick(0):
            with suppress(TimeoutError):
                async with asyncio.timeout(_LOOK_EVERY):
                    await self._told.wait()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        super().handle_exit(sig, frame)
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._told.set)
