"""Ask the far ends of calls whether they are there, where the engine's own session timer would ask too seldom.

The engine refreshes each session in time (`timers` in `store.realtime`), and ends the call when the far end does not
answer. But it keeps to an interval that the caller's side named, and most name half an hour (RFC 4028: the called side
may shorten it; the engine does not). Such a session is refreshed from here. A side that does not answer is gone, and
the engine hangs up.
"""

import re
import time
from collections.abc import Callable, Mapping

from ..looking import keep_looking
from ..wire.manager import EngineAway, Manager, Refused

_LOOKS = 6
"""Looks in the time after which a dead side's call is to be over."""
_HEADER = "Session-Expires"
_HEARD_IN = ("PJSIP_HEADER", "PJSIP_RESPONSE_HEADER")
"""The functions by which the engine gives the other side's headers: of its INVITE, or of its answer to ours."""


class LongSessions:
    """The calls of one engine. `seconds`: within which a dead side ends its call."""

    def __init__(self, manager: Manager, seconds: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._manager = manager
        self._seconds = seconds
        self._clock = clock
        self._next: dict[str, float] = {}
        """The time at which each channel (its unique id) is to be refreshed; never, if its own timer is short
        enough."""

    async def watch_sessions(self) -> None:
        """Look after long sessions for as long as the process runs."""
        await keep_looking(self.look, self._seconds / _LOOKS, "long sessions", EngineAway)

    async def look(self) -> None:
        """Look at all sessions once. Raises EngineAway."""
        listed = await self._manager.listed("CoreShowChannels", {}, "CoreShowChannelsComplete")
        # A short call never comes so far as to cost anything here.
        old = {channel["Uniqueid"]: channel["Channel"] for channel in listed if self._is_old_session(channel)}
        self._next = {channel: at for channel, at in self._next.items() if channel in old}
        for channel, name in old.items():
            try:
                await self._look_after(channel, name)
            except Refused:
                self._next.pop(channel, None)  # it has just ended

    def _is_old_session(self, channel: Mapping[str, str]) -> bool:
        answered = channel.get("ChannelStateDesc") == "Up" and channel.get("Channel", "").startswith("PJSIP/")
        return answered and _seconds(channel.get("Duration", "")) >= self._seconds / 2

    async def _look_after(self, channel: str, name: str) -> None:
        now = self._clock()
        if channel not in self._next:
            self._next[channel] = now if await self._interval(name) > self._seconds else float("inf")
        if self._next[channel] <= now:
            self._next[channel] = now + self._seconds / 2
            await self._manager.ask(
                "Setvar", {"Channel": name, "Variable": "PJSIP_SEND_SESSION_REFRESH()", "Value": "invite"}
            )

    async def _interval(self, name: str) -> int:
        """Return the interval that the other side wants, in seconds; 0 if it wants none."""
        found = [
            await self._manager.ask("Getvar", {"Channel": name, "Variable": f"{function}(read,{_HEADER})"})
            for function in _HEARD_IN
        ]
        wanted = [re.match(r"\d+", answer.get("Value", "")) for answer in found]
        return max((int(match[0]) for match in wanted if match), default=0)


def _seconds(duration: str) -> int:
    """Return the seconds of `HH:MM:SS`."""
    total = 0
    for part in duration.split(":"):
        total = 60 * total + int(part) if part.isdigit() else 0
    return total
