"""The panel and the API as one ASGI application, served by uvicorn."""

import os
from typing import Any

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "centralka.settings")

LARGEST_BODY = 2 * 1024 * 1024
"""Bytes; twice of what the API and forms take. Without a limit a stranger could fill the disk with one request."""


class TooLarge(Exception):
    """The body of a request has no end in sight."""


class BodyLimit:
    """Answers 413 before Django has stored a body that is too large, whether its length is announced or not."""

    def __init__(self, application: Any) -> None:
        self._application = application

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await self._application(scope, receive, send)
            return
        try:
            await self._application(scope, _counting(receive), send)
        except TooLarge:
            await _refuse(send)


def _counting(receive: Any) -> Any:
    got = 0

    async def counted() -> Any:
        nonlocal got
        message = await receive()
        got += len(message.get("body", b""))
        if got > LARGEST_BODY:
            raise TooLarge
        return message

    return counted


async def _refuse(send: Any) -> None:
    await send({"type": "http.response.start", "status": 413, "headers": [(b"connection", b"close")]})
    await send({"type": "http.response.body", "body": b"Too large"})


application = BodyLimit(get_asgi_application())
