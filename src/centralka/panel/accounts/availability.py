"""Availability as a small picture: a bar for each day, what it could not be reached from above."""

import math
from dataclasses import dataclass
from datetime import date

from django.utils.formats import number_format

from centralka.actions.account.availability import Availability

_ROOM = 10
_LEAST = 4
"""Of 100: an outage can be seen, however short it was."""


@dataclass(frozen=True)
class Bar:
    """A day; sizes in units of the picture."""

    day: date
    x: int
    watched: bool
    gone: int
    share: str


@dataclass(frozen=True)
class Shares:
    """The picture."""

    share: str
    bars: list[Bar]

    @property
    def width(self) -> int:
        return _ROOM * len(self.bars)


def shares_of(found: Availability) -> Shares | None:
    """Draw what is known; None where nothing is."""
    if found.share is None:
        return None
    bars = []
    for number, one in enumerate(found.days):
        gone = max(_LEAST, round(100 * one.gone / one.watched)) if one.watched and one.gone else 0
        bars.append(Bar(one.day, _ROOM * number, one.watched > 0, gone, _percent(one.share)))
    return Shares(_percent(found.share), bars)


def _percent(share: float | None) -> str:
    """Write a share in percent, rounded down: 100 % is told of no account that was gone."""
    if share is None:
        return "–"
    return f"{number_format(math.floor(share * 10_000) / 100, 2)} %"
