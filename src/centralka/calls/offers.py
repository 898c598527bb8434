"""The sound that a caller's device offers to send (SDP, RFC 4566, RFC 3264), and why the engine took none of it."""

import re
from dataclasses import dataclass, field
from typing import Self

from .media_encryption import Encryption
from .reasons import Reason, Why

_AUDIO = re.compile(r"^m=audio \d+(?:/\d+)? (\S+)([ \d]*)", re.MULTILINE)
_RTPMAP = re.compile(r"^a=rtpmap:(\d+) ([^/\s]+)", re.MULTILINE)
# RFC 3551, table 4: payload types that need no rtpmap.
_STATIC = {"0": "PCMU", "3": "GSM", "4": "G723", "8": "PCMA", "9": "G722", "13": "CN", "15": "G728", "18": "G729"}
_NO_CODECS = {"CN", "TELEPHONE-EVENT"}
_TAKEN = {"PCMA", "PCMU", "G722"}
"""As `allow` in store.realtime has them."""
_PROFILES = {
    Encryption.NONE: {"RTP/AVP"},
    Encryption.DTLS: {"UDP/TLS/RTP/SAVPF"},
    Encryption.SDES: {"RTP/SAVP"},
    Encryption.WEB: {"UDP/TLS/RTP/SAVPF"},
}
"""The engine's side of each kind takes these (tests/live/secure)."""
_NOT_ACCEPTABLE = 488
_MOST_TOLD = 5
_LONGEST_NAME = 20


@dataclass(frozen=True, slots=True)
class Offer:
    """The sound that is offered."""

    profiles: tuple[str, ...] = ()
    """Of each stream: RTP/AVP, RTP/SAVP (encrypted), RTP/AVPF …"""
    codecs: tuple[str, ...] = ()
    """Of all streams, as their names are written: G729, opus …"""
    has_fingerprint: bool = field(default=False, compare=False)
    """Of the certificate for DTLS (RFC 8122)."""

    @classmethod
    def parse(cls, sdp: str) -> Self:
        """Read a session description (RFC 4566); another text offers nothing."""
        streams = _AUDIO.findall(sdp.replace("\r\n", "\n"))
        names = _STATIC | dict(_RTPMAP.findall(sdp))
        numbers = [number for _profile, listed in streams for number in listed.split()]
        found = [names.get(number, number)[:_LONGEST_NAME] for number in numbers]
        codecs = dict.fromkeys(name for name in found if name.upper() not in _NO_CODECS)
        return cls(
            tuple(profile[:_LONGEST_NAME] for profile, _listed in streams), tuple(codecs), "\na=fingerprint:" in sdp
        )


def why_turned_away(status: int, offer: Offer, encryption: Encryption = Encryption.NONE) -> Reason:
    """Tell why a call was refused with this SIP status before the switchboard could decide about it.

    `encryption`: of the caller's side; one that has any takes nothing else.
    """
    if status == _NOT_ACCEPTABLE and offer.profiles:
        # The first stream decides: the engine looks at no other once it cannot take one.
        keyless = encryption in (Encryption.DTLS, Encryption.WEB) and not offer.has_fingerprint
        if keyless or offer.profiles[0] not in _PROFILES[encryption]:
            why = Why.OFFERED_PROFILE if encryption is Encryption.NONE else Why.OFFERED_NOT_ENCRYPTED
            return Reason(why, {"profile": offer.profiles[0]})
        if not _TAKEN & {name.upper() for name in offer.codecs}:
            return Reason(Why.OFFERED_CODECS, {"codecs": ", ".join(offer.codecs[:_MOST_TOLD])})
    return Reason(Why.TURNED_AWAY, {"status": status})
