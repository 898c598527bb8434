"""Facts: everything that a decision about one call may look at, gathered once before it."""

import re
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from .destinations import Destination, Level
from .spelling import NumberStyle
from .tariffs import Rate

_TRUNK = re.compile(r"trunk-[0-9]+")


def is_trunk(endpoint: str | None) -> bool:
    """Whether the engine's name `trunk-7` is a carrier's. An account's (`trunk-7_100`) has an underscore."""
    return endpoint is not None and _TRUNK.fullmatch(endpoint) is not None


@dataclass(frozen=True, slots=True)
class Account:
    """One internal SIP account as the planner sees it."""

    id: int
    login: str
    """What the phone registers with: `<tenant>_<extension>`."""
    extension: str
    name: str
    internal_caller_id: str | None
    """Digits that colleagues see in place of the extension; None: the real extension."""
    ring_timeout: int
    """Seconds that the account rings before "no answer" applies, 5 to 180."""
    call_waiting: bool

    @property
    def shown_number(self) -> str:
        """The number that colleagues see when this account calls them."""
        return self.internal_caller_id or self.extension


@dataclass(frozen=True, slots=True)
class Trunk:
    """A connection to a carrier."""

    id: int
    name: str
    endpoint: str
    """The engine's name for it."""
    style: NumberStyle
    """How numbers are written towards it."""
    foreign_caller_ids: bool = False
    """Whether it accepts caller IDs that are not the company's."""


@dataclass(frozen=True, slots=True)
class CallerNumber:
    """Which number an account shows outside."""

    number: str | None
    """E.164, one of the company's; the carrier learns it also where `restricted`. None: it has none to show."""
    restricted: bool
    """Hidden from the called party."""
    owned: bool = True
    """False: the chosen number is not the company's any more."""
    foreign: str | None = None
    """E.164 of the caller from outside who is sent on: shown in place of `number` by trunks that accept it."""


@dataclass(frozen=True, slots=True)
class Outside:
    """What decides about a call to a public number."""

    destination: Destination
    level: Level
    """The account's own, or its company's."""
    premium_allowed: bool
    satellite_allowed: bool
    unknown_allowed: bool
    max_rate: Decimal
    """PLN net per minute: the account's own, or its company's."""
    rate: Rate | None
    """The price of the longest matching prefix; None: not known."""
    available: Decimal
    """PLN net that the company can still spend."""
    caller: CallerNumber
    pin_needed: bool
    trunks: tuple[Trunk, ...]
    """In the order in which they are tried."""


@dataclass(frozen=True, slots=True)
class CallFacts:
    """One call that an account's phone makes: who calls, what was dialled, and what the company has there."""

    tenant_id: int
    caller: Account
    dialled: str
    callee: Account | None
    """The account in the caller's tenant whose extension was dialled, if there is one."""
    outside: Outside | None
    """None: what was dialled is no public number."""
    now: datetime
    """Aware; the one `now` of this decision."""
    transferred: bool = False
    """`caller` did not dial this: it sent somebody from outside there, whose number the callee sees."""

    @property
    def from_number(self) -> str:
        """For the record: the real extension."""
        return self.caller.extension

    @property
    def from_name(self) -> str:
        return self.caller.name

    @property
    def to_number(self) -> str:
        return self.dialled

    @property
    def direction(self) -> str:
        return "internal" if self.outside is None else "out"


@dataclass(frozen=True, slots=True)
class IncomingFacts:
    """One call that a carrier brings in."""

    tenant_id: int
    number: str
    """E.164: the company's number that was dialled."""
    from_number: str
    """E.164 where it could be understood, else as it came; "" if the caller hides it."""
    from_name: str
    callee: Account | None
    """Where the number points; None: nowhere."""
    language: str
    """The company's, "pl" or "en"."""
    trunk: str
    """Its name."""
    now: datetime

    @property
    def to_number(self) -> str:
        return self.number

    @property
    def direction(self) -> str:
        return "in"
