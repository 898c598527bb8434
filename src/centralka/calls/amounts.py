"""Amounts as people and files write them: one reading, two, or none. Nothing is guessed.

`1.000` is one złoty to some and a thousand to others. A lone comma or point with exactly three digits behind it, and
one to three before it, can stand for either; an amount that writes its thousands and its decimals differently cannot.
"""

import re
from dataclasses import dataclass
from decimal import Decimal

_SPACE = "[ \u00a0\u202f]"
_PLAIN = re.compile(r"([0-9]{1,12})(?:([.,])([0-9]{1,12}))?", re.ASCII)
_GROUPED = re.compile(
    rf"([1-9][0-9]{{0,2}}(?:(?:{_SPACE}[0-9]{{3}}){{1,3}}|(?:\.[0-9]{{3}}){{1,3}}|(?:,[0-9]{{3}}){{1,3}}))"
    r"(?:([.,])([0-9]{1,12}))?",
    re.ASCII,
)
_NOT_DIGITS = re.compile(r"[^0-9]", re.ASCII)
_MINUS = ("-", "\N{MINUS SIGN}")


@dataclass(frozen=True, slots=True)
class TwoReadings:
    """Amounts that a text can mean: with its sign as the decimal one, or as the one between thousands."""

    decimals: Decimal
    thousands: Decimal


def read_amount(text: str) -> Decimal | TwoReadings | None:
    """Read `1234,5`, `1 234.50`, `1.234,50`, `-7` as the amount; `1.000` as both that it can be; else None.

    Up to 12 digits before the comma or point and 12 behind it.
    """
    written = text.strip()
    sign = -1 if written.startswith(_MINUS) else 1
    match _reading(written[1:].lstrip() if sign < 0 else written):
        case Decimal() as amount:
            return sign * amount
        case TwoReadings(decimals, thousands):
            return TwoReadings(sign * decimals, sign * thousands)
        case None:
            return None


def is_ambiguous(whole: str, decimals: str) -> bool:
    """Tell whether a lone comma or point between these digits can stand for either."""
    return len(decimals) == 3 and len(whole) <= 3 and not whole.startswith("0")


def _reading(text: str) -> Decimal | TwoReadings | None:
    if match := _PLAIN.fullmatch(text):
        whole, _sign, decimals = match.groups(default="")
        amount = Decimal(f"{whole}.{decimals or 0}")
        return TwoReadings(amount, Decimal(whole + decimals)) if is_ambiguous(whole, decimals) else amount
    match = _GROUPED.fullmatch(text)
    if match is None:
        return None
    groups, point, decimals = match.groups(default="")
    # One sign cannot be both: 1.000.00 is a slip, not an amount.
    return None if point and point in groups else Decimal(f"{_NOT_DIGITS.sub('', groups)}.{decimals or 0}")
