"""Calls that the engine refuses before the dialplan, undecided by the switchboard and without a channel: the offered
sound is none of ours (488), or what was dialled cannot be dialled (404, 484).

The engine copies its SIP messages to us (HEP, `asterisk/hep.conf`). Of those, the INVITE tells caller, called number
and offered sound, and the engine's own refusal that nothing came of it. A refusal of ours has a Reason header (RFC
3326), since it ends a channel; one without it is the engine's.
"""

import asyncio
import re
import socket
from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import sha256
from secrets import compare_digest

import structlog

from centralka.calls.endpoints import Carrier, Phone, endpoint_named
from centralka.calls.journal_events import TurnedAway
from centralka.calls.offers import Offer, why_turned_away
from centralka.calls.outside_caller import IdentityHeaders, caller_of

from .wire.copy_filter import let_through
from .wire.hep import Copy
from .wire.sip_copies import SipCopy

log = structlog.get_logger()

# Refusals that only come after the caller is known: a stranger that names an account writes nothing into its records.
_STATUSES = (404, 415, 416, 420, 421, 484, 488)
_REFUSALS = tuple(b"SIP/2.0 %d " % status for status in _STATUSES)
_CALL_ID = re.compile(rb"\n(?:Call-ID|i)[ \t]*:([^\r\n]*)", re.IGNORECASE)
_KEPT = 2000
"""INVITEs of which no refusal was seen yet; most of them are never refused."""
_A_CARRIER = Carrier(0)
"""Stands for a carrier that the edge did not know: the engine knew it by the mark of our registration."""


class SipCopies(asyncio.DatagramProtocol):
    """Receive the copies and note each call that the engine turned away."""

    def __init__(
        self,
        note: Callable[[TurnedAway], None],
        node: str,
        engine_port: int,
        secret: str,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._note, self._node, self._engine_port, self._secret, self._now = note, node, engine_port, secret, now
        self._invites: dict[str, bytes] = {}

    async def listen(self, port: int) -> asyncio.DatagramTransport:
        """Listen on a loopback port (UDP)."""
        loop = asyncio.get_running_loop()
        receiver = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            let_through(receiver, _STATUSES)
        except OSError as problem:
            log.warning("this system filters no copies of SIP messages; each costs us a look", problem=str(problem))
        receiver.bind(("127.0.0.1", port))
        receiver.setblocking(False)
        transport, _ = await loop.create_datagram_endpoint(lambda: self, sock=receiver)
        return transport

    def datagram_received(self, data: bytes, _address: object) -> None:
        try:
            copy = Copy.parse(data)
        except ValueError:
            log.warning("a copy of a SIP message could not be read")
            return
        if not compare_digest(copy.password.encode(), self._secret.encode()):
            log.warning("a copy of a SIP message came without the engine's secret")
            return
        if copy.message.startswith(b"INVITE "):
            self._keep(copy.message)
        elif copy.message.startswith(_REFUSALS) and self._is_ours(copy):
            self._look_at(SipCopy.parse(copy.message))

    def _keep(self, message: bytes) -> None:
        """Keep an INVITE unread: hardly one of them is refused."""
        if found := _CALL_ID.search(message):
            self._invites[found[1].decode("utf-8", "replace").strip()] = message
            if len(self._invites) > _KEPT:
                del self._invites[next(iter(self._invites))]

    def _is_ours(self, copy: Copy) -> bool:
        """Tell whether we sent it: to another machine, or from our port to another one of this machine."""
        if not _is_here(copy.source):
            return False
        return copy.source_port == self._engine_port or not _is_here(copy.destination)

    def _look_at(self, refusal: SipCopy) -> None:
        if not refusal.one("cseq").endswith("INVITE") or refusal.one("reason"):
            return
        call_id = refusal.one("call-id")
        invite = SipCopy.parse(self._invites.pop(call_id, b""))
        if invite.begins_call:
            self._note(self._turned_away(call_id, invite, refusal.status))

    def _turned_away(self, call_id: str, invite: SipCopy, status: int) -> TurnedAway:
        endpoint = endpoint_named(invite.login) or _A_CARRIER
        number = "" if isinstance(endpoint, Phone) else caller_of(_identity(invite)).number
        # As long as the engine's own names of channels, whatever the caller's device calls its call.
        channel = f"{self._node}-sip-{sha256(call_id.encode()).hexdigest()[:24]}"
        reason = why_turned_away(status, Offer.parse(invite.body))
        return TurnedAway(self._now(), channel, endpoint, number, invite.called[:80], reason)


def _identity(invite: SipCopy) -> IdentityHeaders:
    every = {name: tuple(values) for name, values in invite.headers.items()}
    return IdentityHeaders(
        invite.one("from"),
        every.get("p-asserted-identity", ()),
        every.get("remote-party-id", ()),
        every.get("privacy", ()),
    )


@lru_cache(maxsize=1024)
def _is_here(address: str) -> bool:
    """Tell whether the address is one of this machine."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as probe:
        try:
            probe.bind((address, 0))
        except OSError:
            return False
    return True
