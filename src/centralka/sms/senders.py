"""Senders of messages: a random number, an own mobile number, or a name that the operator approved."""

import re
from enum import StrEnum

from centralka.calls.alphabet import fold

NAME_MAX = 11
"""Characters of an alphanumeric sender (3GPP TS 23.040 §9.1.2.5)."""
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9 .&_-]*[A-Za-z0-9]")
_LOOKS_LIKE = str.maketrans("013457|$@!", "oieastlsai")
"""Digits and signs that are read as letters."""
_NOT_A_LETTER = re.compile(r"[^a-z]")
_WORDS = re.compile(r"[^a-z0-9|$@!]+")
_HUMPS = re.compile(r"[A-Z]+(?![a-z])|[A-Z][a-z]+|[a-z]+")


def _alike(words: str) -> frozenset[str]:
    return frozenset(words.replace("i", "l").split())


_BODIES = _alike(
    "zus krus nfz msz mswia mon gus rcb uke uokik uodo knf nik nbp pfr rpo abw cba cbzc wku csirt nask cert gov gitd "
    "uprp urzad gmina mops gops pcpr gddkia kas"
)
"""Short names of public bodies: refused as a word of a name, too."""
_ALONE = _BODIES | _alike("us sg mf mz mc ms men sad pup gis ops alert bank sms info test admin operator")
"""Refused as the whole name only: short names of public bodies, and words that do not say who it is."""
_ANYWHERE = _alike(
    "ezus epuap mobywatel policja policia sanepid skarbow ministerstw minister prokuratur urzadgmin urzadmiast "
    "urzadskar alertrcb ceidg edoreczen profilzaufan krajowaadm komornik strazgran strazpoz strazmiej wojewod "
    "starostw kancelariap govpl egov"
)
"""Parts of names of public bodies; each is refused wherever it stands."""
_ADDED = re.compile(r"^(?:e|moj|info|sms|alert)|(?:info|sms|alert|pl|online|sa)$".replace("i", "l"))
"""Words that are put before or behind such a name to make it look like its office."""


class Mode(StrEnum):
    """The three senders; the values are those of the account."""

    RANDOM = "random"
    NUMBER = "number"
    NAME = "name"


class Tier(StrEnum):
    """The kind of message that is sold."""

    STANDARD = "standard"
    PREMIUM = "premium"


def tier_of(mode: Mode) -> Tier:
    """Return what a message from this sender is sold as."""
    return Tier.STANDARD if mode is Mode.RANDOM else Tier.PREMIUM


class BadName(StrEnum):
    """Why a name cannot be a sender."""

    MALFORMED = "malformed"
    NO_LETTER = "no_letter"
    PUBLIC_BODY = "public_body"
    DENIED = "denied"


def wrong_with(name: str, denied: frozenset[str] = frozenset()) -> BadName | None:
    """Tell why a name cannot be a sender; None: it can be asked for. `denied`: the operator's own words."""
    if not 3 <= len(name) <= NAME_MAX or not _NAME.fullmatch(name):
        return BadName.MALFORMED
    if not any(sign.isalpha() for sign in name):
        return BadName.NO_LETTER
    if _is_public_body(name):
        return BadName.PUBLIC_BODY
    flat = _flat(name)
    return BadName.DENIED if any(_flat(word) in flat for word in denied if _flat(word)) else None


def _is_public_body(name: str) -> bool:
    """Compare as a reader would: without separators and case, and with what looks alike as the same letter."""
    whole = _read(name)
    words = {_read(word) for word in (*_WORDS.split(fold(name)), *_HUMPS.findall(name))} | {_ADDED.sub("", whole)}
    return bool(words & _BODIES) or whole in _ALONE or any(part in whole for part in _ANYWHERE)


def _read(text: str) -> str:
    """Return the letters that a reader takes a text for: a capital I is a small l."""
    return _flat(text).replace("i", "l")


def _flat(text: str) -> str:
    return _NOT_A_LETTER.sub("", fold(text).translate(_LOOKS_LIKE))
