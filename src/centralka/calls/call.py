"""A call as the journal tells it so far: the channels that took part, and what was decided and done."""

from dataclasses import dataclass, field
from datetime import datetime

from .dial_result import DialResult
from .endpoints import Endpoint
from .journal_events import (
    Begun,
    Decided,
    FaxReceived,
    HangUpOrdered,
    Paid,
    Transferred,
    TurnedAway,
    WalkEnded,
)
from .plan import Refusal


@dataclass(slots=True)
class Line:
    """One channel of a call: how a phone, or a number over a trunk, took part in it."""

    channel: str
    endpoint: Endpoint | None
    started: datetime
    answered: datetime | None = None
    ended: datetime | None = None
    dialled: DialResult | None = None
    hung_up_by_itself: bool = False
    told: Refusal | None = None
    last_number: str = ""
    """The number of its party when it ended."""
    paid: Paid | None = None
    """For a channel to a carrier: what it costs."""


@dataclass(slots=True)
class Call:
    """The known facts of a call so far. `lines[0]` is the channel that it came in with."""

    call_id: str
    position: int
    """The place in the journal where it begins."""
    from_number: str
    to_number: str
    lines: list[Line]
    decisions: list[Decided] = field(default_factory=list)
    begun: list[Begun] = field(default_factory=list)
    faxes: list[FaxReceived] = field(default_factory=list)
    walks: list[WalkEnded] = field(default_factory=list)
    transfers: list[Transferred] = field(default_factory=list)
    hang_up: HangUpOrdered | None = None
    not_encrypted: bool = False
    """Its caller did not encrypt, and the exchange ended it."""
    turned_away: TurnedAway | None = None
    """The engine refused it: nothing else is known of it, and nothing else will be."""
    last_event: datetime | None = None
    interrupted: bool = False
    linked_id_ended: bool = False
    walking: set[str] = field(default_factory=set)
    """The channels whose plan is being carried out: the switchboard has yet to tell what came of it."""
    left: dict[str, Decided] = field(default_factory=dict)
    """By channel, the decisions of which the engine carries out the first step by itself. A channel that was hung up
    before anybody answered, and was not given up, has one still: another may be in its place, and go on."""

    @property
    def entry(self) -> Line:
        return self.lines[0]

    @property
    def living(self) -> list[str]:
        """Return the channels that have not ended."""
        return [line.channel for line in self.lines if line.ended is None]

    @property
    def was_handed_over(self) -> bool:
        """Tell whether another party came into the caller's place while it rang: the ring went on without its caller.
        If it goes on after that, the switchboard tells so a moment later; else that party has given up."""
        entry, *rung = self.lines
        gone = entry.ended
        return entry.channel in self.left and any(gone and line.ended and gone < line.ended for line in rung)

    def rung(self, endpoint: Endpoint, since: datetime, until: datetime) -> list[Line]:
        """Return how the account's phones, or a number over the trunk, were rung that began to ring in this time."""
        return [line for line in self.lines[1:] if line.endpoint == endpoint and since <= line.started <= until]

    @property
    def over(self) -> bool:
        return all(line.ended for line in self.lines) and not self.walking

    @property
    def complete(self) -> bool:
        """Tell whether it is over and can grow no further leg.

        Until its linked ID has ended it can: a transferred party dials on its behalf.
        """
        return self.over and self.linked_id_ended
