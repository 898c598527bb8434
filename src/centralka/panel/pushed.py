"""States as they change, pushed to every browser that shows them (server-sent events)."""

import asyncio
import json
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import monotonic
from typing import TypeVar

from django.db import connections

SAY_SOMETHING_EVERY = 15.0
"""Seconds until a comment, so that a connection whose other end is gone is noticed and no proxy closes a quiet one."""
ENDS_AFTER = 60.0
"""Seconds; then the browser connects again and its rights are checked again."""
COME_BACK = "retry: 1000\n\n"
"""Said first: after how many milliseconds a browser comes back when the stream broke off, e.g. because this process
was started again."""

Answer = TypeVar("Answer")
States = dict[str, str]
"""The present content of each element, by its id."""


@dataclass
class Listeners:
    """The common part of all listeners of this process: one thread with one connection."""

    listeners: int = 0
    # Not the request's own thread: it would hold a database connection per listener.
    thread: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, "listeners"))

    @contextmanager
    def listener(self) -> Iterator[None]:
        self.listeners += 1
        try:
            yield
        finally:
            self.listeners -= 1
            if not self.listeners:
                self.thread.submit(connections.close_all)

    async def ask(self, read: Callable[[], Answer]) -> Answer:
        return await asyncio.get_running_loop().run_in_executor(self.thread, read)


async def pushed(read: Callable[[], Awaitable[States | None]], every: float) -> AsyncGenerator[str, None]:
    """Send events, each with the HTML of what has changed: all at first, since the page may be older than this.

    `read` is asked every so many seconds; it gives None where nothing can have changed.
    """
    started = said = monotonic()
    shown: States = {}
    while monotonic() - started < ENDS_AFTER:
        now = await read()
        if changed := {key: html for key, html in (now or {}).items() if shown.get(key) != html}:
            yield f"data: {json.dumps(changed)}\n\n"
            said = monotonic()
        shown = shown if now is None else now
        if monotonic() - said >= SAY_SOMETHING_EVERY:
            yield ": \n\n"
            said = monotonic()
        await asyncio.sleep(every)
