"""Numbers outside that are dialled: which number it is, of what kind, and which permission it needs.

The ranges are those of `phonenumbers` (libphonenumber's data); whatever these do not know for certain is refused:

- `Kind.PREMIUM` is every type of number that can cost more than a call to its country: premium rate, and also personal
  numbers (+44 70…), pagers, and shared cost abroad. Shared cost in Poland (801) costs an ordinary call at most.
- `Kind.SATELLITE` is all of +870 and +881, and the networks without a country, +882 and +883.
- `Kind.UNKNOWN` is a number that can exist (its country code and length do) in no range that the data know. A number
  that cannot exist is none at all: `destination` gives None.
- The level follows the region that the data give to the number: Poland; the EEA, Åland included; the world for all
  others. So +44, +41, Svalbard (+47 79), the Vatican (+39 06 698) and overseas territories with a calling code of their
  own (+262, +590, +594, +596) are the world. Where the region is not known, the level must cover every country that
  shares the calling code.
"""

import re
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from typing import assert_never

import phonenumbers
from phonenumbers import PhoneNumber, PhoneNumberType, ShortNumberCost

from .numbers import COUNTRY, COUNTRY_CODE, is_public_short_code
from .spelling import (
    NATIONAL_LENGTH,
    bare,
    e164,
    phone_number,
    with_country,
)

EMERGENCY_NUMBERS = frozenset({"112", *(str(n) for n in (*range(984, 988), *range(991, 1000)))})
"""The Polish "numery alarmowe": those which the regulator (UKE) has routed to a rescue or municipal emergency service.

Its list has 989 too, which is health insurance information: a service number here. libphonenumber calls four of them
emergency numbers, but mountain and water rescue (985, 984) or a gas leak (992) are no less urgent.
"""

EEA = frozenset({
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "AX", "FR", "GR", "HR", "HU", "IE", "IS", "IT", "LI",
    "LT", "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK",
})  # fmt: skip
"""The 27 states of the EU, Iceland, Liechtenstein and Norway; Åland (AX) is part of Finland."""

_HOME_PREFIX = re.compile(rf"^(?:\+|00){COUNTRY_CODE}")
_SATELLITE_CODES = frozenset({870, 881, 882, 883})
_PERSONAL_CODES = frozenset({878, 888})
"""Universal personal numbers and disaster relief: nobody publishes what calls to them cost."""

_PREMIUM_TYPES = frozenset(
    {
        PhoneNumberType.PREMIUM_RATE,
        PhoneNumberType.SHARED_COST,
        PhoneNumberType.PERSONAL_NUMBER,
        PhoneNumberType.PAGER,
    }
)


class Level(StrEnum):
    """How far calls may go; each level covers those before it."""

    NATIONAL = "national"
    EEA = "eea"
    WORLD = "world"

    def covers(self, other: "Level") -> bool:
        order = tuple(Level)
        return order.index(self) >= order.index(other)


class Kind(StrEnum):
    """Kinds of numbers, as far as permission and price go. `SERVICE` is a short code that is no emergency."""

    ORDINARY = "ordinary"
    PREMIUM = "premium"
    SATELLITE = "satellite"
    UNKNOWN = "unknown"
    EMERGENCY = "emergency"
    SERVICE = "service"


class Permission(StrEnum):
    """The answer of `permission`; all but the first are reasons of refusal."""

    ALLOWED = "allowed"
    ABOVE_LEVEL = "above_level"
    PREMIUM = "premium"
    SATELLITE = "satellite"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Destination:
    """A number outside. It is called as `number`, never as it was dialled: only `number` was looked at."""

    number: str
    """E.164 (`+48221234567`), or a short code as dialled (`112`)."""
    kind: Kind
    level: Level | None
    """The level that the caller must have; None for emergency numbers, which need none."""
    region: str = field(default="", compare=False)
    """The country (ISO 3166-1), or the calling code of numbers that belong to none (`+881`); "" for short codes."""


@lru_cache(maxsize=10_000)
def destination(dialled: str) -> Destination | None:
    """Return what `dialled` reaches outside (SPEC "Dialling"), or None when there can be no such number.

    9 digits are Polish, `00…`, `+…` and 48 with 9 digits international; short codes are taken as dialled. Spaces,
    hyphens, brackets, dots, slashes and the `tel:` of a click-to-dial link do not matter. Extensions and star codes are
    not known here: they must have been looked for before.
    """
    digits = bare(dialled)
    if digits is None:
        return None
    if (code := _emergency_code(digits)) is not None:
        return Destination(code, Kind.EMERGENCY, None)
    spelling = with_country(digits)
    return _short_code(digits) if spelling is None else _public_number(spelling)


