"""Errors of a price list, and where they stand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NoReturn, TypeVar

MOST_ERRORS = 100
"""That many errors are kept with their places; the rest are only counted."""
_LONGEST_VALUE_SHOWN = 40


MESSAGES: Mapping[str, str] = {
    "too_large": "The file is larger than %(megabytes)s MB.",
    "not_text": "This is not a text file. Save the price list as CSV, not as a workbook.",
    "empty": "The file is empty.",
    "no_rows": "There is no price under the line with the names of the columns.",
    "missing_column": "The column “%(name)s” is missing in the first line.",
    "double_column": "The first line has the column “%(name)s” twice.",
    "too_many_rows": "The list has more than %(limit)s rows.",
    "cells_missing": "The row has %(found)s cells instead of %(expected)s.",
    "cells_too_many": "The row has %(found)s cells instead of %(expected)s. Where commas separate the cells, a price"
    " with a decimal comma must be in quotation marks.",
    "quotation": "A quotation mark is in the wrong place, or its pair is missing: nothing after it can be read.",
    "prefix": "“%(value)s” is not a prefix: 1 to 15 digits that begin with a country code.",
    "double_prefix": "The prefix %(value)s is already in line %(first_line)s.",
    "description_too_long": "The description is longer than %(limit)s characters.",
    "not_a_price": "“%(value)s” is not a price.",
    "negative": "“%(value)s” is less than zero.",
    "price_too_high": "“%(value)s” is more than %(limit)s.",
    "too_precise": "“%(value)s” has more than %(limit)s decimals.",
    "ambiguous_price": "“%(value)s” can be read in two ways, and no other price of the file tells which is meant.",
    "currency": "The prices of the column “%(value)s” are not in PLN: say what they are to be multiplied by.",
    "not_seconds": "“%(value)s” is not a whole number of seconds.",
    "seconds_out_of_range": "“%(value)s” is not between 1 and %(limit)s seconds.",
}
"""The meaning of each code, in English, for `%` with the error's values."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class PriceListError:
    """One thing wrong with the file."""

    line: int | None
    """Counted from 1, as an editor does; None: the file as a whole."""
    column: str | None
    """The field of `Rate`; None: the row as a whole."""
    code: str
    """A key of `MESSAGES`."""
    values: Mapping[str, str | int] = field(default_factory=dict)

    def __str__(self) -> str:
        return MESSAGES[self.code] % self.values


class PriceListErrors(Exception):
    """The file was refused as a whole: the first hundred errors in the order of the file, and how many there are."""

    def __init__(self, errors: Sequence[PriceListError], total: int) -> None:
        super().__init__(f"{total} errors in a price list")
        self.errors = tuple(errors)
        self.total = total


def refuse(code: str, **values: str | int) -> NoReturn:
    """Raise the one error of a file as a whole."""
    raise PriceListErrors([PriceListError(None, None, code, values)], 1)


@dataclass(frozen=True, slots=True)
class Wrong:
    """A mistake in one cell."""

    code: str
    values: Mapping[str, str | int]


def shortened(value: str) -> str:
    return value if len(value) <= _LONGEST_VALUE_SHOWN else value[:_LONGEST_VALUE_SHOWN] + "…"


def wrong(code: str, value: str, limit: int | Decimal | None = None) -> Wrong:
    """Describe what is wrong with a cell. `code`: a key of `MESSAGES` that tells the value and the limit, if any."""
    told = {"value": shortened(value)}
    return Wrong(code, told if limit is None else told | {"limit": str(limit)})


@dataclass(slots=True)
class Errors:
    """Errors as they are found."""

    found: list[PriceListError] = field(default_factory=list)
    total: int = 0

    def add(self, line: int | None, column: str | None, code: str, **values: str | int) -> None:
        self.total += 1
        if len(self.found) < MOST_ERRORS:
            self.found.append(PriceListError(line, column, code, values))

    def good(self, line: int, column: str, cell: T | Wrong) -> T | None:
        """Return the value of a cell, or None after its error has been noted."""
        if not isinstance(cell, Wrong):
            return cell
        self.add(line, column, cell.code, **cell.values)
        return None

    def raise_if_any(self) -> None:
        if self.total:
            raise PriceListErrors(self.found, self.total)
