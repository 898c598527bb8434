"""Read and write public numbers: as they are written by people who type or dial them, for carriers and phones, and on a
screen."""

import re
from enum import StrEnum
from typing import assert_never

import phonenumbers
from phonenumbers import PhoneNumber, PhoneNumberFormat, ValidationResult

from .numbers import COUNTRY_CODE

NATIONAL_LENGTH = 9
"""Digits of a Polish number; few are longer or shorter, and these are not dialled nationally."""

_LONGEST_DIALLED = 40
_LONGEST_E164 = 15
_LONGEST_EXTENSION = 6
_LONGEST_KEPT = 40
"""Characters of a caller's number that is no number."""
_SEPARATORS = dict.fromkeys(map(ord, " ().-/\u00a0\u2009\u202f\u2010\u2011\u2013"))
_THREES = re.compile(r".{1,3}")
_BARE = re.compile(r"\+?[0-9]{2,20}")


class NumberStyle(StrEnum):
    """Ways to write a number for a carrier or a phone: `+48221234567`, `48221234567`, or `221234567` and `0049…`."""

    E164 = "e164"
    DIGITS = "digits"
    NATIONAL = "national"


def parse_number(text: str) -> str | None:
    """Read a public number as a person writes it, in E.164; None if the data do not know it as valid.

    Takes what `destination` takes but short codes, and the 0 that was once dialled before Polish area codes:
    `(0-22) 123 45 67`, `+48 (0)22 123 45 67`.
    """
    dialled = bare(text)
    if dialled is None:
        return None
    spelling = with_country(_without_trunk_zero(dialled))
    number = None if spelling is None else phone_number(spelling)
    if number is None or not phonenumbers.is_valid_number(number):
        return None
    return e164(number)


def known_number(number: str) -> str:
    """Return E.164 where a caller's number is a public one, in whatever spelling it came; an extension stays."""
    if len(number) <= _LONGEST_EXTENSION:
        return number
    return (parse_number(number) or number)[:_LONGEST_KEPT]


def grouped(number: str) -> str:
    """Write E.164 as people in Poland read it: `22 123 45 67`, `600 100 200`, `+49 30 123456`. Anything else as it is.

    A Polish number of fewer digits keeps its calling code: without it, it would be read as an extension.
    """
    parsed = phone_number(number) if number.startswith("+") else None
    if parsed is None or e164(parsed) != number:
        return number
    if parsed.country_code != COUNTRY_CODE or len(number) != len(f"+{COUNTRY_CODE}") + NATIONAL_LENGTH:
        return phonenumbers.format_number(parsed, PhoneNumberFormat.INTERNATIONAL)
    national: str = phonenumbers.format_number(parsed, PhoneNumberFormat.NATIONAL)
    return national if " " in national else " ".join(_THREES.findall(national))


def spelled(number: str, style: NumberStyle) -> str:
    """Write E.164 in `style`; short codes, and everything else that has no plus, stay as they are."""
    if not number.startswith("+"):
        return number
    match style:
        case NumberStyle.E164:
            return number
        case NumberStyle.DIGITS:
            return number[1:]
        case NumberStyle.NATIONAL:
            home = f"+{COUNTRY_CODE}"
            return number.removeprefix(home) if number.startswith(home) else "00" + number[1:]
        case _:
            assert_never(style)


def bare(text: str) -> str | None:
    """Return the digits, perhaps with a plus before them; None if there is anything else but separators."""
    if len(text) > _LONGEST_DIALLED:
        return None
    digits = text.strip().lower().removeprefix("tel:").translate(_SEPARATORS)
    return digits if _BARE.fullmatch(digits) else None


def with_country(dialled: str) -> str | None:
    """Give `bare` digits plus and calling code; None: neither national nor international, a short code at best."""
    home = str(COUNTRY_CODE)
    if dialled.startswith("+"):
        return dialled
    if dialled.startswith("00"):
        return "+" + dialled[2:]
    if len(dialled) == NATIONAL_LENGTH and dialled[0] != "0":
        return f"+{home}{dialled}"
    return "+" + dialled if dialled.startswith(home) and len(dialled) == len(home) + NATIONAL_LENGTH else None


def _without_trunk_zero(dialled: str) -> str:
    match = re.fullmatch(rf"((?:\+|00|){COUNTRY_CODE})?0([1-9][0-9]{{{NATIONAL_LENGTH - 1}}})", dialled)
    return dialled if match is None else (match[1] or "") + match[2]


def phone_number(spelling: str) -> PhoneNumber | None:
    """Return the number that a text spells; None for a calling code or a length that does not exist, and for one
    that can be dialled only within an area."""
    try:
        number = phonenumbers.parse(spelling, None)
    except phonenumbers.NumberParseException:
        return None
    possible = phonenumbers.is_possible_number_with_reason(number) == ValidationResult.IS_POSSIBLE
    return number if possible and len(e164(number)) <= len("+") + _LONGEST_E164 else None


def e164(number: PhoneNumber) -> str:
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)
