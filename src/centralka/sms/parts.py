"""Into how many parts a text goes, each of which is paid for (3GPP TS 23.038, 23.040 §9.2.3.24.1).

One message holds 160 characters of the GSM alphabet, or 70 UTF-16 units if a single character is not in it. Longer
texts are cut into parts of 153 or 67: the header by which the phone joins them takes the rest.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("€[]{}\\^|~\f")
"""These take two places: an escape before them."""
MOST_PARTS = 10
"""More is a letter, not a message; few phones join more."""


class Coding(StrEnum):
    """The ways in which a text travels. No Polish letter is in the GSM alphabet, so one makes the whole text UCS-2."""

    GSM7 = "gsm7"
    UCS2 = "ucs2"


_ROOM = {Coding.GSM7: (160, 153), Coding.UCS2: (70, 67)}
"""Places of a message that goes alone, and of each part of a longer one."""


@dataclass(frozen=True, slots=True)
class Counted:
    """The size of a text. `places`: characters of the GSM alphabet, or UTF-16 units."""

    coding: Coding
    places: int
    parts: int
    left: int
    """Places that are free in the last part."""


def count(text: str) -> Counted:
    """Count the parts of a text; an empty one has none."""
    coding = coding_of(text)
    alone, joined = _ROOM[coding]
    widths = [_width(sign, coding) for sign in text]
    places = sum(widths)
    if places <= alone:
        return Counted(coding, places, min(1, places), alone - places)
    parts, last = _filled(widths, joined)
    return Counted(coding, places, parts, joined - last)


def cut(text: str) -> list[str]:
    """Cut a text into the parts in which it travels, as `count` counts them."""
    coding = coding_of(text)
    alone, room = _ROOM[coding]
    if sum(_width(sign, coding) for sign in text) <= alone:
        return [text]
    parts, used = [""], 0
    for sign in text:
        width = _width(sign, coding)
        if used + width > room:
            parts, used = [*parts, ""], 0
        parts[-1] += sign
        used += width
    return parts


def coding_of(text: str) -> Coding:
    """Tell how a text has to travel."""
    return Coding.GSM7 if all(in_gsm(sign) for sign in text) else Coding.UCS2


def in_gsm(sign: str) -> bool:
    """Tell whether a character is in the GSM alphabet or its extension."""
    return sign in _BASIC or sign in _EXTENDED


def beyond_gsm(text: str) -> list[str]:
    """Return the characters that make a text UCS-2, each once, in their order."""
    return list(dict.fromkeys(sign for sign in text if not in_gsm(sign)))


def _width(sign: str, coding: Coding) -> int:
    if coding is Coding.GSM7:
        return 2 if sign in _EXTENDED else 1
    return 2 if ord(sign) > 0xFFFF else 1


def _filled(widths: Iterable[int], room: int) -> tuple[int, int]:
    """Fill part after part; what takes two places is never split between two. Returns the parts and the last's use."""
    parts, used = 1, 0
    for width in widths:
        if used + width > room:
            parts, used = parts + 1, 0
        used += width
    return parts, used
