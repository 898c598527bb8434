"""Let callers be heard once their sound is encrypted.

The handshake of DTLS-SRTP begins with the answer, and until it is over the engine takes plain packets. So nothing is
heard of such a caller (`steps/sealed.py`) until the engine has sent it a packet, which it does not do before.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from datetime import UTC, datetime

import structlog

from centralka.calls.causes import Cause

from ..wire.agi import has_handshake
from ..wire.engine_answers import EngineAway, Refused
from ..wire.engine_control import EngineControl

log = structlog.get_logger()

_LOOK_EVERY = 0.2
"""Seconds; a handshake takes a tenth of that on a quiet network."""
_LOOKS = 50
"""Ten seconds, as in the dialplan's `handshake`."""
_KNOCKS_AFTER = 5
"""Looks after which a key is sent to the caller: the called side may send nothing that could be passed on."""
_KNOCK = "D,,40"
"""The key, no pause before the next, its milliseconds: as SendDTMF has them."""
_PATIENCE = 600
"""Questions without an answer after which an engine is taken for dead, and its calls with it: at least two minutes."""


class HushedCallers:
    """The callers of one engine. `note_ended` is told the called channel's id of a call that is ended, and when."""

    def __init__(
        self,
        engine: EngineControl,
        note_ended: Callable[[str, datetime], None],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._engine = engine
        self._note_ended = note_ended
        self._sleep = sleep
        self._tasks: set[asyncio.Task[None]] = set()

    def answered(self, caller: str, called_id: str) -> None:
        """Look after a caller whose call was just answered. `caller`: the channel's name."""
        self._begin(self.look_after(caller, called_id))

    def begin(self) -> None:
        """Look after callers who were answered before this switchboard was there."""
        self._begin(self.take_over())

    def _begin(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def look_after(self, caller: str, called_id: str) -> None:
        """Let the caller be heard once it encrypts; end the call if it does not."""
        looks = unknown = 0
        for _ in range(_PATIENCE):
            await self._sleep(_LOOK_EVERY)
            try:
                if await self._is_heard(caller, knock=looks >= _KNOCKS_AFTER):
                    return
                looks += 1
                if looks >= _LOOKS:
                    return await self._end(caller, called_id)
            except Refused:
                # Hung up, or handed over while it rang: the mute has come to the channel in the caller's place.
                if (found := await self._in_its_place(called_id)) is None:
                    return
                caller, unknown = found or caller, unknown + 1
                if unknown > _LOOKS:
                    return
            except EngineAway as problem:
                # Nothing was said about the caller, so that counts as no look.
                log.debug("a caller who is not heard is looked after later", problem=str(problem))
        log.warning("a caller who is not heard could not be looked after", channel=caller)

    async def take_over(self) -> None:
        """Let callers be heard whom nobody looks after: they were answered without a switchboard, or it died then.

        No call is ended here: an emergency call has none of this, and is not to be told from others.
        """
        left = await self._answered()
        for number in range(_LOOKS):
            left = [caller for caller in left if not await self._is_done(caller, knock=number >= _KNOCKS_AFTER)]
            if not left:
                return
            await self._sleep(_LOOK_EVERY)

    async def _answered(self) -> list[str]:
        """Return the channels that may be unheard. Waits for an engine that is away."""
        while True:
            # First: a channel of which nobody could be told any more is connected a moment later.
            await self._sleep(_LOOK_EVERY)
            try:
                channels = await self._engine.channels()
            except EngineAway:
                continue
            return [channel.name for channel in channels if channel.is_up and has_handshake(channel.name)]

    async def _is_done(self, caller: str, *, knock: bool) -> bool:
        try:
            return await self._is_heard(caller, knock=knock)
        except Refused:
            return True
        except EngineAway:
            return False

    async def _is_heard(self, caller: str, *, knock: bool) -> bool:
        """Let the caller be heard if it encrypts, or need not. Returns whether it is. Raises EngineAway, Refused."""
        if has_handshake(caller) and await self._engine.read(caller, "CHANNEL(rtcp,txcount)") in ("", "0"):
            if knock:
                await self._engine.run("Local/s@beside/n", "SendDTMF", f"{_KNOCK},{caller}")
            return False
        await self._engine.write(caller, "MUTEAUDIO(in)", "off")
        return True

    async def _in_its_place(self, called_id: str) -> str | None:
        """Return the channel to which the called one is connected, "" if it is not known now; None: it is over."""
        try:
            return await self._engine.read(called_id, "BRIDGEPEER")
        except Refused:
            return None
        except EngineAway:
            return ""

    async def _end(self, caller: str, called_id: str) -> None:
        log.info("a caller did not encrypt, and the call was ended", channel=caller)
        self._note_ended(called_id, datetime.now(UTC))
        try:
            await self._engine.hang_up(caller, Cause.NORMAL)
        except Refused:
            log.debug("the caller hung up by itself", channel=caller)
        except EngineAway as problem:
            log.warning("a call could not be ended", channel=caller, problem=str(problem))
