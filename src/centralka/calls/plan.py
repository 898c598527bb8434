"""A plan: a small, finite graph of steps. Each step says why it stands there and what follows each outcome."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NewType

from .endpoints import phone_endpoints
from .facts import CallerNumber, Condition, Trunk
from .fraud import Breach
from .media_encryption import MediaEncryption
from .prompts import Prompt
from .reasons import Reason
from .tariffs import Rate

StepName = NewType("StepName", str)


class Outcome(StrEnum):
    """The ways in which a step can end. `ANSWERED` and `CANCELLED` end the call; the others lead on."""

    ANSWERED = "answered"
    NO_ANSWER = "no_answer"
    BUSY = "busy"
    UNAVAILABLE = "unavailable"
    """No phone, or no trunk, could be reached."""
    DECLINED = "declined"
    """The called person does not take the call: over no trunk, and not a moment later."""
    CANCELLED = "cancelled"
    """The caller hung up before anybody answered."""
    NO_SUCH_NUMBER = "no_such_number"
    """The carrier knows no such number."""
    NO_MONEY = "no_money"
    """The first increment of the call cannot be paid."""
    STOPPED = "stopped"
    """A rule against fraud refuses the call."""
    VOICEMAIL = "voicemail"
    """The caller reached a mailbox, whether or not a message was left."""
    FAX = "fax"
    """The caller reached a fax receiver, whether or not a page came."""
    RIGHT_PIN = "right_pin"
    WRONG_PIN = "wrong_pin"
    DONE = "done"
    """The step ran to its end and nothing follows (echo test, refusal)."""


class Refusal(StrEnum):
    """The honest answer to a caller whose call ends unanswered, each with its SIP status (RFC 3261 §21)."""

    BUSY = "busy"  # 486 Busy Here
    UNAVAILABLE = "unavailable"  # 480 Temporarily Unavailable
    NO_ANSWER = "no_answer"  # 480 Temporarily Unavailable
    NO_SUCH_NUMBER = "no_such_number"  # 404 Not Found
    INCOMPLETE = "incomplete"  # 484 Address Incomplete
    NOT_PERMITTED = "not_permitted"  # 403 Forbidden: permissions, prices, money, PIN
    NO_ROUTE = "no_route"  # 503 Service Unavailable
    DRAINING = "draining"  # 503 Service Unavailable: the exchange is about to be stopped

    @property
    def sip_status(self) -> int:
        """Return the final SIP response that the caller's phone gets."""
        return _SIP_STATUS[self]


_SIP_STATUS = {
    Refusal.BUSY: 486,
    Refusal.UNAVAILABLE: 480,
    Refusal.NO_ANSWER: 480,
    Refusal.NO_SUCH_NUMBER: 404,
    Refusal.INCOMPLETE: 484,
    Refusal.NOT_PERMITTED: 403,
    Refusal.NO_ROUTE: 503,
    Refusal.DRAINING: 503,
}


@dataclass(frozen=True, slots=True)
class CallerId:
    """The caller ID that the called phone displays."""

    number: str
    """"" if the caller hides it."""
    name: str


@dataclass(frozen=True, slots=True)
class Ring:
    """Ring every phone of one account; the first to answer has the call."""

    account_id: int
    login: str
    extension: str
    seconds: int
    call_waiting: bool
    """False: an account that is in a call, or ringing already, is busy."""
    show: CallerId | None
    """None: what the channel shows already, the number of a caller from outside who was transferred."""
    why: Reason
    then: Mapping[Outcome, StepName]
    media_encryption: MediaEncryption = MediaEncryption.OFF
    """The encryption that the account demands."""
    in_browser: bool = field(default=False, compare=False)
    """One of its phones is in a browser, and called as browsers want it."""
    answers_as: CallerId | None = field(default=None, compare=False)
    """The rung account as the caller's phone displays it; None: not known."""

    @property
    def endpoints(self) -> tuple[str, ...]:
        """Return the engine's names of the sides that are rung."""
        return phone_endpoints(self.login, self.media_encryption, in_browser=self.in_browser)


class Pin(StrEnum):
    """The thing that a PIN opens."""

    OUTSIDE = "outside"
    """Calls to public numbers."""
    MAILBOX = "mailbox"


@dataclass(frozen=True, slots=True)
class AskPin:
    """Ask the caller for a PIN of an account, `tries` times at most."""

    account_id: int
    pin: Pin
    tries: int
    why: Reason
    then: Mapping[Outcome, StepName]


