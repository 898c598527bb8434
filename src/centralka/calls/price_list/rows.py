"""The rows under the header."""

import csv
import io
from collections.abc import Iterator

from .errors import Errors
from .header import Header

MOST_ROWS = 300_000
"""More than the longest lists of carriers have, and read in seconds."""


def rows_of(text: str, header: Header, errors: Errors) -> Iterator[tuple[int, list[str]]]:
    """Return each row under the header that is not blank, with the line on which it begins."""
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
