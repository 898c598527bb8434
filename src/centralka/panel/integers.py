"""Whole numbers that come with a request: who sends it can write anything in their place."""

from collections.abc import Iterable

_MOST_DIGITS = 18
"""More might not fit into the database's integers."""


def integer_in(text: str) -> int | None:
    """Return the number that the text is; None if it is none, or too long for the database."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS else None


def integer_or(otherwise: int, text: str) -> int:
    """Return the number that the text is, as `integer_in`; `otherwise` if it is none."""
    number = integer_in(text)
    return otherwise if number is None else number


def integers_in(texts: Iterable[str]) -> list[int]:
    """Return those of the texts that are numbers, as `integer_in`."""
    return [number for text in texts if (number := integer_in(text)) is not None]
