"""The result of a measurement, and its form in print."""

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table."""

    what: str
    got: str
    aim: str
    measured: str
    """The machine, and how often it was measured."""


def ratio(values: Sequence[float]) -> str:
    """Write the median of the rounds, with the lowest and the highest: the noise is part of the figure."""
    return f"**{statistics.median(values):.2f}×** ({min(values):.2f}–{max(values):.2f})"


def per(dividends: Iterable[float], divisors: Iterable[float]) -> list[float]:
    """Divide round by round."""
    return [dividend / divisor for dividend, divisor in zip(dividends, divisors, strict=True)]


def table(figures: Iterable[Figure]) -> str:
    """Write the table in Markdown, for the README."""
    rows = [(one.what, one.got, one.aim, one.measured) for one in figures]
    header = ("Figure", "Got: median (lowest–highest)", "Aim", "Measured")
    return "\n".join(f"| {' | '.join(row)} |" for row in [header, ("---",) * len(header), *rows])
