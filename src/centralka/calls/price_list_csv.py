"""A price list from a CSV file: all rows or none, and for each wrong cell where it stands and what is wrong with it.

Read are UTF-8, UTF-16 and Windows-1250; separated by semicolons, commas, tabs or bars; with a decimal comma or point;
columns in any order with Polish or English names (`COLUMN_NAMES`), under titles or at once. Columns with other names
are ignored, so that a carrier's list can be uploaded as it came; so are blank lines and a first line `sep=;` as
spreadsheets write it. A column's name can end in `netto` or in brackets, `cena za minutę (PLN netto)`; a column of
prices with VAT (`brutto`) is ignored. What the names do not tell, somebody says once (`Reading`).
"""

import codecs
import csv
import io
import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from decimal import ROUND_CEILING, Decimal
from functools import lru_cache
from typing import Any, NoReturn, TypeVar

from .amounts import is_ambiguous
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
    "ambiguous_price": "“%(value)s” can be read in two ways, and no other price of the file tells which is meant.",
    "currency": "The prices of the column “%(value)s” are not in PLN: say what they are to be multiplied by.",
    "not_seconds": "“%(value)s” is not a whole number of seconds.",
    "seconds_out_of_range": "“%(value)s” is not between 1 and %(limit)s seconds.",
}
"""What each code means, in English, for `%` with the error's values."""

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

_SEPARATORS = ";,\t|"
_TITLE_LINES = 30
"""So many lines at most are looked through for the names of the columns: titles can stand above them."""
SHOWN_ROWS = 8
LONGEST_DESCRIPTION = 100
HIGHEST_PRICE = Decimal("1000.00")
BARRED = "barred"
"""In place of a price: a destination that is refused."""
_DECIMALS = 4
_NOTHING = Decimal("0.0000")
_INCREMENT_COLUMNS = ("first_increment", "next_increment")
_MOST_COLUMNS = 60
_LONGEST_CELL = 5_000
LONGEST_INCREMENT = 3600
_LONGEST_VALUE_SHOWN = 40

_BINARY = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_LONGEST_NAME = 200
"""Characters of a name of a column. What takes brackets off it looks to its end from each of them."""
_WITHOUT_TAILS = str.maketrans("ąćęłńóśźż", "acelnoszz")
_NOT_OF_THE_NAME = re.compile(r"\((?!.*brutto|.*gross)[^)]*\)|\[(?!.*brutto|.*gross)[^]]*\]|\b(?:netto|net)\b")
_SEP_LINE = re.compile(r'"?sep=([;,\t|])"?', re.IGNORECASE)
_PREFIX = re.compile(r"(?:\+|00)?([1-9][0-9]{0,14})")
_PREFIX_RANGE = re.compile(r"(?:\+|00)?([1-9][0-9]{2,14})\s*[-–]\s*(?:\+|00)?([1-9][0-9]{2,14})")
_BETWEEN_PREFIXES = re.compile(r"[,;/|\n]")
_PRICE = re.compile(r"(-?)([0-9]{1,12})(?:([.,])([0-9]{1,12}))?")
_INCREMENTS = re.compile(r"([0-9]{1,9})\s*[/+:]\s*([0-9]{1,9})")
_BARRED_WORDS = frozenset({BARRED, "blocked", "forbidden", "zablokowany", "zablokowane", "zablokowana"})
_FOREIGN = re.compile(r"\b(?:usd|eur|gbp|chf|czk)\b|[$€£]")
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

    def need(self, header: "_Header", columns: Iterable[str]) -> None:
        """Note columns that are not there, or more than once."""
        both = header.names.count(INCREMENTS) == 1
        for column in columns:
            count = header.names.count(column)
            if count > 1:
                self.add(header.line, column, "double_column", name=column)
            elif not count and not (both and column in _INCREMENT_COLUMNS):
                self.add(header.line, column, "missing_column", name=column)

    def raise_if_any(self) -> None:
        if self.total:
            raise PriceListErrors(self.found, self.total)


@dataclass(frozen=True, slots=True)
class Reading:
    """What somebody said of a kind of file: what its columns are, and how what can be read in two ways is meant."""

    names: tuple[str, ...]
    """The cells of the line above the rows, by which a file of this kind is known."""
    columns: tuple[str, ...]
    """For each of them one of `COLUMNS`; "" for a column that is ignored."""
    decimal: str = ""
    """"," or "." before decimals; "" where the file itself tells."""
    round_up: bool = False
    """Prices with more than four decimals are rounded up; else they are refused."""
    bar_high: bool = False
    """A price above the highest says that nobody may call there; else it is refused."""
    increments: str = ""
    """As `60/1`, where no column has them."""
    factor: Decimal = Decimal(1)
    """What prices are multiplied by, for a list in another currency."""


