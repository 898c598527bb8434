"""The names that lists of prices have for their columns, in Polish and English, as many carriers write them."""

import re
from collections.abc import Mapping

COLUMN_NAMES: Mapping[str, frozenset[str]] = {
    "prefix": frozenset(
        {
            "prefix",
            "prefixes",
            "prefiks",
            "prefiksy",
            "kierunkowy",
            "numer kierunkowy",
            "dial code",
            "dial codes",
            "dialcode",
            "code",
            "codes",
            "kod",
            "dial prefix",
            "dialprefix",
            "dialing code",
            "dialling code",
            "destination code",
            "area code",
        }
    ),
    "description": frozenset(
        {
            "description",
            "destination",
            "destination name",
            "opis",
            "kierunek",
            "nazwa",
            "name",
            "country",
            "kraj i siec",
        }
    ),
    "per_minute": frozenset(
        {
            "price per minute",
            "per minute",
            "rate",
            "cena za minute",
            "stawka za minute",
            "stawka",
            "ppm",
            "cost / min",
            "cost/min",
            "cost per minute",
            "rate / min",
            "rate/min",
            "rate per minute",
            "price / min",
            "price/min",
            "rateinitial",
        }
    ),
    "connection_fee": frozenset(
        {
            "connection fee",
            "setup fee",
            "oplata za polaczenie",
            "oplata poczatkowa",
            "ppc",
            "price per call",
            "connect fee",
            "connection charge",
            "connectcharge",
            "setup",
        }
    ),
    "first_increment": frozenset(
        {
            "first increment",
            "pierwszy takt",
            "takt pierwszy",
            "minimal",
            "minimum",
            "initial increment",
            "interval 1",
            "first interval",
            "minimum duration",
            "min duration",
            "initblock",
        }
    ),
    "next_increment": frozenset(
        {
            "next increment",
            "kolejny takt",
            "nastepny takt",
            "takt kolejny",
            "resolution",
            "subsequent increment",
            "interval n",
            "next interval",
            "billingblock",
        }
    ),
}
"""The names of each column, in small letters without Polish ones; its name here (`per_minute`) is one too."""
INCREMENTS = "increments"
"""A column of both increments, `60/1`. Beside a first increment it is the next one."""
_BOTH_INCREMENTS = frozenset(
    {"increments", "increment", "billing increment", "billing increments", "takty", "naliczanie"}
)
COLUMNS = (*COLUMN_NAMES, INCREMENTS)
INCREMENT_COLUMNS = ("first_increment", "next_increment")

_LONGEST_NAME = 200
"""Characters of a name of a column. What takes brackets off it looks to its end from each of them."""
_WITHOUT_TAILS = str.maketrans("ąćęłńóśźż", "acelnoszz")
_NOT_OF_THE_NAME = re.compile(r"\((?!.*brutto|.*gross)[^)]*\)|\[(?!.*brutto|.*gross)[^]]*\]|\b(?:netto|net)\b")


def column_named(cell: str) -> str | None:
    """Return the one of `COLUMNS` that the name means; None: it means none of them."""
    if len(cell) > _LONGEST_NAME:
        return None
    plain = _NOT_OF_THE_NAME.sub(" ", cell.casefold().translate(_WITHOUT_TAILS)).replace("_", " ")
    name = " ".join(plain.split())
    if name in _BOTH_INCREMENTS:
        return INCREMENTS
    return next((c for c, names in COLUMN_NAMES.items() if name in names or name == c.replace("_", " ")), None)