def is_emergency(dialled: str) -> bool:
    """Tell whether it is 112, 997 … in a spelling that `destination` takes, `+48112` and `0048112` included."""
    digits = bare(dialled)
    return digits is not None and _emergency_code(digits) is not None


def permission(
    to: Destination, level: Level, *, premium_allowed: bool, satellite_allowed: bool, unknown_allowed: bool
) -> Permission:
    """Tell whether an account with `level` may call `to`. The three flags are the operator's, for the tenant.

    A flag opens a kind of number, not a country: an allowed premium number abroad still needs its level.
    """
    match to.kind:
        case Kind.EMERGENCY:
            return Permission.ALLOWED
        case Kind.PREMIUM if not premium_allowed:
            return Permission.PREMIUM
        case Kind.SATELLITE if not satellite_allowed:
            return Permission.SATELLITE
        case Kind.UNKNOWN if not unknown_allowed:
            return Permission.UNKNOWN
        case Kind.ORDINARY | Kind.SERVICE | Kind.PREMIUM | Kind.SATELLITE | Kind.UNKNOWN:
            return _by_level(to, level)
        case _:
            assert_never(to.kind)


def _emergency_code(digits: str) -> str | None:
    code = _HOME_PREFIX.sub("", digits)
    return code if code in EMERGENCY_NUMBERS else None


def _short_code(code: str) -> Destination | None:
    if not is_public_short_code(code):
        return None
    number = PhoneNumber(country_code=COUNTRY_CODE, national_number=int(code))
    dear = phonenumbers.expected_cost_for_region(number, COUNTRY) == ShortNumberCost.PREMIUM_RATE
    return Destination(code, Kind.PREMIUM if dear else Kind.SERVICE, Level.NATIONAL)


def _public_number(spelling: str) -> Destination | None:
    number = phone_number(spelling)
    if number is None or _is_no_polish_number(number):
        return None
    region = phonenumbers.region_code_for_number(number)
    level = _strictest_level(number.country_code or 0) if region is None else _level(region)
    return Destination(e164(number), _kind(number), level, _region_or_code(region, number))


def _region_or_code(region: str | None, number: PhoneNumber) -> str:
    return region if region and region.isalpha() else f"+{number.country_code}"


def _is_no_polish_number(number: PhoneNumber) -> bool:
    """Tell whether a number cannot be Polish: these have 9 digits, some that begin with 800 have 10.

    The data allow pagers of 6 digits, and services of 7: an area code before 19491, which is dialled without one and
    costs what the service costs, not the area.
    """
    national = phonenumbers.national_significant_number(number)  # with its zeros: +48 0700… is not +48 700…
    if number.country_code != COUNTRY_CODE or (len(national) == NATIONAL_LENGTH and national[0] != "0"):
        return False
    return national[0] == "0" or phonenumbers.number_type(number) != PhoneNumberType.TOLL_FREE


def _kind(number: PhoneNumber) -> Kind:
    if number.country_code in _SATELLITE_CODES:
        return Kind.SATELLITE
    if number.country_code in _PERSONAL_CODES:
        return Kind.UNKNOWN
    return _kind_of_type(phonenumbers.number_type(number), at_home=number.country_code == COUNTRY_CODE)


def _kind_of_type(number_type: int, *, at_home: bool) -> Kind:
    if number_type == PhoneNumberType.UNKNOWN:
        return Kind.UNKNOWN
    if at_home and number_type == PhoneNumberType.SHARED_COST:
        return Kind.ORDINARY
    return Kind.PREMIUM if number_type in _PREMIUM_TYPES else Kind.ORDINARY


def _level(region: str) -> Level:
    if region == COUNTRY:
        return Level.NATIONAL
    return Level.EEA if region in EEA else Level.WORLD


def _strictest_level(calling_code: int) -> Level:
    regions = phonenumbers.region_codes_for_country_code(calling_code)
    return max(map(_level, regions), key=tuple(Level).index)


def _by_level(to: Destination, level: Level) -> Permission:
    allowed = to.level is None or level.covers(to.level)
    return Permission.ALLOWED if allowed else Permission.ABOVE_LEVEL
