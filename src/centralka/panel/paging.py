"""Pages of long lists."""

from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db.models import Model, QuerySet

Row = TypeVar("Row", bound=Model)
_LAST = 100_000
"""Beyond it nobody pages by hand, and the database's integers end somewhere."""


@dataclass(frozen=True)
class Page(Generic[Row]):
    """One page of a list. Whether there is a next one is known without counting the whole list."""

    rows: list[Row]
    number: int
    has_next: bool

    @property
    def has_previous(self) -> bool:
        return self.number > 1

    @property
    def previous_number(self) -> int:
        return self.number - 1

    @property
    def next_number(self) -> int:
        return self.number + 1


def page_of(rows: QuerySet[Row], asked: str | None, size: int) -> Page[Row]:
    """Return the page with the number that was asked for; anything that is not a number means the first."""
    number = _number(asked)
    start = (number - 1) * size
    found = list(rows[start : start + size + 1])
    return Page(found[:size], number, len(found) > size)


def _number(asked: str | None) -> int:
    if asked is None or not (asked.isascii() and asked.isdigit() and len(asked) <= 6):
        return 1
    return min(max(int(asked), 1), _LAST)
