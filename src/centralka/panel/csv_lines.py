"""Lines of a CSV file that Polish Excel opens with a double click.

Semicolons and a byte order mark: that is what Excel in Polish takes for columns and for UTF-8.
"""

import csv
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from io import StringIO

from django.utils import timezone
from django.utils.formats import get_format

BEGINNING = b"\xef\xbb\xbf"
CONTENT_TYPE = "text/csv; charset=utf-8"
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n")
Cell = str | Decimal | datetime | None


def line(cells: Sequence[Cell]) -> bytes:
    """Write one line; money is a number with the decimal sign of the active language, a moment is local."""
    out = StringIO()
    csv.writer(out, delimiter=";", lineterminator="\r\n").writerow([_written(cell) for cell in cells])
    return out.getvalue().encode()


def _written(cell: Cell) -> str:
    match cell:
        case None:
            return ""
        case Decimal():
            return str(cell).replace(".", str(get_format("DECIMAL_SEPARATOR")))
        case datetime():
            return timezone.localtime(cell).strftime("%Y-%m-%d %H:%M:%S")
        case str():
            return _harmless(cell)


def _harmless(cell: str) -> str:
    """Make a cell harmless: a caller's name could be a formula; after a quote any spreadsheet takes it as text."""
    return f"'{cell}" if cell.startswith(_DANGEROUS) else cell
