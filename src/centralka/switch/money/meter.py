"""Keep running calls paid for: put more money aside before the granted seconds end, and warn where there is no more.

Everything that it knows is in the reservations, so a switchboard that is started again goes on where the earlier one
died. The engine itself ends each call at the granted second (`asterisk/extensions.conf`, context `answered`): if no
switchboard looks after it any more, a call ends too early, never too late.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import assert_never

import structlog
from django.db import DatabaseError

from centralka.store import money

from ..database import Database
from ..looking import keep_looking_where_written
from ..wire.engine_answers import EngineAway, Refused
from ..wire.engine_control import EngineControl

log = structlog.get_logger()

_LOOK_EVERY = 1.0
_EXTEND_BEFORE = timedelta(seconds=15)
"""Time enough for a database or a switchboard that was away for a moment."""
_WARN_BEFORE = timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class Extend:
    """More money is needed soon."""

    call: money.RunningCall


@dataclass(frozen=True, slots=True)
class Warn:
    """The call will be cut, and its caller was not told yet."""

    call: money.RunningCall


def due(calls: Sequence[money.RunningCall], now: datetime) -> list[Extend | Warn]:
    """Tell what has to be done at `now`. A call that was found exhausted is tried again: money may have come in."""
    wanted: list[Extend | Warn] = []
    for call in calls:
        left = call.answered_at + timedelta(seconds=call.granted_seconds) - now
        if left <= _EXTEND_BEFORE:
            wanted.append(Extend(call))
        if call.exhausted and not call.warned and left <= _WARN_BEFORE:
            wanted.append(Warn(call))
    return wanted


class Meter:
    """The calls of one engine."""

    def __init__(
        self,
        database: Database,
        engine: EngineControl,
        node: str,
        catch_up: Callable[[], Awaitable[None]],
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._database = database
        self._engine = engine
        self._node = node
        self._catch_up = catch_up
        self._has_caught_up = False
        """In this look: once for all calls, or many that are exhausted would hold up others."""
        self._now = now
        # Of a meter that is new, all calls: an earlier one may have died between the money and the time.
        self._untold: set[int] | None = None
        """The reservations of whose granted time the engine may not know."""
        self._gone: set[int] = set()
        """Those whose channel the engine has not any more: they wait for their record, and take no more money."""

    async def keep_paid(self) -> None:
        """Put money aside for running calls in time, for as long as the process runs."""
        await keep_looking_where_written(self.look, _LOOK_EVERY, self._database.sign, "money of running calls")

    async def look(self) -> bool:
        """Look at all running calls once. Returns whether there are any."""
        self._has_caught_up = False
        calls = await self._database.read_again(money.running_calls, self._node)
        running = {call.id for call in calls}
        self._gone &= running
        self._untold = running if self._untold is None else self._untold & running
        held: set[int] = set()
        """Companies that somebody holds in the database: their other calls would wait in vain, too."""
        for call in calls:
            if call.id in self._gone or call.tenant_id in held:
                continue
            try:
                await self._look_after(call, self._untold)
            except (EngineAway, Refused) as problem:
                log.warning("a running call could not be looked after", channel=call.peer, problem=str(problem))
            except (TimeoutError, DatabaseError) as problem:
                held.add(call.tenant_id)
                self._untold.add(call.id)  # more may have been put aside when nobody waited for that any more
                log.warning("no money could be put aside for a running call", channel=call.peer, problem=str(problem))
        return bool(calls)

    async def _look_after(self, call: money.RunningCall, untold: set[int]) -> None:
        if call.id in untold:
            await self._tell(call, call.granted_seconds, untold)
        for task in due([call], self._now()):
            match task:
                case Extend():
                    if await self._extend(call, untold):
                        return  # the call goes on, so its caller need not be warned
                case Warn():
                    await self._warn(call)
                case _:
                    assert_never(task)

    async def _extend(self, call: money.RunningCall, untold: set[int]) -> bool:
        """Extend the call. Returns whether it can go on for longer now."""
        granted = await self._database.do(money.extend, call.id, note=self._has_caught_up)
        if granted is not None and granted.exhausted and not self._has_caught_up:
            # What other calls had put aside that are over comes back with their records.
            await self._catch_up()
            self._has_caught_up = True
            granted = await self._database.do(money.extend, call.id)
        if granted is None or granted.granted_seconds == call.granted_seconds:
            return False
        # First the money, then the time: whatever dies in between, no second is talked that is not paid for.
        untold.add(call.id)
        await self._tell(call, granted.granted_seconds, untold)
        return True

    async def _tell(self, call: money.RunningCall, granted_seconds: int, untold: set[int]) -> None:
        """Have the engine end the call after its granted seconds, no earlier and no later."""
        left = max(0.1, (call.answered_at + timedelta(seconds=granted_seconds) - self._now()).total_seconds())
        try:
            await self._engine.write(call.peer, "TIMEOUT(absolute)", f"{left:.3f}")
        except Refused:
            untold.discard(call.id)
            self._gone.add(call.id)
            raise
        untold.discard(call.id)

    async def _warn(self, call: money.RunningCall) -> None:
        await self._database.do(money.warned, call.id, self._now())
        # Whispered to the side that pays; a bridge gives no other way to put a sound into it.
        await self._engine.run("Local/s@warning/n", "ChanSpy", f"{call.channel_name},qwE")
