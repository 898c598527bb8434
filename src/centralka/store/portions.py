"""Many values for one statement, of which a database takes only so many."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

T = TypeVar("T")

AT_ONCE = 500


def portions(items: Iterable[T]) -> Iterator[list[T]]:
    """Cut into portions of at most `AT_ONCE`."""
    left = iter(items)
    while some := list(islice(left, AT_ONCE)):
        yield some
