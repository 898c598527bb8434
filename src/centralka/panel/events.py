"""Server-sent events as an answer."""

from collections.abc import AsyncIterator

from asgiref.sync import sync_to_async
from django.db import connection
from django.http import StreamingHttpResponse


async def event_stream(events: AsyncIterator[str]) -> StreamingHttpResponse:
    """Push these events for as long as a browser listens.

    The request's own database connection would stay open that long; it is given back first.
    """
    await sync_to_async(_give_connection_back)()
    return StreamingHttpResponse(events, content_type="text/event-stream", headers={"X-Accel-Buffering": "no"})


def _give_connection_back() -> None:
    if not connection.in_atomic_block:
        connection.close()