@dataclass(frozen=True, slots=True)
class _Header:
    """Where the columns stand."""

    line: int
    separator: str
    names: list[str | None]
    """For each cell of the row one of `COLUMNS`; None for a column that is ignored."""
    cells: tuple[str, ...]
    """The line itself."""
    reading: Reading | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """The beginning of a file, for somebody who is to say what its columns are."""

    names: tuple[str, ...]
    columns: tuple[str, ...]
    """What they are taken for; "" where nobody knows."""
    rows: list[list[str]]


def reading_as_json(reading: Reading) -> dict[str, Any]:
    """For a JSON column."""
    return asdict(reading) | {"factor": str(reading.factor)}


def reading_from_json(stored: Mapping[str, Any]) -> Reading:
    """What `reading_as_json` made."""
    lists = {name: tuple(stored[name]) for name in ("names", "columns")}
    return Reading(**{**stored, **lists, "factor": Decimal(stored["factor"])})


def look_at(data: bytes) -> Table:
    """The names and first rows of a file, whatever is wrong with them. Raises `PriceListErrors` if it is no text."""
    text, errors = _text(data), _Errors()
    header = _found_header(text)
    cells = itertools.islice(_rows(text, header, errors), SHOWN_ROWS)
    rows = [[_shortened(cell.strip()) for cell in row] for _line, row in cells]
    return Table(header.cells, tuple(name or "" for name in header.names), rows)


def parse_price_list(data: bytes, reading: Reading | None = None) -> list[Rate]:
    """The rates of a CSV file in its order. Raises `PriceListErrors`, and then nothing of the file is to be used.

    `reading`: what was said of files of this kind; a file whose columns have other names is read without it.
    """
    text = _text(data)
    errors = _Errors()
    header = _header_of(text, reading, errors)
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


def _header_of(text: str, reading: Reading | None, errors: _Errors) -> _Header:
    found = _found_header(text)
    if reading is not None and found.cells == reading.names:
        names: list[str | None] = [column or None for column in reading.columns]
        found = replace(found, names=names, reading=reading)
        errors.need(
            found, ["prefix", "per_minute"] if reading.increments else ["prefix", "per_minute", *_INCREMENT_COLUMNS]
        )
        return found
    errors.need(found, COLUMN_NAMES)
    for name, cell in zip(found.names, found.cells, strict=True):
        if name in ("per_minute", "connection_fee") and _FOREIGN.search(cell.casefold()):
            errors.add(found.line, name, "currency", value=_shortened(cell))
    return found


def _found_header(text: str) -> _Header:
    """Of the first lines the one with the most names that are known, cut by the separator that shows them."""
    lines = itertools.islice(((n, line) for n, line in _lines(text) if not _says_nothing(line)), _TITLE_LINES)
    cuts = [_cut(number, line, separator) for number, line in lines for separator in _SEPARATORS]
    best = max(cuts, key=lambda cut: len(set(cut.names) - {None}))
    # No name is known: then the line with the most cells is taken, and somebody is asked.
    return best if any(best.names) else max(cuts, key=lambda cut: (min(len(cut.cells), _MOST_COLUMNS), -cut.line))


def _cut(number: int, line: str, separator: str) -> _Header:
    cells = [cell.strip() for cell in next(csv.reader([line[:10_000]], delimiter=separator))]
    return _Header(number, separator, _one_meaning([_column(cell) for cell in cells]), tuple(cells))


def _one_meaning(names: list[str | None]) -> list[str | None]:
    """`Increment` beside `Initial Increment` is the next one; alone it holds both."""
    beside = "first_increment" in names and "next_increment" not in names
    return ["next_increment" if name == INCREMENTS and beside else name for name in names]


def _lines(text: str) -> Iterator[tuple[int, str]]:
    yield from ((number, line.rstrip("\n")) for number, line in enumerate(io.StringIO(text, newline=None), start=1))
    yield 1, ";"  # A file of nothing but `sep=;` has an empty header.


def _says_nothing(line: str) -> bool:
    return not line.strip() or _SEP_LINE.fullmatch(line.strip()) is not None


