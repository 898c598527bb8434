"""The price of a call outside: the rate of the longest prefix, charged by whole increments. PLN net, never `float`."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal

from .numbers import COUNTRY_CODE

LONGEST_CALL = 24 * 60 * 60
"""Seconds: no more than this is ever granted at once."""

_LONGEST_PREFIX = 15
_SHORTEST_PREFIX_OF_SHORT_CODE = 4
_NET = Decimal("0.0001")
_SHOWN = Decimal("0.01")
_CLOCK = Decimal("0.000001")
_MINUTE = 60


@dataclass(frozen=True, slots=True)
class Rate:
    """A row of a price list: what calls to numbers that begin with `prefix` cost. PLN net, increments in seconds."""

    prefix: str
    """Digits of E.164 without the plus."""
    description: str
    per_minute: Decimal
    connection_fee: Decimal
    first_increment: int
    next_increment: int
    barred: bool = False
    """No account may call there: the list has the destination only to refuse it."""

    def __post_init__(self) -> None:
        if self.first_increment < 1 or self.next_increment < 1:
            raise ValueError(f"increments of {self.prefix} must be a second or more")
        if not _is_price(self.per_minute) or not _is_price(self.connection_fee):
            raise ValueError(f"prices of {self.prefix} must not be negative")


def _is_price(amount: Decimal) -> bool:
    return amount.is_finite() and amount >= 0


def prefixes_of(number: str) -> list[str]:
    """List every prefix under which a price list can have `number`, the longest first, at most 15: for `prefix IN (…)`.

    `number` is E.164 or a short code (`Destination.number`). A short code stands in the list as if it were in the
    country's numbering, `118913` as `48118913`, and not under fewer than four digits: the price of "48, Poland" says
    nothing of the code, which can cost fifty times as much.
    """
    if number.startswith("+"):
        digits, shortest = number[1:], 1
    else:
        digits, shortest = f"{COUNTRY_CODE}{number}", _SHORTEST_PREFIX_OF_SHORT_CODE
    return [digits[:length] for length in range(min(len(digits), _LONGEST_PREFIX), shortest - 1, -1)]


def longest(rates: Iterable[Rate], number: str) -> Rate | None:
    """Find the rate with the longest prefix of `number` (E.164 or a short code); None: no price is known."""
    wanted = set(prefixes_of(number))
    return max((rate for rate in rates if rate.prefix in wanted), key=lambda rate: len(rate.prefix), default=None)


def billed_seconds(rate: Rate, seconds: Decimal | float | None) -> int:
    """Compute the seconds that are charged for a call of `seconds` from its answer; None, not answered: 0.

    An answered call of no length at all is charged its first increment. A negative length comes from a clock that was
    put back, and counts as none. Below a microsecond, the noise of `float`, nothing counts.
    """
    if seconds is None:
        return 0
    talked = Decimal(seconds)
    if not talked.is_finite():
        raise ValueError(f"a call cannot last {seconds} seconds")
    whole = int(talked.quantize(_CLOCK).to_integral_value(ROUND_CEILING))
    further = max(0, whole - rate.first_increment)
    return rate.first_increment + -(-further // rate.next_increment) * rate.next_increment


def price(rate: Rate, seconds: Decimal | float | None) -> Decimal:
    """Compute PLN net with four decimals for a call of `seconds` from its answer; None, not answered: nothing."""
    if seconds is None:
        return Decimal(0).quantize(_NET)
    return _price_of_billed(rate, billed_seconds(rate, seconds))


def first_minute(rate: Rate) -> Decimal:
    """Compute PLN net for a call of a minute, with the connection fee and all of a first increment that is longer.

    This is what a caller means by "how dear is a minute?", and what a ceiling is compared with. It is never less than
    `per_minute`: at least a minute of it is charged.
    """
    return price(rate, _MINUTE)


def affordable_seconds(rate: Rate, money: Decimal, limit: int = LONGEST_CALL) -> int:
    """Find the longest billed duration up to `limit` seconds whose price is within `money`; 0: not even the shortest.

    It is a sum of whole increments. A call that is cut at this second can end a moment later: its charge must be
    for no more than this duration, or it costs an increment more than there was.
    """
    increments = range((limit - rate.first_increment) // rate.next_increment + 1)

    def price_after(count: int) -> Decimal:
        return _price_of_billed(rate, rate.first_increment + count * rate.next_increment)

    affordable = bisect_right(increments, money, key=price_after)
    return rate.first_increment + (affordable - 1) * rate.next_increment if affordable else 0


def gross(net: Decimal, vat_percent: Decimal) -> Decimal:
    """Compute the amount that people see: with VAT (`Decimal(23)` is 23 %), two decimals."""
    return (net * (100 + vat_percent) / 100).quantize(_SHOWN, ROUND_HALF_UP)


RateJson = Mapping[str, str | int]
"""A rate where it is kept."""


def rate_as_json(rate: Rate) -> RateJson:
    """Write `rate` for a JSON column; money as text, so that nothing of it is lost."""
    return {
        "prefix": rate.prefix,
        "description": rate.description,
        "per_minute": str(rate.per_minute),
        "connection_fee": str(rate.connection_fee),
        "first_increment": rate.first_increment,
        "next_increment": rate.next_increment,
        **({"barred": True} if rate.barred else {}),
    }


def rate_from_json(stored: RateJson) -> Rate:
    """Read what `rate_as_json` wrote. Raises KeyError, ValueError or `decimal.InvalidOperation` for anything else."""
    return Rate(
        prefix=str(stored["prefix"]),
        description=str(stored["description"]),
        per_minute=Decimal(stored["per_minute"]),
        connection_fee=Decimal(stored["connection_fee"]),
        first_increment=int(stored["first_increment"]),
        next_increment=int(stored["next_increment"]),
        barred=bool(stored.get("barred", False)),
    )


def _price_of_billed(rate: Rate, billed: int) -> Decimal:
    """Compute the price, rounded once, at the end: increments are not rounded one by one."""
    return (rate.connection_fee + rate.per_minute * billed / _MINUTE).quantize(_NET, ROUND_HALF_UP)
