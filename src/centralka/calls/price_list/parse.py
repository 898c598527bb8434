"""A price list from a CSV file: all rows or none, and for each wrong cell where it stands and what is wrong with it.

Read are UTF-8, UTF-16 and Windows-1250; separated by semicolons, commas, tabs or bars; with a decimal comma or point;
columns in any order with Polish or English names (`COLUMN_NAMES`), under titles or at once. Columns with other names
are ignored, so that a carrier's list can be uploaded as it came; so are blank lines and a first line `sep=;` as
spreadsheets write it. A column's name can end in `netto` or in brackets, `cena za minutę (PLN netto)`; a column of
prices with VAT (`brutto`) is ignored. What the names do not tell, the operator says once (`Reading`).
"""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from ..tariffs import Rate
from .errors import Errors, Wrong, refuse, shortened, wrong
from .header import Header, found_header, header_of
from .increments import increments_of_row
from .prefixes import prefixes_in
from .prices import Signs, price_in
from .reading import Reading
from .rows import MOST_ROWS, rows_of
from .text import text_of

SHOWN_ROWS = 8
LONGEST_DESCRIPTION = 100


@dataclass(frozen=True, slots=True)
class Table:
    """The beginning of a file, for the operator who is to say what its columns are."""

    names: tuple[str, ...]
    columns: tuple[str, ...]
    """The meaning that each column is taken for; "" where it is not known."""
    rows: list[list[str]]


def look_at(data: bytes) -> Table:
    """Read the names and first rows of a file, whatever is wrong there. Raises `PriceListErrors` if it is no text."""
    text, errors = text_of(data), Errors()
    header = found_header(text)
    cells = itertools.islice(rows_of(text, header, errors), SHOWN_ROWS)
    rows = [[shortened(cell.strip()) for cell in row] for _line, row in cells]
    return Table(header.cells, tuple(name or "" for name in header.names), rows)


def parse_price_list(data: bytes, reading: Reading | None = None) -> list[Rate]:
    """Read the rates of a CSV file in its order. Raises `PriceListErrors`, and then nothing of the file is to be used.

    `reading`: what was said of files of this kind; a file whose columns have other names is read without it.
    """
    text = text_of(data)
    errors = Errors()
    header = header_of(text, reading, errors)
    errors.raise_if_any()
    rates = _rates(text, header, errors)
    errors.raise_if_any()
    if not rates:
        refuse("no_rows")
    return rates


def _rates(text: str, header: Header, errors: Errors) -> list[Rate]:
    rates: list[Rate] = []
    lines: dict[str, int] = {}
    signs = Signs(errors)
    for line, cells in rows_of(text, header, errors):
        for rate in _rates_of_row(line, cells, header, errors, signs):
            first = lines.setdefault(rate.prefix, line)
            if len(rates) >= MOST_ROWS:
                errors.add(line, None, "too_many_rows", limit=MOST_ROWS)
                return rates
            if rate.prefix in lines and first != line:
                errors.add(line, "prefix", "double_prefix", value=rate.prefix, first_line=first)
            rates.append(rate)
    signs.ask()
    return rates


def _rates_of_row(line: int, cells: list[str], header: Header, errors: Errors, signs: Signs) -> list[Rate]:
    expected = len(header.names)
    if len(cells) < expected:
        errors.add(line, None, "cells_missing", found=len(cells), expected=expected)
        return []
    if any(map(str.strip, cells[expected:])):
        errors.add(line, None, "cells_too_many", found=len(cells), expected=expected)
        return []
    row = {column: cell.strip() for column, cell in zip(header.names, cells, strict=False) if column}
    return _rates_of(row, line, header.reading, errors, signs)


def _rates_of(row: Mapping[str, str], line: int, reading: Reading | None, errors: Errors, signs: Signs) -> list[Rate]:
    prefixes = errors.good(line, "prefix", prefixes_in(row["prefix"]))
    description = errors.good(line, "description", _description(row.get("description", "")))
    per_minute = errors.good(line, "per_minute", price_in(row["per_minute"], reading))
    fee = errors.good(line, "connection_fee", price_in(row.get("connection_fee", "0"), reading))
    increments = increments_of_row(row, line, reading, errors)
    if prefixes is None or description is None or per_minute is None or fee is None or increments is None:
        return []
    signs.note(line, "per_minute", row["per_minute"], per_minute)
    signs.note(line, "connection_fee", row.get("connection_fee", "0"), fee)
    barred = per_minute.barred or fee.barred
    return [Rate(prefix, description, per_minute.amount, fee.amount, *increments, barred) for prefix in prefixes]


@lru_cache(maxsize=10_000)
def _description(cell: str) -> str | Wrong:
    text = " ".join(cell.split())
    return text if len(text) <= LONGEST_DESCRIPTION else wrong("description_too_long", text, LONGEST_DESCRIPTION)
