"""A cell with prefixes."""

import re

from .errors import Wrong, wrong

_LONGEST_CELL = 5_000
_PREFIX = re.compile(r"(?:\+|00)?([1-9][0-9]{0,14})")
_PREFIX_RANGE = re.compile(r"(?:\+|00)?([1-9][0-9]{2,14})\s*[-–]\s*(?:\+|00)?([1-9][0-9]{2,14})")
_BETWEEN_PREFIXES = re.compile(r"[,;/|\n]")
_SPACES = re.compile("[ \u00a0\u202f]")


def prefixes_in(cell: str) -> list[str] | Wrong:
    """Read one prefix, several (`4850, 4851`), or ranges of them (`48500-48509`, which is 4850)."""
    found: list[str] = []
    for part in filter(None, map(str.strip, _BETWEEN_PREFIXES.split(cell[:_LONGEST_CELL]))):
        if (ends := _PREFIX_RANGE.fullmatch(part)) is not None:
            some = _of_range(ends[1], ends[2])
        else:
            some = [match[1]] if (match := _PREFIX.fullmatch(_SPACES.sub("", part))) and not _are_two(part) else []
        if not some:
            return wrong("prefix", part)
        found += some
    return found if found and len(cell) <= _LONGEST_CELL else wrong("prefix", cell)


def _are_two(part: str) -> bool:
    """Tell whether a text as `4850 4851` can be two prefixes of one country as well as one that is twice as long."""
    first, *others = _SPACES.split(part)
    return any(len(other) >= 3 and other[:2] == first.lstrip("+")[:2] for other in others)


def _of_range(first: str, last: str) -> list[str]:
    """Find the fewest prefixes that cover a range; none for an impossible range: over two countries, or backwards."""
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
