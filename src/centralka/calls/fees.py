"""Monthly fees: which month it is, and what the rest of a month costs. PLN net."""

from calendar import monthrange
from datetime import date, datetime, tzinfo
from decimal import ROUND_HALF_UP, Decimal

_NET = Decimal("0.0001")


def pro_rata(monthly: Decimal, day: date) -> Decimal:
    """Compute the part of a monthly fee for the rest of the month, `day` included; four decimals."""
    days = monthrange(day.year, day.month)[1]
    return (monthly * (days - day.day + 1) / days).quantize(_NET, ROUND_HALF_UP)


def month_of(moment: datetime, zone: tzinfo) -> str:
    """Return the month that it is in `zone` at `moment`, as `2026-11`. Raises ValueError for a time without a zone."""
    if moment.tzinfo is None:
        raise ValueError("a time without a zone belongs to no month")
    return f"{moment.astimezone(zone):%Y-%m}"
