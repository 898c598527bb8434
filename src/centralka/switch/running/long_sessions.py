"""Ask the far ends of calls whether they are there, where the engine's own session timer would ask too seldom.

The engine refreshes each session in time (`timers` in `store.realtime`), and ends the call when the far end does not
answer. But it keeps to an interval that the caller's side named, and most name half an hour (RFC 4028: the called side
may shorten it; the engine does not). Such a session is refreshed from here. A side that does not answer is gone, and
the engine hangs up.
"""

import re
import time
from collections.abc import Callable
from datetime import UTC, datetime

from ..looking import keep_looking
from ..wire.engine_answers import EngineAway, Refused
from ..wire.engine_control import EngineControl, RunningChannel

_LOOKS = 6
"""Looks in the time after which a dead side's call is to be over."""
_HEADER = "Session-Expires"
_HEARD_IN = ("PJSIP_HEADER", "PJSIP_RESPONSE_HEADER")
"""The functions by which the engine gives the other side's headers: of its INVITE, or of its answer to ours."""


class LongSessions:
    """The calls of one engine. `seconds`: within which a dead side ends its call."""

    def __init__(
        self,
        engine: EngineControl,
        seconds: int,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._engine = engine
        self._seconds = seconds
        self._clock = clock
        self._now = now
        self._next: dict[str, float] = {}
        """The time at which each channel (its unique id) is to be refreshed; never, if its own timer is short
        enough."""

    async def watch_sessions(self) -> None:
        """Look after long sessions for as long as the process runs."""
        await keep_looking(self.look, self._seconds / _LOOKS, "long sessions", EngineAway)

    async def look(self) -> None:
        """Look at all sessions once. Raises EngineAway."""
        # A short call never comes so far as to cost anything here.
        old = {channel.id: channel.name for channel in await self._engine.channels() if self._is_old_session(channel)}
        self._next = {channel: at for channel, at in self._next.items() if channel in old}
        for channel, name in old.items():
            try:
                await self._look_after(channel, name)
            except Refused:
                self._next.pop(channel, None)  # it has just ended

    def _is_old_session(self, channel: RunningChannel) -> bool:
        answered = channel.is_up and channel.name.startswith("PJSIP/")
        return answered and (self._now() - channel.began).total_seconds() >= self._seconds / 2

    async def _look_after(self, channel: str, name: str) -> None:
        now = self._clock()
        if channel not in self._next:
            self._next[channel] = now if await self._interval(name) > self._seconds else float("inf")
        if self._next[channel] <= now:
            self._next[channel] = now + self._seconds / 2
            await self._engine.write(name, "PJSIP_SEND_SESSION_REFRESH()", "invite")

    async def _interval(self, name: str) -> int:
        """Return the interval that the other side wants, in seconds; 0 if it wants none."""
        found = [await self._engine.read(name, f"{function}(read,{_HEADER})") for function in _HEARD_IN]
        wanted = [re.match(r"\d+", header) for header in found]
        return max((int(match[0]) for match in wanted if match), default=0)
