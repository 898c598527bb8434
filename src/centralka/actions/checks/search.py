"""Search by typed words: names without their diacritics, numbers in any spelling."""

from django.db.models import Q, Value
from django.db.models.functions import StrIndex
from django.db.models.lookups import GreaterThan

from centralka.calls.alphabet import fold
from centralka.calls.spelling import parse_number
from centralka.store.folded import Folded

_LONGEST = 100
"""Characters that are looked at; no name is longer."""


def tidy(text: str) -> str:
    """Tidy the text that is searched for; "": there is none."""
    return " ".join(text.replace("\0", "").split())[:_LONGEST]


def named(column: str, text: str) -> Q:
    """Match rows of which a part of the column is `text`, whatever diacritics and capitals either of the two has."""
    # Not LIKE, which is slow on SQLite where it has to know every alphabet.
    return Q(GreaterThan(StrIndex(Folded(column), Value(fold(text))), 0))


def numbered(column: str, text: str) -> Q:
    """Match rows whose number (E.164) is `text` or holds its digits; no rows where `text` has no digits."""
    if e164 := parse_number(text):
        return Q(**{column: e164})
    return _holding(column, digits_in(text))


def with_number(column: str, text: str) -> Q:
    """Match rows of which a part of the column is a number (E.164) that `text` is, or that holds its digits."""
    return _holding(column, (parse_number(text) or "").removeprefix("+") or digits_in(text))


def _holding(column: str, digits: str) -> Q:
    """Match rows whose column holds these digits; no rows where there are none."""
    return Q(**{f"{column}__contains": digits}) if digits else Q(pk__in=[])


def digits_in(text: str) -> str:
    """Return the digits of a part of a number without the zeros that are dialled before it; "" for anything else."""
    plain = "".join(character for character in text if character not in " ().-/+\u00a0\u2009\u202f\u2010\u2011\u2013")
    return plain.lstrip("0") if plain.isascii() and plain.isdigit() else ""
