"""Recipients of messages: mobile phones, here and abroad."""

from dataclasses import dataclass
from enum import StrEnum

import phonenumbers
from phonenumbers import PhoneNumberType

from centralka.calls.destinations import Destination, Kind, Level, destination

_MOBILE = frozenset({PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE})
"""The second: North America, where a number does not tell."""


class NoRecipient(StrEnum):
    """Why a message cannot go there."""

    NOT_A_NUMBER = "not_a_number"
    SHORT_CODE = "short_code"
    PREMIUM = "premium"
    SATELLITE = "satellite"
    LANDLINE = "landline"
    ABOVE_LEVEL = "above_level"


_KINDS = {
    Kind.EMERGENCY: NoRecipient.SHORT_CODE,
    Kind.SERVICE: NoRecipient.SHORT_CODE,
    Kind.PREMIUM: NoRecipient.PREMIUM,
    Kind.SATELLITE: NoRecipient.SATELLITE,
    Kind.UNKNOWN: NoRecipient.NOT_A_NUMBER,
}


@dataclass(frozen=True, slots=True)
class Recipient:
    """A mobile number."""

    e164: str
    level: Level
    """The level that the sender's permission must cover."""


def recipient(text: str) -> Recipient | NoRecipient:
    """Read a number, in any spelling, as a recipient of messages."""
    to = destination(text)
    if to is None:
        return NoRecipient.NOT_A_NUMBER
    if not to.number.startswith("+"):
        return NoRecipient.SHORT_CODE
    return _KINDS.get(to.kind) or _mobile(to)


def is_mobile(e164: str) -> bool:
    """Tell whether a number is a mobile one; messages come from and to no others."""
    return isinstance(recipient(e164), Recipient)


def _mobile(to: Destination) -> Recipient | NoRecipient:
    number = phonenumbers.parse(to.number, None)
    if to.level is None or phonenumbers.number_type(number) not in _MOBILE:
        return NoRecipient.LANDLINE
    return Recipient(to.number, to.level)
