"""Limit what a stolen password can cost: limits of an account and of its company, and what they refuse.

Emergency calls, and services that are free by law, are never looked at here.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from .destinations import Destination, Kind
from .night import minutes_left
from .numbers import COUNTRY

HOUR_SECONDS = 3600


class FraudRule(StrEnum):
    """Why a call is refused."""

    PER_HOUR = "per_hour"
    PER_DAY = "per_day"
    CALLS_AT_ONCE = "calls_at_once"
    NEW_COUNTRY = "new_country"
    NIGHT = "night"

    @property
    def holds(self) -> bool:
        """Tell whether one refusal stops all further paid calls and text messages, until somebody lifts the stop."""
        return self in (FraudRule.PER_HOUR, FraudRule.PER_DAY)


class NightCalls(StrEnum):
    """Kinds of calls that are refused at night."""

    NONE = "none"
    ABROAD = "abroad"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Limits:
    """Of an account, or of all accounts of a company together; None: no limit."""

    calls_at_once: int | None = None
    per_hour: Decimal | None = None
    """PLN net."""
    per_day: Decimal | None = None
    """PLN net, in 24 hours."""


@dataclass(frozen=True, slots=True)
class Use:
    """The use that an account or company makes of its limits. Money is PLN net: spent, and put aside for running
    calls."""

    calls_at_once: int = 0
    per_hour: Decimal = Decimal(0)
    per_day: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Watched:
    """The limits of an account or company, and what it uses of them."""

    limits: Limits = Limits()
    use: Use = Use()


@dataclass(frozen=True, slots=True)
class Stop:
    """A rule that refuses a call."""

    rule: FraudRule
    account_id: int | None
    """The account that has the limit; None: the company has it."""
    area: str = ""
    """As `area_of`; only of a new country."""
    limit: str = ""
    """The limit, for people: a number of calls, PLN net, or the hours of the night."""

    @property
    def values(self) -> Mapping[str, str | int]:
        """Return what a reason tells."""
        told = {"rule": self.rule.value, "whose": "company" if self.account_id is None else "account"}
        return told | ({"area": self.area} if self.area else {}) | ({"limit": self.limit} if self.limit else {})


@dataclass(frozen=True, slots=True)
class Breach:
    """A call that a rule refuses."""

    stop: Stop
    account_id: int
    """The account whose call it is."""
    number: str
    """E.164."""


@dataclass(frozen=True, slots=True)
class Guard:
    """The facts of the rules about one call outside."""

    account_id: int = 0
    account: Watched = Watched()
    company: Watched = Watched()
    stopped: Stop | None = None
    """A stop that nobody has lifted yet."""
    asks_for_new_countries: bool = False
    country_known: bool = True
    """The company called there before, or allowed it."""
    night_calls: NightCalls = NightCalls.NONE
    night: tuple[str, str] = ("22:00", "06:00")
    """From and until, "HH:MM" by the installation's clock."""
    time: str = "12:00"
    """Of the call, in the same way."""


def area_of(to: Destination) -> str:
    """Return the "country" of a number as far as rules go: `DE`; `PL:premium`, `+881:satellite`, `GB:unknown`.

    Dear kinds of numbers are countries of their own: a company that calls Poland does not call its premium numbers.
    """
    if to.kind in (Kind.PREMIUM, Kind.SATELLITE, Kind.UNKNOWN):
        return f"{to.region}:{to.kind.value}"
    return to.region or COUNTRY


def breach_of(guard: Guard, to: Destination) -> Breach | None:
    """Return what stands against a call outside, as far as it can be known before money is put aside for it."""
    stop = next(_stops(guard, to), None)
    return Breach(stop, guard.account_id, to.number) if stop else None


def _stops(guard: Guard, to: Destination) -> Iterator[Stop]:
    if guard.stopped is not None:
        yield guard.stopped
    area = area_of(to)
    if guard.asks_for_new_countries and not guard.country_known and area != COUNTRY:
        yield Stop(FraudRule.NEW_COUNTRY, None, area)
    if _is_night(guard) and (guard.night_calls is NightCalls.ALL or area != COUNTRY):
        yield Stop(FraudRule.NIGHT, None, limit="–".join(guard.night))
    if stop := full_of_calls(guard.account_id, guard.account, guard.company):
        yield stop


def _is_night(guard: Guard) -> bool:
    return guard.night_calls is not NightCalls.NONE and minutes_left(*guard.night, guard.time) > 0


def full_of_calls(account_id: int, account: Watched, company: Watched) -> Stop | None:
    """Tell whose limit of calls at once is reached, if one is."""
    for whose, watched in ((account_id, account), (None, company)):
        most = watched.limits.calls_at_once
        if most is not None and watched.use.calls_at_once >= most:
            return Stop(FraudRule.CALLS_AT_ONCE, whose, limit=str(most))
    return None


@dataclass(frozen=True, slots=True)
class Room:
    """Money that may still be put aside, and the limit that says so."""

    money: Decimal
    stop: Stop


def least_room(account_id: int, account: Watched, company: Watched) -> Room | None:
    """Find the limit of money that leaves least; None: there is no limit."""
    return min((*_rooms(account_id, account), *_rooms(None, company)), key=lambda room: room.money, default=None)


def _rooms(whose: int | None, watched: Watched) -> Iterator[Room]:
    limits, use = watched.limits, watched.use
    for rule, limit, used in (
        (FraudRule.PER_HOUR, limits.per_hour, use.per_hour),
        (FraudRule.PER_DAY, limits.per_day, use.per_day),
    ):
        if limit is not None:
            yield Room(limit - used, Stop(rule, whose, limit=str(limit)))


@dataclass(frozen=True, slots=True)
class Rules:
    """All that a company decides; None: no limit."""

    calls_at_once: int | None
    spend_per_hour: Decimal | None
    spend_per_day: Decimal | None
    account_calls_at_once: int | None
    """Of each account that has no limit of its own, as the next two."""
    account_spend_per_hour: Decimal | None
    account_spend_per_day: Decimal | None
    ask_new_countries: bool
    night_calls: NightCalls
    night_from: str
    night_until: str


RECOMMENDED = Rules(
    calls_at_once=20,
    spend_per_hour=Decimal("100.00"),
    spend_per_day=Decimal("300.00"),
    account_calls_at_once=5,
    account_spend_per_hour=Decimal("20.00"),
    account_spend_per_day=Decimal("50.00"),
    ask_new_countries=True,
    night_calls=NightCalls.ABROAD,
    night_from="22:00",
    night_until="06:00",
)
"""The rules of a new company, unless the operator decided otherwise."""
