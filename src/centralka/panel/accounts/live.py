"""Registration states as they change, pushed to every browser that shows them (server-sent events).

One small statement every half second serves all listeners of this process, and none is made while
nobody listens. A listener reads its own few rows again only when that statement gives another answer.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import monotonic
from typing import TypeVar

from django.db import connections
from django.template.loader import render_to_string
from django.utils import translation

from centralka.actions.account.registrations import Mark, registered_count, registrations_mark, registrations_snapshot
from centralka.actions.actor import Actor

READ_EVERY = 0.5
"""Seconds between two looks; a phone that comes or goes is seen at most this much later."""
SAY_SOMETHING_EVERY = 15.0
"""A comment, so that a connection whose other end is gone is noticed and no proxy closes a quiet one."""
ENDS_AFTER = 60.0
"""Then the browser connects again and its rights are checked again."""

CONNECT_AGAIN_AFTER_MS = 1000
"""How soon a browser comes back when the stream broke off, e.g. because this process was started again."""

Answer = TypeVar("Answer")
States = dict[str, str]


@dataclass
class Watch:
    """What all listeners of this process share: one thread with one connection, and the last answer."""

    listeners: int = 0
    read_at: float = float("-inf")
    mark: Mark | None = None
    # Not the request's own thread: it would hold a database connection per listener.
    thread: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, "registrations"))

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

    async def current(self) -> Mark | None:
        """The newest mark; read from the database by whoever comes first in each half second."""
        if monotonic() - self.read_at >= READ_EVERY:
            self.read_at = monotonic()
            self.mark = await self.ask(registrations_mark)
        return self.mark


_watch = Watch()


async def stream(actor: Actor, account_ids: list[int], language: str, *, phones: bool = False) -> AsyncIterator[str]:
    """What a browser gets: how soon to come back should this break off, then the states."""
    yield f"retry: {CONNECT_AGAIN_AFTER_MS}\n\n"
    async for event in states(actor, account_ids, language, phones=phones):
        yield event


async def states(actor: Actor, account_ids: list[int], language: str, *, phones: bool = False) -> AsyncIterator[str]:
    """Events, each with the HTML of what has changed: all at first, since the page may be older than this.

    `phones`: also the list of each account's phones, which only the page of one account shows.
    """
    with _watch.listener():
        started = said = monotonic()
        seen: Mark | None = None
        shown: States = {}
        changed: States = {}
        while monotonic() - started < ENDS_AFTER:
            mark = await _watch.current()
            # Once more after a change: a phone that came between the mark and the rows and went before the next
            # mark leaves the mark as it was, and would stay on the page.
            if mark != seen or changed:
                seen = mark
                now = await _watch.ask(lambda: _states(actor, account_ids, language, phones))
                changed = {key: html for key, html in now.items() if shown.get(key) != html}
                if changed:
                    yield f"data: {json.dumps(changed)}\n\n"
                    said = monotonic()
                shown = now
            if monotonic() - said >= SAY_SOMETHING_EVERY:
                yield ": \n\n"
                said = monotonic()
            await asyncio.sleep(READ_EVERY)


def _states(actor: Actor, account_ids: list[int], language: str, phones: bool) -> States:
    """Element id → what stands in it now."""
    found = registrations_snapshot(actor, account_ids)
    parts = ["state", "phones"] if phones else ["state"]
    registered = registered_count(actor)
    with translation.override(language):
        shown = {
            f"{part}-{account_id}": render_to_string(f"panel/accounts/{part}.html", {"account": found.get(account_id)})
            for account_id in account_ids
            for part in parts
        }
        dot = render_to_string("panel/accounts/registered_dot.html", {"registered": registered})
    return shown | {"registered-count": str(registered), "registered-dot": dot}
