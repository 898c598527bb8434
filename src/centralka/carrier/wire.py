"""The SIP messages that the carrier's engine gets, as it copies them to a loopback socket.

They are not read from the channel: the SDP's profile cannot be asked for there, nor a header that comes twice on one
line.
"""

import asyncio

import structlog

from .hep import payload
from .invite import Invite

log = structlog.get_logger()

_KEPT = 1000
_COMES_WITHIN = 5.0
"""Seconds; the copy is sent before the call begins, so it is there unless the machine is overloaded."""


class Wire(asyncio.DatagramProtocol):
    """Keep the last INVITEs until they are asked for by their Call-ID."""

    def __init__(self) -> None:
        self._invites: dict[str, Invite] = {}
        self._awaited: dict[str, asyncio.Future[None]] = {}
        self._transport: asyncio.DatagramTransport | None = None

    async def listen(self) -> int:
        """Receive copies from now on. Returns the loopback port (UDP) for them."""
        loop = asyncio.get_running_loop()
        self._transport, _ = await loop.create_datagram_endpoint(lambda: self, local_addr=("127.0.0.1", 0))
        port: int = self._transport.get_extra_info("sockname")[1]
        return port

    def close(self) -> None:
        """Receive no more."""
        if self._transport is not None:
            self._transport.close()

    async def invite(self, call_id: str) -> Invite:
        """Return the INVITE of a call, its last form if it was repeated with a password. Raises TimeoutError."""
        if call_id not in self._invites:
            self._awaited[call_id] = asyncio.get_running_loop().create_future()
            try:
                async with asyncio.timeout(_COMES_WITHIN):
                    await self._awaited[call_id]
            finally:
                del self._awaited[call_id]
        return self._invites.pop(call_id)

    def datagram_received(self, data: bytes, _address: object) -> None:
        try:
            invite = Invite.parse(payload(data))
        except ValueError as problem:
            log.warning("a copy of a SIP message could not be read", problem=str(problem))
            return
        if invite is not None:
            self._keep(invite)

    def _keep(self, invite: Invite) -> None:
        self._invites[invite.call_id] = invite
        if len(self._invites) > _KEPT:
            del self._invites[next(iter(self._invites))]
        awaited = self._awaited.get(invite.call_id)
        if awaited is not None and not awaited.done():
            awaited.set_result(None)
