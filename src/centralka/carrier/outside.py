"""The carrier's FastAGI server: each call of a customer arrives here, is noted, and is treated as its number says."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import assert_never

import structlog

from centralka.calls.causes import SENT
from centralka.calls.plan import Refusal
from centralka.switch.wire.agi import AgiRequest
from centralka.switch.wire.agi_connection import AgiConnection
from centralka.switch.wire.channel import AgiChannel, Channel, ChannelGone

from .behaviour import Behaviour, behaviour_of
from .carried import carry
from .invite import Invite
from .numbers import Numbers, Owned
from .received import CARRIED, Received
from .wire import Wire

log = structlog.get_logger()

_REFUSAL = {
    Behaviour.UNALLOCATED: Refusal.NO_SUCH_NUMBER,
    Behaviour.BUSY: Refusal.BUSY,
    Behaviour.CONGESTION: Refusal.NO_ROUTE,
}
TONE_HZ = 520
_TONE = f"{TONE_HZ}/1000,0/500"
_RINGS_BEFORE_ANSWER = "2"
_A_DAY = 86400.0


class Outside:
    """Play the outside world; `faxes` is the folder for what fax receivers got (TIFF)."""

    def __init__(self, wire: Wire, received: Received, faxes: Path, numbers: Numbers) -> None:
        self._wire = wire
        self._received = received
        self._faxes = faxes
        self._numbers = numbers

    async def listen(self) -> tuple[asyncio.Server, int]:
        """Listen on a loopback port for the dialplan. Returns the port too."""
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: AgiConnection(self._called), "127.0.0.1", 0)
        port: int = server.sockets[0].getsockname()[1]
        return server, port

    async def _called(self, connection: AgiConnection, opening: bytes) -> None:
        try:
            await self._serve(AgiChannel(AgiRequest.parse(opening), connection))
        except ChannelGone:  # hung up there, as most calls are; it is noted
            return
        except Exception:
            log.exception("a call could not be carried out")
        finally:
            connection.close()

    async def _serve(self, channel: Channel) -> None:
        invite = await self._wire.invite(await channel.evaluate("${CHANNEL(pjsip,call-id)}"))
        owned = self._numbers.owner(invite.called)
        behaviour = behaviour_of(invite.called) if owned is None else CARRIED
        self._received.begins(invite, behaviour, _customer(channel), owned.customer if owned else None)
        call = OutsideCall(channel, self._faxes)
        try:
            await (call.carry(invite, owned) if owned else call.behave(behaviour_of(invite.called)))
        finally:
            self._received.ends(invite, behaviour, call.answered_at, **call.results)


def _customer(channel: Channel) -> str:
    """Find the customer who calls, by the channel's name: `PJSIP/centralka-00000001`."""
    return channel.request.channel.removeprefix("PJSIP/").rpartition("-")[0]


class OutsideCall:
    """One call at an outside number."""

    def __init__(self, channel: Channel, faxes: Path) -> None:
        self._channel = channel
        self._faxes = faxes
        self.answered_at: datetime | None = None
        self.results: dict[str, str] = {}
        """Results of the call besides its length."""

    async def behave(self, behaviour: Behaviour) -> None:
        """Behave as the number says until the call is over. Raises ChannelGone."""
        match behaviour:
            case Behaviour.ANSWER:
                await self._play()
            case Behaviour.BUSY | Behaviour.UNALLOCATED | Behaviour.CONGESTION:
                await self._channel.execute("Hangup", str(SENT[_REFUSAL[behaviour]]))
            case Behaviour.RING:
                await self._channel.execute("Ringing")
                await self._until_hang_up()
            case Behaviour.ECHO:
                await self._answer()
                await self._channel.run_subroutine("echo")
            case Behaviour.FAX:
                await self._receive_fax()
            case Behaviour.RING_THEN_ANSWER:
                await self._channel.execute("Ringing")
                await self._channel.execute("Wait", _RINGS_BEFORE_ANSWER)
                await self._play()
            case _:
                assert_never(behaviour)

    async def carry(self, invite: Invite, to: Owned) -> None:
        """Carry the call to the customer who has the number, until it is over. Raises ChannelGone."""
        seconds = await carry(self._channel, invite, to)
        if seconds is not None:
            self.answered_at = datetime.now(UTC) - timedelta(seconds=seconds)

    async def _answer(self) -> None:
        begun = datetime.now(UTC)  # it answers at once and returns when the first sound came, or none within 0.5 s
        await self._channel.execute("Answer")
        self.answered_at = begun

    async def _play(self) -> None:
        await self._answer()
        await self._channel.execute("PlayTones", _TONE)
        await self._until_hang_up()

    async def _until_hang_up(self) -> None:
        """Stay until the caller hangs up.

        Not with `Wait`, which the engine would begin also on a channel that hung up a moment ago.
        """
        while await self._channel.key(_A_DAY):
            pass

    async def _receive_fax(self) -> None:
        file = self._faxes / f"{self._channel.request.uniqueid}.tiff"
        await self._answer()
        # f: a sender without T.38 may send the pages as sound.
        await self._channel.execute("ReceiveFAX", f"{file},f")
        status, pages = (await self._channel.evaluate("${FAXOPT(status)}|${FAXOPT(pages)}")).split("|")
        self.results = {"fax_status": status, "fax_pages": pages, "fax_file": str(file)}
