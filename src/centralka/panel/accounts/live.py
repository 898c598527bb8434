"""Registrations and what phones do, as they change, pushed to every browser that shows them (server-sent events).

Two small statements every half second serve all listeners of this process, and none is made while
nobody listens. A listener reads its own few rows again only when these give another answer.
"""

from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass
from time import monotonic

from django.template.loader import render_to_string
from django.utils import translation

from centralka.actions.account.registrations import Mark, registered_count, registrations_mark, registrations_snapshot
from centralka.actions.actor import Actor

from ..pushed import COME_BACK, Listeners, States, pushed

READ_EVERY = 0.5
"""Seconds between two looks; a phone that comes or goes is seen at most this much later."""


@dataclass
class Watch(Listeners):
    """The one look for all listeners of this process, with the last answer to the small statements."""

    read_at: float = float("-inf")
    mark: Mark | None = None

    async def current(self) -> Mark | None:
        """Return the newest mark; read from the database for the first listener that asks in each half second."""
        if monotonic() - self.read_at >= READ_EVERY:
            self.read_at = monotonic()
            self.mark = await self.ask(registrations_mark)
        return self.mark


_watch = Watch()


@dataclass
class Rows:
    """The rows of one listener; they are read again only where something may have changed."""

    actor: Actor
    account_ids: list[int]
    language: str
    phones: bool
    seen: Mark | None = None
    last: States | None = None
    again: bool = False

    async def read(self) -> States | None:
        mark = await _watch.current()
        # Once more after a change: a phone that came between the mark and the rows and went before the next
        # mark leaves the mark as it was, and would stay on the page.
        if mark == self.seen and not self.again:
            return None
        self.seen = mark
        now = await _watch.ask(lambda: _states(self.actor, self.account_ids, self.language, self.phones))
        self.again, self.last = now != self.last, now
        return now


async def stream(actor: Actor, account_ids: list[int], language: str, *, phones: bool = False) -> AsyncIterator[str]:
    """Send a browser how soon to come back should this break off, then the states."""
    yield COME_BACK
    async for event in states(actor, account_ids, language, phones=phones):
        yield event


async def states(actor: Actor, account_ids: list[int], language: str, *, phones: bool = False) -> AsyncIterator[str]:
    """Make events with the states of these accounts.

    `phones`: also the list of each account's phones, which only the page of one account shows.
    """
    with _watch.listener():
        async with aclosing(pushed(Rows(actor, account_ids, language, phones).read, READ_EVERY)) as events:
            async for event in events:
                yield event


def _states(actor: Actor, account_ids: list[int], language: str, phones: bool) -> States:
    """Return the present content of each element, by its id."""
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
