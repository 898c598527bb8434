"""Cells with the seconds by which a call is charged."""

import re
from collections.abc import Mapping
from functools import lru_cache

from .columns import INCREMENTS
from .errors import Errors, Wrong, wrong
from .reading import Reading

LONGEST_INCREMENT = 3600
_INCREMENTS = re.compile(r"([0-9]{1,9})\s*[/+:]\s*([0-9]{1,9})")
_SECONDS = re.compile(r"-?[0-9]{1,9}")


def increments_of_row(
    row: Mapping[str, str], line: int, reading: Reading | None, errors: Errors
) -> tuple[int, int] | None:
    """Read both increments of a row: from one cell, from two, or as it was said of the whole file."""
    if INCREMENTS in row and "first_increment" not in row:
        return errors.good(line, INCREMENTS, increments_in(row[INCREMENTS]))
    if "first_increment" in row and "next_increment" in row:
        first = errors.good(line, "first_increment", seconds_in(row["first_increment"]))
        following = errors.good(line, "next_increment", seconds_in(row["next_increment"]))
        return None if first is None or following is None else (first, following)
    return errors.good(line, INCREMENTS, increments_in(reading.increments if reading else ""))


@lru_cache(maxsize=10_000)
def increments_in(cell: str) -> tuple[int, int] | Wrong:
    """Read `60/1`; a single number is both."""
    match = _INCREMENTS.fullmatch(cell)
    first, following = (seconds_in(match[1]), seconds_in(match[2])) if match else (seconds_in(cell), seconds_in(cell))
    if isinstance(first, Wrong):
        return first
    return following if isinstance(following, Wrong) else (first, following)


@lru_cache(maxsize=10_000)
def seconds_in(cell: str) -> int | Wrong:
    """Read one number of seconds, from 1 to an hour."""
    if not _SECONDS.fullmatch(cell):
        return wrong("not_seconds", cell)
    seconds = int(cell)
    return seconds if 1 <= seconds <= LONGEST_INCREMENT else wrong("seconds_out_of_range", cell, LONGEST_INCREMENT)
