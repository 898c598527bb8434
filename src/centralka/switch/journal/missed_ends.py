"""End calls on record whose end the engine could not write: a full disk loses lines of the journal.

Without it such a call would go on for ever on record, and hold what was put aside for it.
"""

import asyncio
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

import structlog

from ..wire.engine_answers import EngineAway, Refused
from ..wire.engine_control import EngineControl
from .lines import Journal

log = structlog.get_logger()

LOOK_EVERY = 20.0
"""Seconds. What the engine wrote of a call has been read long before the second look that misses it."""


class MissedEnds:
    """The calls of one engine. `on_record`: the channels of each call that goes on as far as the journal tells."""

    def __init__(
        self,
        engine: EngineControl,
        journal: Journal,
        on_record: Callable[[], Mapping[str, frozenset[str]]],
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._engine = engine
        self._journal = journal
        self._on_record = on_record
        self._clock = clock
        self._missed: dict[str, datetime] = {}
        """Calls that the engine did not know at the last look, and when that was first so."""

    async def keep_looking(self) -> None:
        """Look again and again, for ever."""
        while True:
            await asyncio.sleep(LOOK_EVERY)
            try:
                await self.look()
            except EngineAway:
                self._missed.clear()  # its restart ends them all, and says so itself
            except OSError as problem:
                log.warning("the end of a call could not be noted; trying again", problem=str(problem))
            except Exception:
                log.exception("calls whose end was not written could not be looked for; trying again")

    async def look(self) -> None:
        """Look once. Raises EngineAway, and OSError while there is no room for the journal."""
        # Taken before asking: a call that begins meanwhile is not missed.
        on_record = self._on_record()
        if not on_record:
            self._missed.clear()
            return
        alive = {channel.id for channel in await self._engine.channels()}
        gone = [call_id for call_id, channels in on_record.items() if alive.isdisjoint({call_id, *channels})]
        if gone:
            # A channel of which the journal tells nothing can be all that is left of a call, on a full disk.
            calls = {await self._call_of(channel) for channel in alive.difference(*on_record.values())}
            gone = [call_id for call_id in gone if call_id not in calls]
        before, now = self._missed, self._clock()
        self._missed = {call_id: before.get(call_id, now) for call_id in gone}
        for call_id in before.keys() & self._missed.keys():
            self._journal.end_missed(call_id, self._missed[call_id])
            log.warning("the engine wrote no end of a call: it is ended on record", call=call_id)

    async def _call_of(self, channel: str) -> str:
        try:
            return await self._engine.read(channel, "CHANNEL(linkedid)")
        except Refused:
            return ""  # it has just ended
