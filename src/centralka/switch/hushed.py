"""Let callers be heard once their sound is encrypted.

The handshake of DTLS-SRTP begins with the answer, and until it is over the engine takes plain packets. So nothing is
heard of such a caller (`steps/sealed.py`) until the engine has sent it a packet, which it does not do before.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Protocol

import structlog

from centralka.calls.causes import Cause

from .wire.ami import Message
from .wire.manager import EngineAway, Refused

log = structlog.get_logger()

_LOOK_EVERY = 0.2
"""Seconds; a handshake takes a tenth of that on a quiet network."""
_LOOKS = 25
_KNOCKS_AFTER = 5
"""Looks after which a key is sent to the caller: the called side may send nothing that could be passed on."""
_KNOCK = {"Digit": "D", "Duration": "40"}


class Asked(Protocol):
    """The engine's manager interface."""

    def ask(self, action: str, fields: Message) -> Awaitable[Message]:
        """Return the answer to an action. Raises EngineAway, Refused."""
        ...


class HushedCallers:
    """The callers of one engine. `note_ended` is told the called channel's id of a call that is ended, and when."""

    def __init__(
        self,
        manager: Asked,
        note_ended: Callable[[str, datetime], None],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._manager = manager
        self._note_ended = note_ended
        self._sleep = sleep
        self._tasks: set[asyncio.Task[None]] = set()

    def answered(self, caller: str, called_id: str) -> None:
        """Look after a caller whose call was just answered. `caller`: the channel's name."""
        task = asyncio.create_task(self.look_after(caller, called_id))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def look_after(self, caller: str, called_id: str) -> None:
        """Let the caller be heard once it encrypts; end the call if it does not."""
        for number in range(_LOOKS):
            await self._sleep(_LOOK_EVERY)
            try:
                if await self._encrypts(caller):
                    return
                if number >= _KNOCKS_AFTER:
                    await self._manager.ask("PlayDTMF", {"Channel": caller, **_KNOCK})
            except Refused:
                return  # it has hung up
            except EngineAway as problem:
                log.warning("a caller who is not heard could not be looked after", problem=str(problem))
        await self._end(caller, called_id)

    async def _encrypts(self, caller: str) -> bool:
        sent = await self._manager.ask("Getvar", {"Channel": caller, "Variable": "CHANNEL(rtcp,txcount)"})
        if sent.get("Value", "") in ("", "0"):
            return False
        await self._manager.ask("Setvar", {"Channel": caller, "Variable": "MUTEAUDIO(in)", "Value": "off"})
        return True

    async def _end(self, caller: str, called_id: str) -> None:
        log.info("a caller did not encrypt, and the call was ended", channel=caller)
        self._note_ended(called_id, datetime.now(UTC))
        try:
            await self._manager.ask("Hangup", {"Channel": caller, "Cause": str(Cause.NORMAL)})
        except (EngineAway, Refused) as problem:
            log.warning("a call could not be ended", channel=caller, problem=str(problem))
