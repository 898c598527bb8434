"""Facts: everything that a decision about one call may look at, gathered once before it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from .destinations import Destination, Level
from .endpoints import trunk_endpoint
from .fraud import Guard
from .media_encryption import MediaEncryption
from .spelling import NumberStyle
from .tariffs import Rate


class AccountKind(StrEnum):
    """The use of an account."""

    VOICE = "voice"
    FAX = "fax"
    """It has no phone: its callers are answered by a fax receiver."""


@dataclass(frozen=True, slots=True)
class Account:
    """One internal SIP account as the planner sees it."""

    id: int
    login: str
    """The name with which the phone registers: `<tenant>_<extension>`."""
    extension: str
    name: str
    internal_caller_id: str | None
    """Digits that colleagues see in place of the extension; None: the real extension."""
    ring_timeout: int
    """Seconds that the account rings before "no answer" applies, 5 to 180."""
    call_waiting: bool
    kind: AccountKind = AccountKind.VOICE
    fax_station: str = ""
    """The station identification that a fax account tells senders; "": none."""
    media_encryption: MediaEncryption = MediaEncryption.OFF
    in_browser: bool = False
    """One of its phones is in a browser."""
    fax_login: str | None = None
    """The login of the fax account that takes a call over whose caller sends the fax tone; None: nobody listens."""

    @property
    def shown_number(self) -> str:
        """Return the number that colleagues see when this account calls them."""
        return self.internal_caller_id or self.extension


@dataclass(frozen=True, slots=True)
class Trunk:
    """A connection to a carrier."""

    id: int
    name: str
    style: NumberStyle
    """The way in which numbers are written for the trunk."""
    foreign_caller_ids: bool = False
    """The carrier accepts caller IDs that are not the company's."""

    @property
    def endpoint(self) -> str:
        """Return the engine's name for the trunk."""
        return trunk_endpoint(self.id)


@dataclass(frozen=True, slots=True)
class CallerNumber:
    """The number that an account shows outside."""

    number: str | None
    """E.164, one of the company's; the carrier learns it also where `restricted`. None: it has none to show."""
    restricted: bool
    """Hidden from the called party."""
    owned: bool = True
    """False: the company does not have the chosen number any more."""
    foreign: str | None = None
    """E.164 of the caller from outside whose call is sent on: trunks that accept it show it in place of `number`."""


@dataclass(frozen=True, slots=True)
class Outside:
    """The facts that decide about a call to a public number."""

    destination: Destination
    level: Level
    """The account's own level, or its company's."""
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
    going_on: int = 0
    """Paid calls of the company to this number that are going on, or are being set up."""
    blocked: str | None = None
    """Why the operator blocked the company; None: it is not blocked."""
    guard: Guard = field(default_factory=Guard)
    """The facts of the rules against fraud."""


class Condition(StrEnum):
    """A reason for which an account does not take a call."""

    NO_ANSWER = "no_answer"
    """The account rang for its ring time."""
    BUSY = "busy"
    """The phone said so or declined, or call waiting is off and the account is in use."""
    UNAVAILABLE = "unavailable"
    """No phone is registered, or no registered phone answers at all."""


@dataclass(frozen=True, slots=True)
class ToExtension:
    """Forward to another account of the company."""

    account: Account


@dataclass(frozen=True, slots=True)
class ToOutside:
    """Forward to a saved external number, as a call of the forwarding account."""

    name: str
    outside: Outside


@dataclass(frozen=True, slots=True)
class ToVoicemail:
    """Forward to the account's own mailbox."""


@dataclass(frozen=True, slots=True)
class ToNobody:
    """The chosen target has been deleted since."""


ForwardTarget = ToExtension | ToOutside | ToVoicemail | ToNobody


@dataclass(frozen=True, slots=True)
class Mailbox:
    """The voicemail of an account."""

    own_greeting: bool
    """An own greeting was uploaded or recorded."""
    greeting_on_no_answer: bool
    """The own greeting is for no answer and for unavailable; else the system's."""
    greeting_on_busy: bool
    full: bool
    """No message fits any more."""


@dataclass(frozen=True, slots=True)
class Unanswered:
    """The next steps when an account does not take a call."""

    forwards: Mapping[Condition, ForwardTarget] = field(default_factory=dict)
    return_after: int = 30
    """Seconds that the target of a forward rings, 5 to 180."""
    mailbox: Mailbox | None = None


@dataclass(frozen=True, slots=True)
class CallFacts:
    """One call that an account's phone makes: the caller, the dialled number, and what the company has there."""

    tenant_id: int
    caller: Account
    dialled: str
    callee: Account | None
    """The account in the caller's tenant whose extension was dialled, if there is one."""
    outside: Outside | None
    """None: the dialled text is no public number."""
    now: datetime
    """Aware; the one `now` of this decision."""
    transferred: bool = False
    """`caller` did not dial this: it sent somebody from outside there, whose number the callee sees."""
    unanswered: Unanswered = Unanswered()
    """Of the callee."""
    mailbox: Mailbox | None = None
    """The caller's own mailbox, where that was dialled."""
    from_outside: str | None = None
    """E.164 of the transferred caller; None: there is none, or the number is hidden."""
    longest_call: int | None = None
    """Seconds for which the company lets a call go on; None: for ever."""
    draining: bool = False
    """The exchange takes no new calls, and this is one: no part of a running call that is transferred."""

    @property
    def from_number(self) -> str:
        """Return the real extension, for the record."""
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
class FaxToneFacts:
    """A call that goes on, and whose caller has just sent the fax tone (CNG, T.30)."""

    tenant_id: int
    receiver: Account
    """The fax account that takes it over."""
    from_number: str
    from_name: str
    to_number: str
    direction: str
    now: datetime
    longest_call: int | None = None
    """Seconds for which the company lets a call go on; None: for ever."""


@dataclass(frozen=True, slots=True)
class IncomingFacts:
    """One call that a carrier brings in."""

    tenant_id: int
    number: str
    """E.164: the company's number that was dialled."""
    from_number: str
    """E.164 or a public short code; "" if the caller hides it, `outside_caller.UNKNOWN` if none exists."""
    from_name: str
    """As it is shown: with a mark where the number is unknown."""
    callee: Account | None
    """The account at which the number points; None: it points nowhere."""
    language: str
    """The company's, "pl" or "en"."""
    trunk: str
    """Its name."""
    now: datetime
    unanswered: Unanswered = Unanswered()
    """Of the callee."""
    blocked: str | None = None
    """Why the operator blocked the company; None: it is not blocked."""
    diversions: int = 0
    """The number of times the call was forwarded before it came here (Diversion, RFC 5806; History-Info, RFC 7044)."""
    longest_call: int | None = None
    """Seconds for which the company lets a call go on; None: for ever."""
    draining: bool = False
    """The exchange takes no new calls."""

    @property
    def to_number(self) -> str:
        return self.number

    @property
    def direction(self) -> str:
        return "in"
