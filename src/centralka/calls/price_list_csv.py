"""A price list from a CSV file: all rows or none, and for each wrong cell where it stands and what is wrong with it.

Read are UTF-8, UTF-16 and Windows-1250; separated by semicolons, commas or tabs; with a decimal comma or point; columns
in any order with Polish or English names (`COLUMN_NAMES`). Columns with other names are ignored, so that a carrier's
list can be uploaded as it came; so are blank lines and a first line `sep=;` as spreadsheets write it. A column's name
can end in `netto` or in brackets, `cena za minutę (PLN netto)`; a column of prices with VAT (`brutto`) is ignored.
"""

import codecs
import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import NoReturn, TypeVar

from .tariffs import Rate

LARGEST_FILE = 20_000_000
"""Bytes."""
MOST_ROWS = 300_000
"""More than the longest lists of carriers have, and read in seconds."""
MOST_ERRORS = 100
"""That many errors are kept with their places; the rest are only counted."""

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
    "not_seconds": "“%(value)s” is not a whole number of seconds.",
    "seconds_out_of_range": "“%(value)s” is not between 1 and %(limit)s seconds.",
}
"""What each code means, in English, for `%` with the error's values."""

COLUMN_NAMES: Mapping[str, frozenset[str]] = {
    "prefix": frozenset({"prefix", "prefiks", "kierunkowy", "numer kierunkowy", "dial code"}),
    "description": frozenset({"description", "destination", "opis", "kierunek", "nazwa"}),
    "per_minute": frozenset({"price per minute", "per minute", "rate", "cena za minute", "stawka za minute", "stawka"}),
    "connection_fee": frozenset({"connection fee", "setup fee", "oplata za polaczenie", "oplata poczatkowa"}),
    "first_increment": frozenset({"first increment", "pierwszy takt", "takt pierwszy"}),
    "next_increment": frozenset({"next increment", "kolejny takt", "nastepny takt", "takt kolejny"}),
}
"""The names of each column, in small letters without Polish ones; its name here (`per_minute`) is one too."""

_SEPARATORS = ";,\t"
LONGEST_DESCRIPTION = 100
HIGHEST_PRICE = Decimal("1000.00")
BARRED = "barred"
"""In place of a price: a destination that is refused."""
_DECIMALS = 4
LONGEST_INCREMENT = 3600
_LONGEST_VALUE_SHOWN = 40

_BINARY = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_WITHOUT_TAILS = str.maketrans("ąćęłńóśźż", "acelnoszz")
_NOT_OF_THE_NAME = re.compile(r"\((?!.*brutto|.*gross)[^)]*\)|\[(?!.*brutto|.*gross)[^]]*\]|\b(?:netto|net)\b")
_SEP_LINE = re.compile(r'"?sep=([;,\t])"?', re.IGNORECASE)
_PREFIX = re.compile(r"(?:\+|00)?([1-9][0-9]{0,14})")
_PRICE = re.compile(r"(-?)([0-9]{1,12})(?:[.,]([0-9]{1,12}))?")
_SECONDS = re.compile(r"-?[0-9]{1,9}")
_SPACES = re.compile("[ \u00a0\u202f]")

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
    """Why nothing of the file was taken: the first hundred errors in the order of the file, and how many there are."""

    def __init__(self, errors: Sequence[PriceListError], total: int) -> None:
        super().__init__(f"{total} errors in a price list")
        self.errors = tuple(errors)
        self.total = total


@dataclass(frozen=True, slots=True)
class _Wrong:
    """What is wrong with one cell."""

    code: str
    values: Mapping[str, str | int]


@dataclass(slots=True)
class _Errors:
    """Errors as they are found."""

    found: list[PriceListError] = field(default_factory=list)
    total: int = 0

    def add(self, line: int | None, column: str | None, code: str, **values: str | int) -> None:
        self.total += 1
        if len(self.found) < MOST_ERRORS:
            self.found.append(PriceListError(line, column, code, values))

    def good(self, line: int, column: str, cell: T | _Wrong) -> T | None:
        """The value of a cell, or None after its error has been noted."""
        if not isinstance(cell, _Wrong):
            return cell
        self.add(line, column, cell.code, **cell.values)
        return None

    def raise_if_any(self) -> None:
        if self.total:
            raise PriceListErrors(self.found, self.total)


@dataclass(frozen=True, slots=True)
class _Header:
    """Where the columns stand."""

    line: int
    separator: str
    names: list[str | None]
    """For each cell of the row the field of `Rate`; None for a column that is ignored."""

    def place(self, column: str) -> int:
        return self.names.index(column)


def parse_price_list(data: bytes) -> list[Rate]:
    """The rates of a CSV file in its order. Raises `PriceListErrors`, and then nothing of the file is to be used."""
    text = _text(data)
    errors = _Errors()
    header = _header(text, errors)
    errors.raise_if_any()
    rates = _rates(text, header, errors)
    errors.raise_if_any()
    if not rates:
        _refuse("no_rows")
    return rates


def _refuse(code: str, **values: str | int) -> NoReturn:
    raise PriceListErrors([PriceListError(None, None, code, values)], 1)


