"""Count how often a call was forwarded before a carrier brought it in, as its headers tell.

Diversion (RFC 5806): one value for each forward, or fewer with a `counter` that tells how many a value stands for.
History-Info (RFC 7044): one entry with an `index` for each place that the call went to, the first one included.
"""

import re
from collections.abc import Sequence

_HEADERS = ("Diversion", "History-Info")
_MOST = 6
"""So many headers of a kind are looked at: more forwards than are allowed."""
DIVERSIONS = [(name, at) for name in _HEADERS for at in range(1, _MOST + 1)]
"""The headers to be read on the incoming channel."""

_URI = re.compile(r"<\s*(?:sips?|tel):", re.IGNORECASE)
_COUNTER = re.compile(r";\s*counter\s*=\s*\"?([0-9]{1,3})", re.IGNORECASE)
_INDEX = re.compile(r";\s*index\s*=", re.IGNORECASE)


def diversions_in(values: Sequence[str]) -> int:
    """Return the number of forwards, from the values of `DIVERSIONS`."""
    diversions = sum(_of_diversion(value) for value in values[:_MOST])
    places = sum(len(_INDEX.findall(value)) for value in values[_MOST:])
    return max(diversions, places - 1, 0)


def _of_diversion(value: str) -> int:
    """Count the diversions of one header, which can hold several."""
    if not value.strip():
        return 0
    counters = [int(found) for found in _COUNTER.findall(value)]
    values = max(len(_URI.findall(value)), 1)
    return sum(counters) + max(values - len(counters), 0)
