"""The grammar of spoken numbers, money and time, as names of sound files to be played one after the other.

Polish counts in three forms (1 złoty, 2 złote, 5 złotych) and two genders that differ here (dwa złote, dwie minuty).
"""

from decimal import ROUND_HALF_UP, Decimal
from enum import Enum
from typing import Literal, assert_never

Language = Literal["pl", "en"]

BEYOND = 1_000_000_000
"""The first number that cannot be said; with a minus, that goes for its mirror image too."""

_SIGNS = {"+": "digits/plus", "*": "digits/star", "#": "digits/pound"}
_SEPARATORS = " -()"


class Gender(Enum):
    """The gender of the noun that is counted. English has one form for both."""

    MASCULINE = "masculine"
    """jeden złoty, dwa złote"""
    FEMININE = "feminine"
    """jedna minuta, dwie minuty"""


def say_digits(text: str) -> list[str]:
    """Say a phone number or code by its digits; spaces, hyphens and brackets are silent. ValueError for other signs."""
    return [_say_sign(sign) for sign in text if sign not in _SEPARATORS]


def say_number(number: int, language: Language, gender: Gender = Gender.MASCULINE) -> list[str]:
    """Say a whole number, as in counting. ValueError at BEYOND and further from zero."""
    if abs(number) >= BEYOND:
        raise ValueError(f"a number of this size cannot be said: {number}")
    if number < 0:
        return ["digits/minus", *say_number(-number, language, gender)]
    millions, thousands, units = number // 1_000_000, number // 1000 % 1000, number % 1000
    spoken = [*_group(millions, 1_000_000, language), *_group(thousands, 1000, language)]
    if units or not spoken:
        spoken += _below_thousand(units, language)
    return _feminine(spoken, number) if language == "pl" and gender is Gender.FEMININE else spoken


def say_count(number: int, noun: str, language: Language, gender: Gender = Gender.MASCULINE) -> list[str]:
    """Say a number and what is counted in its right form: `noun` is a file name without form, e.g. "money/zloty"."""
    return [*say_number(number, language, gender), f"{noun}-{_form(number, language)}"]


def say_money(amount: Decimal, language: Language) -> list[str]:
    """Say an amount in PLN, rounded to whole grosze (half a grosz counts as one). ValueError for anything else."""
    if not amount.is_finite() or abs(amount) >= BEYOND - 1:
        raise ValueError(f"this amount cannot be said: {amount}")
    total = int((abs(amount) * 100).quantize(Decimal(1), ROUND_HALF_UP))
    zlotys, groszy = divmod(total, 100)
    spoken = ["digits/minus"] if amount < 0 < total else []
    if zlotys or not groszy:
        spoken += say_count(zlotys, "money/zloty", language)
    return spoken + say_count(groszy, "money/grosz", language) if groszy else spoken


def _say_sign(sign: str) -> str:
    if sign in "0123456789":
        return f"digits/{sign}"
    if sign not in _SIGNS:
        raise ValueError(f"no sign that can be dialled: {sign!r}")
    return _SIGNS[sign]


def _group(count: int, size: int, language: Language) -> list[str]:
    """Say how many thousands or millions."""
    if not count:
        return []
    match language:
        case "pl":
            # "tysiąc", not "jeden tysiąc".
            leading = _below_thousand(count, language) if count > 1 else []
            return [*leading, f"digits/{size}" + {1: "", 2: ".2", 5: ".5"}[_form(count, language)]]
        case "en":
            return [*_below_thousand(count, language), f"digits/{size}"]
        case _:
            assert_never(language)


def _below_thousand(number: int, language: Language) -> list[str]:
    """Say 0 … 999; both languages have a word for each hundred, each ten and everything below twenty."""
    hundreds, rest = number // 100 * 100, number % 100
    spoken = [f"digits/{hundreds}"] if hundreds else []
    if rest >= 20:
        spoken.append(f"digits/{rest // 10 * 10}")
        rest %= 10
    return [*spoken, f"digits/{rest}"] if rest or not spoken else spoken


def _feminine(spoken: list[str], number: int) -> list[str]:
    """jedna, but dwadzieścia jeden; dwie, dwadzieścia dwie, but dwanaście."""
    if number == 1:
        return ["digits/1z"]
    return [*spoken[:-1], "digits/2z"] if spoken[-1] == "digits/2" else spoken


def _form(number: int, language: Language) -> Literal[1, 2, 5]:
    """Return the form of the counted noun: as after 1, 2 or 5."""
    number = abs(number)
    if number == 1:
        return 1
    match language:
        case "pl":
            return 2 if number % 10 in (2, 3, 4) and number % 100 not in (12, 13, 14) else 5
        case "en":
            return 2
        case _:
            assert_never(language)
