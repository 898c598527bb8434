"""A plan: a small, finite graph of steps. Each step says why it stands there and what follows each outcome."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NewType

from .reasons import Reason

StepName = NewType("StepName", str)


class Outcome(StrEnum):
    """How a step can end. `ANSWERED` and `CANCELLED` end the call; the others lead on."""

    ANSWERED = "answered"
    NO_ANSWER = "no_answer"
    BUSY = "busy"
    UNAVAILABLE = "unavailable"
    CANCELLED = "cancelled"
    """The caller hung up before anybody answered."""
    DONE = "done"
    """The step ran to its end and nothing follows (echo test, refusal)."""


class Refusal(StrEnum):
    """The honest answer to a caller whose call ends unanswered, each with its SIP status (RFC 3261 §21)."""

    BUSY = "busy"  # 486 Busy Here
    UNAVAILABLE = "unavailable"  # 480 Temporarily Unavailable
    NO_ANSWER = "no_answer"  # 480 Temporarily Unavailable
    NO_SUCH_NUMBER = "no_such_number"  # 404 Not Found
    INCOMPLETE = "incomplete"  # 484 Address Incomplete

    @property
    def sip_status(self) -> int:
        """The final SIP response that the caller's phone gets."""
        return _SIP_STATUS[self]


_SIP_STATUS = {
    Refusal.BUSY: 486,
    Refusal.UNAVAILABLE: 480,
    Refusal.NO_ANSWER: 480,
    Refusal.NO_SUCH_NUMBER: 404,
    Refusal.INCOMPLETE: 484,
}


@dataclass(frozen=True, slots=True)
class CallerId:
    """What the called phone displays."""

    number: str
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
    show: CallerId
    why: Reason
    then: Mapping[Outcome, StepName]


@dataclass(frozen=True, slots=True)
class Echo:
    """Answer and send the caller's own sound back, to hear whether audio flows both ways."""

    why: Reason


@dataclass(frozen=True, slots=True)
class Reject:
    """End the call with an honest cause."""

    refusal: Refusal
    why: Reason


Step = Ring | Echo | Reject


@dataclass(frozen=True, slots=True)
class Plan:
    """What shall happen to one call. `steps[first]` comes first; a step without a follower ends the call."""

    first: StepName
    steps: Mapping[StepName, Step]

    def follower(self, step: Step, outcome: Outcome) -> StepName | None:
        """The step after `outcome` of `step`, or None where the call ends there."""
        return step.then.get(outcome) if isinstance(step, Ring) else None