def _text(data: bytes) -> str:
    if len(data) > LARGEST_FILE:
        _refuse("too_large", megabytes=LARGEST_FILE // 1_000_000)
    try:
        text = data.decode(_encoding(data))
    except UnicodeDecodeError:
        _refuse("not_text")
    if _BINARY.search(text):
        _refuse("not_text")
    if not text.strip():
        _refuse("empty")
    return text


def _encoding(data: bytes) -> str:
    """UTF-16 is told by its mark, or by the zero byte of its first letter, which is a plain one in every header."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if 0 in data[:2]:
        return "utf-16-be" if data[0] == 0 else "utf-16-le"
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1250"
    return "utf-8-sig"


def _header(text: str, errors: _Errors) -> _Header:
    """The first line that is not blank, cut by the separator that shows the most columns."""
    number, line = next((number, line) for number, line in _lines(text) if not _says_nothing(line))
    cuts = [_Header(number, separator, _columns(line, separator)) for separator in _SEPARATORS]
    header = max(cuts, key=lambda cut: len(set(cut.names) - {None}))
    for column in COLUMN_NAMES:
        if column not in header.names:
            errors.add(number, column, "missing_column", name=column)
        elif header.names.count(column) > 1:
            errors.add(number, column, "double_column", name=column)
    return header


def _lines(text: str) -> Iterator[tuple[int, str]]:
    yield from ((number, line.rstrip("\n")) for number, line in enumerate(io.StringIO(text, newline=None), start=1))
    yield 1, ";"  # A file of nothing but `sep=;` has an empty header.


def _says_nothing(line: str) -> bool:
    return not line.strip() or _SEP_LINE.fullmatch(line.strip()) is not None


def _columns(line: str, separator: str) -> list[str | None]:
    return [_column(cell) for cell in next(csv.reader([line[:10_000]], delimiter=separator))]


def _column(cell: str) -> str | None:
    plain = _NOT_OF_THE_NAME.sub(" ", cell.casefold().translate(_WITHOUT_TAILS)).replace("_", " ")
    name = " ".join(plain.split())
    return next((c for c, names in COLUMN_NAMES.items() if name in names or name == c.replace("_", " ")), None)


def _rates(text: str, header: _Header, errors: _Errors) -> list[Rate]:
    rates: list[Rate] = []
    lines: dict[str, int] = {}
    for line, cells in _rows(text, header, errors):
        rate = _rate(line, cells, header, errors)
        if rate is None:
            continue
        first = lines.setdefault(rate.prefix, line)
        if first != line:
            errors.add(line, "prefix", "double_prefix", value=rate.prefix, first_line=first)
        rates.append(rate)
    return rates


def _rows(text: str, header: _Header, errors: _Errors) -> Iterator[tuple[int, list[str]]]:
    """Each row under the header that is not blank, with the line on which it begins."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=header.separator, strict=True)
    line, count = 1, 0
    try:
        for cells in reader:
            if line > header.line and any(map(str.strip, cells)):
                count += 1
                if count > MOST_ROWS:
                    errors.add(line, None, "too_many_rows", limit=MOST_ROWS)
                    return
                yield line, cells
            line = reader.line_num + 1
    except csv.Error:
        errors.add(line, None, "quotation")


def _rate(line: int, cells: list[str], header: _Header, errors: _Errors) -> Rate | None:
    expected = len(header.names)
    if len(cells) < expected:
        errors.add(line, None, "cells_missing", found=len(cells), expected=expected)
        return None
    if any(map(str.strip, cells[expected:])):
        errors.add(line, None, "cells_too_many", found=len(cells), expected=expected)
        return None
    return _rate_of(
        {column: cell.strip() for column, cell in zip(header.names, cells, strict=False) if column}, line, errors
    )


def _rate_of(row: Mapping[str, str], line: int, errors: _Errors) -> Rate | None:
    prefix = errors.good(line, "prefix", _prefix(row["prefix"]))
    description = errors.good(line, "description", _description(row["description"]))
    per_minute = errors.good(line, "per_minute", _price(row["per_minute"]))
    connection_fee = errors.good(line, "connection_fee", _price(row["connection_fee"]))
    first = errors.good(line, "first_increment", _seconds(row["first_increment"]))
    following = errors.good(line, "next_increment", _seconds(row["next_increment"]))
    if prefix is None or description is None or per_minute is None or connection_fee is None:
        return None
    if first is None or following is None:
        return None
    return Rate(prefix, description, per_minute, connection_fee, first, following)


def _wrong(code: str, value: str, limit: int | Decimal | None = None) -> _Wrong:
    shown = value if len(value) <= _LONGEST_VALUE_SHOWN else value[:_LONGEST_VALUE_SHOWN] + "…"
    return _Wrong(code, {"value": shown} if limit is None else {"value": shown, "limit": str(limit)})


def _prefix(cell: str) -> str | _Wrong:
    match = _PREFIX.fullmatch(_SPACES.sub("", cell))
    return _wrong("prefix", cell) if match is None else match[1]


@lru_cache(maxsize=10_000)
def _description(cell: str) -> str | _Wrong:
    text = " ".join(cell.split())
    return text if len(text) <= LONGEST_DESCRIPTION else _wrong("description_too_long", text, LONGEST_DESCRIPTION)


@lru_cache(maxsize=10_000)
def _price(cell: str) -> Decimal | _Wrong:
    match = _PRICE.fullmatch(cell)
    if match is None:
        return _wrong("not_a_price", cell)
    sign, whole, decimals = match[1], match[2], (match[3] or "").rstrip("0")
    if len(decimals) > _DECIMALS:
        return _wrong("too_precise", cell, _DECIMALS)
    amount = Decimal(f"{whole}.{decimals:0<{_DECIMALS}}")
    if sign and amount:
        return _wrong("negative", cell)
    return amount if amount <= HIGHEST_PRICE else _wrong("price_too_high", cell, HIGHEST_PRICE)


@lru_cache(maxsize=10_000)
def _seconds(cell: str) -> int | _Wrong:
    if not _SECONDS.fullmatch(cell):
        return _wrong("not_seconds", cell)
    seconds = int(cell)
    return seconds if 1 <= seconds <= LONGEST_INCREMENT else _wrong("seconds_out_of_range", cell, LONGEST_INCREMENT)
