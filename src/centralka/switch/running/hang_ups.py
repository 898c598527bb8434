"""End running calls as ordered in the panel or the API.

The order is a row in the database, so it waits for a switchboard or an engine that is just being started again, and the
switchboard of the engine that has the call carries it out. It stands until the record says that the call has ended: a
call that was just about to ring another phone is hung up there too.
"""

import time
from collections.abc import Callable, Collection
from datetime import UTC, datetime

import structlog

from centralka.calls.causes import Cause
from centralka.store.hang_ups import HangUpOrder, hang_up_orders, remove_hang_ups

from ..database import Database
from ..journal.lines import Journal
from ..looking import keep_looking_where_written
from ..wire.engine_answers import EngineAway, Refused
from ..wire.engine_control import EngineControl

log = structlog.get_logger()

_LOOK_EVERY = 0.5
_AGAIN_AFTER = 3.0
"""Seconds: the record of a call that was hung up is there in one."""


class HangUps:
    """The calls of one engine. `channels_of`: the living channels (unique ids) of a call, as the journal tells them."""

    def __init__(
        self,
        database: Database,
        engine: EngineControl,
        journal: Journal,
        node: str,
        channels_of: Callable[[str], Collection[str]],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database = database
        self._engine = engine
        self._journal = journal
        self._node = node
        self._channels_of = channels_of
        self._clock = clock
        self._tried: dict[str, float] = {}
        """The time at which each call that is to end was last hung up."""

    async def keep_hanging_up(self) -> None:
        """Carry out orders to hang up for as long as the process runs."""
        await keep_looking_where_written(self.look, _LOOK_EVERY, self._database.sign, "calls to hang up", EngineAway)

    async def look(self) -> bool:
        """Carry out the orders that there are. Returns whether there were any.

        Raises EngineAway, and what `Database.do` raises.
        """
        found = await self._database.read_again(hang_up_orders, self._node)
        if done := [order.call_id for order in found if order.came_true]:
            await self._database.do(remove_hang_ups, done)
        orders = [order for order in found if not order.came_true]
        wanted = {order.call_id for order in orders}
        self._tried = {call: at for call, at in self._tried.items() if call in wanted}
        for order in orders:
            if self._clock() - self._tried.get(order.call_id, -_AGAIN_AFTER) >= _AGAIN_AFTER:
                await self._hang_up(order)
        return bool(found)

    async def _hang_up(self, order: HangUpOrder) -> None:
        channels = self._channels_of(order.call_id)
        if channels and order.call_id not in self._tried:
            # Noted before it is done: the record names the person who ended it, also if we should die in between.
            self._journal.hung_up(order.call_id, order.by, datetime.now(UTC))
        for channel in channels:
            try:
                await self._engine.hang_up(channel, Cause.NORMAL)
            except Refused:
                log.info("a channel was gone already", channel=channel)
        if channels:
            self._tried[order.call_id] = self._clock()
