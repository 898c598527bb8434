"""Put names in order and find them: as Poles sort them, and whatever diacritics people type or leave out."""

import unicodedata
from itertools import groupby

LETTERS = "aąbcćdeęfghijklłmnńoópqrsśtuvwxyzźż"
"""Each letter with a diacritic is one of its own, after the one without (PN-N-01225 puts digits before them all)."""
KEY_MAX = 240
"""Characters of a key; names that are the same so far stand in the order in which they were made."""
_MARKS = range(0x0300, 0x0370)
_WITH_MARKS = (*range(0x00C0, 0x0250), *range(0x1E00, 0x1F00))
_NO_PARTS = {"ł": "l", "ø": "o", "đ": "d", "ħ": "h", "ı": "i", "ð": "d", "ŧ": "t", "ß": "s", "æ": "a", "œ": "o"}
"""Letters that Unicode does not take apart."""
_SPACE, _SIGN, _NUMBER, _FIRST_LETTER, _OTHER = 10, 11, 20, 30, 90
_WEIGHTS = {letter: str(_FIRST_LETTER + place) for place, letter in enumerate(LETTERS)}


def _plain(letter: str) -> str | None:
    """Return the letter of `a` to `z` that people type in its place; None: it has none."""
    small = letter.lower()
    found = _NO_PARTS.get(small) or unicodedata.normalize("NFKD", small)[:1]
    return found if found != small and found.isascii() and found.isalpha() else None


PLAIN = {letter: plain for letter in map(chr, _WITH_MARKS) if (plain := _plain(letter))}
"""Letters with diacritics, small and capital, and the small letter that is typed for each."""
MARKS = "".join(map(chr, _MARKS))
"""Diacritics that stand as a character of their own behind their letter: left out."""
_FOLDED = str.maketrans(PLAIN | dict.fromkeys(MARKS, ""))


def fold(text: str) -> str:
    """Put a text into small letters without diacritics, so that `lukasz` finds `Łukasz`."""
    return text.lower().translate(_FOLDED)


def sort_key(name: str) -> str:
    """Return digits that sort as the names do, in every database and under every collation.

    Small and capital letters are alike; numbers count as numbers (`Sala 2` before `Sala 10`), before letters.
    """
    small = unicodedata.normalize("NFC", " ".join(name.split())).lower()
    parts = ["".join(group) for _digits, group in groupby(small, key=_is_digit)]
    return "".join(_number(part) if _is_digit(part) else "".join(map(_weight, part)) for part in parts)[:KEY_MAX]


def _is_digit(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _number(digits: str) -> str:
    """Write a number so that a longer one sorts as the bigger one."""
    significant = digits.lstrip("0")[:99]
    return f"{_NUMBER}{len(significant):02}{significant}"


def _weight(character: str) -> str:
    if weight := _WEIGHTS.get(character) or _WEIGHTS.get(PLAIN.get(character, "")):
        return weight
    if character == " ":
        return str(_SPACE)
    return f"{_OTHER}{ord(character):07}" if character.isalpha() else str(_SIGN)
