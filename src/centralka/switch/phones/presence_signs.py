"""Give signs that the registrations of this node's edge are kept true, so that a phone that is missing is missed.

The watch over accounts (`outbox/monitoring.py`) believes in a missing phone only while these signs come, and not for a
while after the edge was started: phones whose registration ran out meanwhile have to come again.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime

from centralka.store.monitoring import beat

from ..database import Database

_GIVE_EVERY = 10.0
"""Seconds."""
EdgeStarted = Callable[[], tuple[int, int] | None]
"""Gives the mark of the edge's start, whose second part is its time in nanoseconds; None while there is no edge."""


class PresenceSigns:
    """The signs of one node."""

    def __init__(
        self, node: str, database: Database, edge_started: EdgeStarted, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._node = node
        self._database = database
        self._edge_started = edge_started
        self._now = now
        self._given_at: float | None = None

    async def give(self) -> None:
        """Give a sign, if the last one was long enough ago. Raises what `Database.do` raises."""
        now = self._now()
        if self._given_at is not None and now - self._given_at < _GIVE_EVERY:
            return
        mark = self._edge_started()
        started = datetime.fromtimestamp(mark[1] / 1e9, UTC) if mark else None
        await self._database.do(beat, self._node, started)
        self._given_at = now
