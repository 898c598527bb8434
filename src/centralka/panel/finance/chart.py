"""Spending by day as a picture: bars in an SVG that fills whatever room it gets; the words around it are HTML."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, Decimal

WIDTH, HEIGHT = 1000, 200
"""Units of the picture; it is stretched, so they are no pixels."""
_GAP = Decimal("0.25")
"""The part of a bar's room that stays empty."""
_STEPS = (Decimal(1), Decimal(2), Decimal(5), Decimal(10))
_LOWEST_SCALE = Decimal("0.10")


@dataclass(frozen=True)
class Bar:
    """One day; places and sizes are in units of the picture, as texts that no language writes with a comma."""

    day: date
    amount: Decimal
    """PLN gross."""
    x: str
    y: str
    width: str
    height: str


@dataclass(frozen=True)
class Chart:
    """`top` is what the upper edge stands for, PLN gross."""

    bars: list[Bar]
    top: Decimal
    total: Decimal
    bottom: Decimal = Decimal(0)
    width: int = WIDTH
    height: int = HEIGHT

    @property
    def middle(self) -> Decimal:
        return self.top / 2

    @property
    def dearest(self) -> Bar:
        return max(self.bars, key=lambda bar: bar.amount)

    @property
    def table(self) -> list[Bar]:
        """Return the days that cost something, the newest first."""
        return [bar for bar in reversed(self.bars) if bar.amount]


def chart_of(days: Sequence[tuple[date, Decimal]]) -> Chart:
    """Draw the chart. `days`: each with what was spent on it, PLN gross, in order; at least one."""
    top = _round_top(max(amount for _day, amount in days))
    room = Decimal(WIDTH) / len(days)
    bars = [_bar(number, day, amount, room, top) for number, (day, amount) in enumerate(days)]
    return Chart(bars, top, sum((amount for _day, amount in days), Decimal(0)))


def _bar(number: int, day: date, amount: Decimal, room: Decimal, top: Decimal) -> Bar:
    height = max(Decimal(0), amount) / top * HEIGHT
    x = room * number + room * _GAP / 2
    return Bar(day, amount, _unit(x), _unit(HEIGHT - height), _unit(room * (1 - _GAP)), _unit(height))


def _unit(value: Decimal) -> str:
    return f"{value:.2f}"


def _round_top(highest: Decimal) -> Decimal:
    """Return the next of …, 1, 2, 5, 10, 20, … above the highest bar."""
    power = Decimal(10) ** (max(highest, _LOWEST_SCALE).log10().to_integral_value(ROUND_CEILING) - 1)
    return next(step * power for step in _STEPS if step * power >= max(highest, _LOWEST_SCALE))
