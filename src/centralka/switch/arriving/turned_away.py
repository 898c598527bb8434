"""Calls that the engine refuses before the dialplan, undecided by the switchboard and without a channel: the offered
sound is none of ours (488), or what was dialled cannot be dialled (404, 484).

The edge shows us the caller's INVITE then (`edge/to_engine.cfg`): called number, offered sound, a carrier's caller.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import sha256

from centralka.calls.endpoints import Carrier, Phone, endpoint_named
from centralka.calls.journal_events import TurnedAway
from centralka.calls.media_encryption import Encryption
from centralka.calls.offers import Offer, why_turned_away
from centralka.calls.outside_caller import IdentityHeaders, caller_of

from ..wire.sip_message import SipMessage

_A_CARRIER = Carrier(0)
"""Stands for a carrier that the edge did not know: the engine knew it by the mark of our registration."""


class TurnedAwayCalls:
    """Hear of each call that the engine turned away, and note it."""

    def __init__(
        self,
        note: Callable[[TurnedAway], None],
        node: str,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._note, self._node, self._now = note, node, now

    def hear(self, status: int, caller: str, message: bytes) -> None:
        """Note a call. `caller`: the caller's endpoint, "" for none that the edge knows; `message`: the INVITE."""
        self._note(self._turned_away(SipMessage.parse(message), status, caller))

    def _turned_away(self, invite: SipMessage, status: int, caller: str) -> TurnedAway:
        endpoint = endpoint_named(caller) or _A_CARRIER
        number = "" if isinstance(endpoint, Phone) else caller_of(_identity(invite)).number
        # As long as the engine's own names of channels, whatever the caller's device calls its call.
        channel = f"{self._node}-sip-{sha256(invite.one('call-id').encode()).hexdigest()[:24]}"
        encryption = endpoint.encryption if isinstance(endpoint, Phone) else Encryption.NONE
        reason = why_turned_away(status, Offer.parse(invite.body), encryption)
        return TurnedAway(self._now(), channel, endpoint, number, invite.called[:80], reason)


def _identity(invite: SipMessage) -> IdentityHeaders:
    every = {name: tuple(values) for name, values in invite.headers.items()}
    return IdentityHeaders(
        invite.one("from"),
        every.get("p-asserted-identity", ()),
        every.get("remote-party-id", ()),
        every.get("privacy", ()),
    )
