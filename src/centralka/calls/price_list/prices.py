"""A cell with a price, and which sign of a file stands before decimals."""

import re
from dataclasses import dataclass, field
from decimal import ROUND_CEILING, Decimal
from functools import lru_cache

from ..amounts import is_ambiguous
from .errors import Errors, Wrong, shortened, wrong
from .reading import Reading
from .rows import MOST_ROWS

HIGHEST_PRICE = Decimal("1000.00")
BARRED = "barred"
"""In place of a price: a destination that is refused."""
_DECIMALS = 4
_NOTHING = Decimal("0.0000")
_PRICE = re.compile(r"(-?)([0-9]{1,12})(?:([.,])([0-9]{1,12}))?")
_BARRED_WORDS = frozenset({BARRED, "blocked", "forbidden", "zablokowany", "zablokowane", "zablokowana"})


@dataclass(frozen=True, slots=True)
class Priced:
    """The content of a cell with a price."""

    amount: Decimal
    barred: bool = False
    sign: str = ""
    """The sign before its decimals."""
    doubtful: bool = False
    """The sign can also stand between thousands."""


@lru_cache(maxsize=10_000)
def price_in(cell: str, reading: Reading | None) -> Priced | Wrong:
    """Read a price, or that its destination is refused; `reading` as for `parse_price_list`."""
    if cell.casefold() in _BARRED_WORDS:
        return Priced(_NOTHING, barred=True)
    match = _PRICE.fullmatch(_without_thousands(cell, reading))
    if match is None:
        return wrong("not_a_price", cell)
    minus, whole, sign, decimals = match[1], match[2], match[3] or "", match[4] or ""
    amount = _rounded(Decimal(f"{whole}.{decimals or 0}"), reading)
    if amount is None:
        return wrong("too_precise", cell, _DECIMALS)
    if minus and amount:
        return wrong("negative", cell)
    if amount > HIGHEST_PRICE:
        high = reading is not None and reading.bar_high
        return Priced(_NOTHING, barred=True) if high else wrong("price_too_high", cell, HIGHEST_PRICE)
    told = reading is not None and bool(reading.decimal)
    return Priced(amount, sign=sign, doubtful=not told and is_ambiguous(whole, decimals))


def _without_thousands(cell: str, reading: Reading | None) -> str:
    """Leave out what parts thousands, where the operator said which sign stands before decimals."""
    if reading is None or not reading.decimal:
        return cell
    other = "," if reading.decimal == "." else "."
    return (
        cell.replace(other, "")
        if re.fullmatch(rf"[0-9]{{1,3}}(\{other}[0-9]{{3}})+(\{reading.decimal}[0-9]+)?", cell)
        else cell
    )


def _rounded(amount: Decimal, reading: Reading | None) -> Decimal | None:
    """Return the amount with four decimals; None if it has more, and the operator did not say to round it up."""
    wanted = amount * reading.factor if reading else amount
    rounded = wanted.quantize(_NOTHING, ROUND_CEILING)
    exact = rounded == wanted or (reading is not None and (reading.round_up or reading.factor != 1))
    return rounded if exact else None


@dataclass(slots=True)
class Signs:
    """The sign that stands before decimals, comma or point: told by any price of the file that can be read in one way
    only."""

    errors: Errors
    known: set[str] = field(default_factory=set)
    doubtful: list[tuple[int, str, str, str]] = field(default_factory=list)

    def note(self, line: int, column: str, cell: str, price: Priced) -> None:
        if not price.sign:
            return
        if not price.doubtful:
            self.known.add(price.sign)
        elif len(self.doubtful) < MOST_ROWS:
            self.doubtful.append((line, column, cell, price.sign))

    def ask(self) -> None:
        """Note each price that nothing in the file explains."""
        for line, column, cell, sign in self.doubtful:
            if self.known != {sign}:
                self.errors.add(line, column, "ambiguous_price", value=shortened(cell))