def _columns(line: str, separator: str) -> list[str | None]:
    return [_column(cell) for cell in next(csv.reader([line[:10_000]], delimiter=separator))]


def _column(cell: str) -> str | None:
    if len(cell) > _LONGEST_NAME:
        return None
    plain = _NOT_OF_THE_NAME.sub(" ", cell.casefold().translate(_WITHOUT_TAILS)).replace("_", " ")
    name = " ".join(plain.split())
    if name in _BOTH_INCREMENTS:
        return INCREMENTS
    return next((c for c, names in COLUMN_NAMES.items() if name in names or name == c.replace("_", " ")), None)


def _rates(text: str, header: _Header, errors: _Errors) -> list[Rate]:
    rates: list[Rate] = []
    lines: dict[str, int] = {}
    signs = _Signs(errors)
    for line, cells in _rows(text, header, errors):
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


@dataclass(slots=True)
class _Signs:
    """Whether comma or point stands before decimals: told by any price of the file that can be read in one way only."""

    errors: _Errors
    known: set[str] = field(default_factory=set)
    doubtful: list[tuple[int, str, str, str]] = field(default_factory=list)

    def note(self, line: int, column: str, cell: str, price: "_Priced") -> None:
        if not price.sign:
            return
        if not price.doubtful:
            self.known.add(price.sign)
        elif len(self.doubtful) < MOST_ROWS:
            self.doubtful.append((line, column, cell, price.sign))

    def ask(self) -> None:
        """Note each price that nothing in the file explains."""
        for line, column, cell, sign in self.doubtful:
            if self.known != {sign}:
                self.errors.add(line, column, "ambiguous_price", value=_shortened(cell))


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


def _rates_of_row(line: int, cells: list[str], header: _Header, errors: _Errors, signs: _Signs) -> list[Rate]:
    expected = len(header.names)
    if len(cells) < expected:
        errors.add(line, None, "cells_missing", found=len(cells), expected=expected)
        return []
    if any(map(str.strip, cells[expected:])):
        errors.add(line, None, "cells_too_many", found=len(cells), expected=expected)
        return []
    row = {column: cell.strip() for column, cell in zip(header.names, cells, strict=False) if column}
    return _rates_of(row, line, header.reading, errors, signs)


def _rates_of(row: Mapping[str, str], line: int, reading: Reading | None, errors: _Errors, signs: _Signs) -> list[Rate]:
    prefixes = errors.good(line, "prefix", _prefixes(row["prefix"]))
    description = errors.good(line, "description", _description(row.get("description", "")))
    per_minute = errors.good(line, "per_minute", _price(row["per_minute"], reading))
    fee = errors.good(line, "connection_fee", _price(row.get("connection_fee", "0"), reading))
    increments = _both_increments(row, line, reading, errors)
    if prefixes is None or description is None or per_minute is None or fee is None or increments is None:
        return []
    signs.note(line, "per_minute", row["per_minute"], per_minute)
    signs.note(line, "connection_fee", row.get("connection_fee", "0"), fee)
    barred = per_minute.barred or fee.barred
    return [Rate(one, description, per_minute.amount, fee.amount, *increments, barred) for one in prefixes]


def _both_increments(
    row: Mapping[str, str], line: int, reading: Reading | None, errors: _Errors
) -> tuple[int, int] | None:
    """From one cell, from two, or as it was said of the whole file."""
    if INCREMENTS in row and "first_increment" not in row:
        return errors.good(line, INCREMENTS, _increments(row[INCREMENTS]))
    if "first_increment" in row and "next_increment" in row:
        first = errors.good(line, "first_increment", _seconds(row["first_increment"]))
        following = errors.good(line, "next_increment", _seconds(row["next_increment"]))
        return None if first is None or following is None else (first, following)
    return errors.good(line, INCREMENTS, _increments(reading.increments if reading else ""))


def _shortened(value: str) -> str:
    return value if len(value) <= _LONGEST_VALUE_SHOWN else value[:_LONGEST_VALUE_SHOWN] + "…"


def _wrong(code: str, value: str, limit: int | Decimal | None = None) -> _Wrong:
    shown = _shortened(value)
    return _Wrong(code, {"value": shown} if limit is None else {"value": shown, "limit": str(limit)})


