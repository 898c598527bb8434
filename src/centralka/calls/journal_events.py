"""The events that the journal tells. `callbook` folds it into call records.

A *call* is one attempt: the channel with which somebody entered the exchange, and every channel that was made on its
behalf. It is named after that first channel. An attended transfer joins two calls; each keeps its own record.
"""

from dataclasses import dataclass
from datetime import datetime

from .dial_result import DialResult
from .endpoints import Endpoint
from .plan import Outcome, Plan, Refusal
from .reasons import Reason
from .tariffs import Rate


@dataclass(frozen=True, slots=True)
class EngineStarted:
    """A new engine process: no call of an earlier one is alive."""

    time: datetime
    stopped_at: datetime | None = None
    """The time at which the earlier engine was seen to be dead; None when no process was there to see it."""


@dataclass(frozen=True, slots=True)
class SwitchboardStarted:
    """A new switchboard process: no plan of an earlier one is carried out any further."""

    time: datetime


@dataclass(frozen=True, slots=True)
class Started:
    """A channel came into being on behalf of the call `call`; `endpoint` is its phone or carrier; None: neither."""

    time: datetime
    channel: str
    call: str
    endpoint: Endpoint | None
    number: str
    exten: str


@dataclass(frozen=True, slots=True)
class Answered:
    time: datetime
    channel: str


@dataclass(frozen=True, slots=True)
class HungUp:
    """`dialled`: how the last `Dial` of that channel ended, None if it did not dial.

    `by_itself`: the channel's own phone hung up.
    """

    time: datetime
    channel: str
    dialled: DialResult | None
    by_itself: bool
    told: Refusal | None = None
    """The refusal that the engine told the phone; None: no refusal."""
    number: str = ""
    """The number of the channel's party, as it was in the end: "" where the dialplan took it away."""


@dataclass(frozen=True, slots=True)
class Transferred:
    """The phone of `channel` transferred its call; `to` is None for an attended transfer."""

    time: datetime
    channel: str
    to: str | None


@dataclass(frozen=True, slots=True)
class LinkedIdEnded:
    """No channel that belongs to `call` is left."""

    time: datetime
    call: str


@dataclass(frozen=True, slots=True)
class Decided:
    """The switchboard planned what happens to the caller on `channel`."""

    time: datetime
    channel: str
    from_number: str
    from_name: str
    to_number: str
    plan: Plan
    kept: str
    """The same as the JSON text that the record keeps, made once: a record is written several times."""
    tenant_id: int | None = None
    direction: str = "internal"
    """`internal`, `in` or `out`."""
    rings: str = ""
    """The account (its login) or trunk that the plan rings first, where the engine does that by itself: what came of it
    is told by the engine's lines, or by the switchboard once it has gone on. "" where the switchboard does it all."""


@dataclass(frozen=True, slots=True)
class WentOn:
    """Nobody answered what the engine rang by itself, and the switchboard carries out the rest of the plan."""

    time: datetime
    channel: str


@dataclass(frozen=True, slots=True)
class Begun:
    """The switchboard begins the step `name` of what it planned for `channel`: one that costs, records a message or
    receives a fax."""

    time: datetime
    channel: str
    name: str


@dataclass(frozen=True, slots=True)
class FaxReceived:
    """The engine has received a fax on `channel`, and is done with it."""

    time: datetime
    channel: str
    pages: int


@dataclass(frozen=True, slots=True)
class Paid:
    """The carrier answered on `channel`: from then on that channel costs `rate`.

    `reservation` (its id) has the money for it, and `name` is the engine's for the channel; None and "" in journals of
    before 0.7.0, whose switchboard had noted the answer with the money before it wrote the line.
    """

    time: datetime
    channel: str
    number: str
    rate: Rate
    reservation: int | None = None
    name: str = ""


@dataclass(frozen=True, slots=True)
class EndMissed:
    """The engine has no channel of the call any more, and wrote no end of it: there was no room on the disk.

    `time`: when it was first seen to be gone.
    """

    time: datetime
    call: str


@dataclass(frozen=True, slots=True)
class HangUpOrdered:
    """A person or program outside the call ordered its end; `channel` is the channel with which it began."""

    time: datetime
    channel: str
    by: str


@dataclass(frozen=True, slots=True)
class NotEncrypted:
    """The caller took the call of `channel` as encrypted and did not encrypt, so that the exchange ended it."""

    time: datetime
    channel: str


@dataclass(frozen=True, slots=True)
class TrunkTry:
    """One trunk over which a number was called, and how that ended.

    `outcome` is None where the call ended in it: the engine's lines tell how. `cause` is the engine's (Q.850), for
    people who read the journal; `status` the carrier's final SIP status: 0 where the carrier gave none, or the call was
    answered.
    """

    trunk: int
    name: str
    outcome: Outcome | None
    cause: int = 0
    status: int = 0


@dataclass(frozen=True, slots=True)
class WalkedStep:
    """One step of the plan and how it ended; `outcome` is None where the call ended in it: the engine's lines tell how.

    `login` for a step that rang an account or recorded a message for it; `number` and `tries` for a step that called a
    public number; `seconds` of the message that was recorded, 0 for none; `status` with which the rung phone refused;
    `pages` of the fax that was received, None where that is not known; `again`: it was rung twice, with one way of
    encrypting and then the other.
    """

    name: str
    outcome: Outcome | None
    login: str | None = None
    refusal: Refusal | None = None
    number: str | None = None
    tries: tuple[TrunkTry, ...] = ()
    seconds: int | None = None
    status: int = 0
    pages: int | None = None
    again: bool = False


@dataclass(frozen=True, slots=True)
class WalkEnded:
    """The switchboard carried out the plan of `channel` this far."""

    time: datetime
    channel: str
    steps: tuple[WalkedStep, ...]


@dataclass(frozen=True, slots=True)
class TurnedAway:
    """The engine refused a call before it had a channel; `channel` is a name of our own for it.

    `number` is what a carrier tells of the caller.
    """

    time: datetime
    channel: str
    endpoint: Endpoint
    number: str
    exten: str
    reason: Reason


CallEvent = (
    EngineStarted
    | SwitchboardStarted
    | Started
    | Answered
    | HungUp
    | Transferred
    | LinkedIdEnded
    | Decided
    | WentOn
    | Begun
    | FaxReceived
    | Paid
    | EndMissed
    | HangUpOrdered
    | NotEncrypted
    | TurnedAway
    | WalkEnded
)
