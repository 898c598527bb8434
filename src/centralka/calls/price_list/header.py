"""Finding the line with the names of the columns, which can have titles above it."""

import csv
import io
import itertools
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from .columns import COLUMN_NAMES, INCREMENT_COLUMNS, INCREMENTS, column_named
from .errors import Errors, shortened
from .reading import Reading

_SEPARATORS = ";,\t|"
_TITLE_LINES = 30
"""So many lines at most are looked through for the names of the columns: titles can stand above them."""
_MOST_COLUMNS = 60
_SEP_LINE = re.compile(r'"?sep=([;,\t|])"?', re.IGNORECASE)
_FOREIGN = re.compile(r"\b(?:usd|eur|gbp|chf|czk)\b|[$€£]")


@dataclass(frozen=True, slots=True)
class Header:
    """The line with the names of the columns, and what they mean."""

    line: int
    separator: str
    names: list[str | None]
    """For each cell of the row one of `COLUMNS`; None for a column that is ignored."""
    cells: tuple[str, ...]
    """The line itself."""
    reading: Reading | None = None


def header_of(text: str, reading: Reading | None, errors: Errors) -> Header:
    """Read the header as the operator said, else as its names tell; what is wrong with it goes into `errors`."""
    found = found_header(text)
    if reading is not None and found.cells == reading.names:
        names: list[str | None] = [column or None for column in reading.columns]
        found = replace(found, names=names, reading=reading)
        _need(_needed(reading), found, errors)
        return found
    _need(COLUMN_NAMES, found, errors)
    for name, cell in zip(found.names, found.cells, strict=True):
        if name in ("per_minute", "connection_fee") and _FOREIGN.search(cell.casefold()):
            errors.add(found.line, name, "currency", value=shortened(cell))
    return found


def found_header(text: str) -> Header:
    """Find the one of the first lines with the most known names, cut by the separator that shows them."""
    lines = itertools.islice(((n, line) for n, line in _lines(text) if not _says_nothing(line)), _TITLE_LINES)
    cuts = [_cut(number, line, separator) for number, line in lines for separator in _SEPARATORS]
    best = max(cuts, key=lambda cut: len(set(cut.names) - {None}))
    # No name is known: then the line with the most cells is taken, and the operator is asked.
    return best if any(best.names) else max(cuts, key=lambda cut: (min(len(cut.cells), _MOST_COLUMNS), -cut.line))


def _cut(number: int, line: str, separator: str) -> Header:
    cells = [cell.strip() for cell in next(csv.reader([line[:10_000]], delimiter=separator))]
    return Header(number, separator, _one_meaning([column_named(cell) for cell in cells]), tuple(cells))


def _one_meaning(names: list[str | None]) -> list[str | None]:
    """Give each column one meaning: `Increment` beside `Initial Increment` is the next one; alone it holds both."""
    beside = "first_increment" in names and "next_increment" not in names
    return ["next_increment" if name == INCREMENTS and beside else name for name in names]


def _needed(reading: Reading) -> list[str]:
    return ["prefix", "per_minute"] if reading.increments else ["prefix", "per_minute", *INCREMENT_COLUMNS]


def _need(columns: Iterable[str], header: Header, errors: Errors) -> None:
    """Note columns that are not there, or more than once."""
    both = header.names.count(INCREMENTS) == 1
    for column in columns:
        count = header.names.count(column)
        if count > 1:
            errors.add(header.line, column, "double_column", name=column)
        elif not count and not (both and column in INCREMENT_COLUMNS):
            errors.add(header.line, column, "missing_column", name=column)


def _lines(text: str) -> Iterator[tuple[int, str]]:
    yield from ((number, line.rstrip("\n")) for number, line in enumerate(io.StringIO(text, newline=None), start=1))
    yield 1, ";"  # A file of nothing but `sep=;` has an empty header.


def _says_nothing(line: str) -> bool:
    return not line.strip() or _SEP_LINE.fullmatch(line.strip()) is not None