@dataclass(frozen=True, slots=True)
class Diversion:
    """The diversion that a carrier is told of a forwarded call (RFC 5806)."""

    number: str | None
    """E.164: the number of the company for whose account the call was; None: it has none to show."""
    reason: Condition
    count: int
    """The number of times the call has been forwarded, this time included."""


@dataclass(frozen=True, slots=True)
class DialOut:
    """Call a public number over the first trunk that works, with money put aside for it."""

    number: str
    """E.164, or a short code."""
    trunks: tuple[Trunk, ...]
    show: CallerNumber
    rate: Rate | None
    """None: the call is free (emergency)."""
    seconds: int
    """The longest time for which it rings."""
    why: Reason
    then: Mapping[Outcome, StepName]
    diversion: Diversion | None = None
    """None: the caller dialled the number."""
    account_id: int = 0
    """The account whose call it is, for the rules against fraud."""


@dataclass(frozen=True, slots=True)
class Skip:
    """Do nothing: a forward cannot be followed. The record says why."""

    why: Reason
    then: Mapping[Outcome, StepName]
    because: Reason | None = None
    breach: Breach | None = None
    """Of a rule against fraud: the owner is told."""


@dataclass(frozen=True, slots=True)
class Voicemail:
    """Play a greeting and record a message."""

    account_id: int
    login: str
    extension: str
    busy: bool
    """The system's greeting says "on the phone"; else it says "not available"."""
    own_greeting: bool
    why: Reason


@dataclass(frozen=True, slots=True)
class VoicemailMenu:
    """Let the caller listen to the account's messages, and record its greeting."""

    account_id: int
    why: Reason


@dataclass(frozen=True, slots=True)
class ReceiveFax:
    """Answer as a fax machine and keep the pages. A caller who speaks hears its tone, and nothing else."""

    account_id: int
    login: str
    extension: str
    station: str
    """The name that the sending machine displays (the CSI of T.30); "": none."""
    why: Reason


@dataclass(frozen=True, slots=True)
class Echo:
    """Answer and send the caller's own sound back, to hear whether audio flows both ways."""

    why: Reason


@dataclass(frozen=True, slots=True)
class Reject:
    """End the call with an honest cause, after saying it where the phone's own display would not."""

    refusal: Refusal
    why: Reason
    say: Prompt | None = None
    rate: Rate | None = None
    """The price of the call, spoken after `say`; None: the price is not why it is refused."""
    breach: Breach | None = None
    """Of a rule against fraud: the owner is told."""


Step = Ring | AskPin | DialOut | Skip | Voicemail | VoicemailMenu | ReceiveFax | Echo | Reject


@dataclass(frozen=True, slots=True)
class FaxTone:
    """Listen whether the caller sends the fax tone (CNG, T.30 §4.3): a fax account then takes the call over."""

    login: str
    """Of the fax account."""
    seconds: int
    """So long from the beginning of the call; a fax machine sends its tone as soon as it is answered."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The decision about one call. `steps[first]` comes first; a step without a follower ends the call."""

    first: StepName
    steps: Mapping[StepName, Step]
    longest: int | None = None
    """Seconds after which a call is ended that was answered; None: never."""
    fax_tone: FaxTone | None = None
    """None: nobody listens."""

    @property
    def first_step(self) -> Step:
        return self.steps[self.first]

    @property
    def dial_out(self) -> DialOut | None:
        """Return the first step that calls a public number; None: no step does."""
        return next((step for step in self.steps.values() if isinstance(step, DialOut)), None)

    def follower(self, step: Step, outcome: Outcome) -> StepName | None:
        """Return the step after `outcome` of `step`, or None where the call ends there."""
        return followers(step).get(outcome)

    def endpoints(self) -> set[str]:
        """Return the engine's names of all that the plan may call: accounts and trunks."""
        return {name for step in self.steps.values() for name in _endpoints(step)}


def _endpoints(step: Step) -> tuple[str, ...]:
    match step:
        case Ring():
            return step.endpoints
        case DialOut():
            return tuple(trunk.endpoint for trunk in step.trunks)
        case _:
            return ()


def followers(step: Step) -> Mapping[Outcome, StepName]:
    """Return the step after each outcome of a step; none for a step that ends the call."""
    return step.then if isinstance(step, Ring | AskPin | DialOut | Skip) else {}