def _prefixes(cell: str) -> list[str] | _Wrong:
    """One, several (`4850, 4851`), or ranges of them (`48500-48509`, which is 4850)."""
    found: list[str] = []
    for part in filter(None, map(str.strip, _BETWEEN_PREFIXES.split(cell[:_LONGEST_CELL]))):
        if (ends := _PREFIX_RANGE.fullmatch(part)) is not None:
            some = _of_range(ends[1], ends[2])
        else:
            some = [match[1]] if (match := _PREFIX.fullmatch(_SPACES.sub("", part))) and not _are_two(part) else []
        if not some:
            return _wrong("prefix", part)
        found += some
    return found if found and len(cell) <= _LONGEST_CELL else _wrong("prefix", cell)


def _are_two(part: str) -> bool:
    """`4850 4851`: two prefixes of one country, or one that is twice as long? Nobody can say."""
    first, *others = _SPACES.split(part)
    return any(len(one) >= 3 and one[:2] == first.lstrip("+")[:2] for one in others)


def _of_range(first: str, last: str) -> list[str]:
    """The fewest prefixes that cover a range; none for one that cannot be meant: of other countries, or backwards."""
    if len(first) != len(last) or first[0] != last[0] or first > last:
        return []
    at, end, found = int(first), int(last), []
    while at <= end:
        size = 1
        while at % (size * 10) == 0 and at + size * 10 - 1 <= end:
            size *= 10
        found.append(str(at // size))
        at += size
    return found


@lru_cache(maxsize=10_000)
def _description(cell: str) -> str | _Wrong:
    text = " ".join(cell.split())
    return text if len(text) <= LONGEST_DESCRIPTION else _wrong("description_too_long", text, LONGEST_DESCRIPTION)


@dataclass(frozen=True, slots=True)
class _Priced:
    """What a cell with a price says."""

    amount: Decimal
    barred: bool = False
    sign: str = ""
    """What stands before its decimals."""
    doubtful: bool = False
    """The sign can also stand between thousands."""


@lru_cache(maxsize=10_000)
def _price(cell: str, reading: Reading | None) -> _Priced | _Wrong:
    if cell.casefold() in _BARRED_WORDS:
        return _Priced(_NOTHING, barred=True)
    match = _PRICE.fullmatch(_without_thousands(cell, reading))
    if match is None:
        return _wrong("not_a_price", cell)
    minus, whole, sign, decimals = match[1], match[2], match[3] or "", match[4] or ""
    amount = _rounded(Decimal(f"{whole}.{decimals or 0}"), reading)
    if amount is None:
        return _wrong("too_precise", cell, _DECIMALS)
    if minus and amount:
        return _wrong("negative", cell)
    if amount > HIGHEST_PRICE:
        high = reading is not None and reading.bar_high
        return _Priced(_NOTHING, barred=True) if high else _wrong("price_too_high", cell, HIGHEST_PRICE)
    told = reading is not None and bool(reading.decimal)
    return _Priced(amount, sign=sign, doubtful=not told and is_ambiguous(whole, decimals))


def _without_thousands(cell: str, reading: Reading | None) -> str:
    """Where it was said which sign stands before decimals, the other one only parts thousands."""
    if reading is None or not reading.decimal:
        return cell
    other = "," if reading.decimal == "." else "."
    return (
        cell.replace(other, "")
        if re.fullmatch(rf"[0-9]{{1,3}}(\{other}[0-9]{{3}})+(\{reading.decimal}[0-9]+)?", cell)
        else cell
    )


def _rounded(amount: Decimal, reading: Reading | None) -> Decimal | None:
    """With four decimals; None if it has more, and nobody said that it is to be rounded up."""
    wanted = amount * reading.factor if reading else amount
    rounded = wanted.quantize(_NOTHING, ROUND_CEILING)
    exact = rounded == wanted or (reading is not None and (reading.round_up or reading.factor != 1))
    return rounded if exact else None


@lru_cache(maxsize=10_000)
def _increments(cell: str) -> tuple[int, int] | _Wrong:
    """`60/1`; a single number is both."""
    match = _INCREMENTS.fullmatch(cell)
    first, following = (_seconds(match[1]), _seconds(match[2])) if match else (_seconds(cell), _seconds(cell))
    if isinstance(first, _Wrong):
        return first
    return following if isinstance(following, _Wrong) else (first, following)


@lru_cache(maxsize=10_000)
def _seconds(cell: str) -> int | _Wrong:
    if not _SECONDS.fullmatch(cell):
        return _wrong("not_seconds", cell)
    seconds = int(cell)
    return seconds if 1 <= seconds <= LONGEST_INCREMENT else _wrong("seconds_out_of_range", cell, LONGEST_INCREMENT)
