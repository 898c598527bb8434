"""Builds a journal as a story: who called, what the switchboard decided, who answered, who hung up."""

from datetime import datetime, timedelta

from centralka.calls.callbook import CallBook
from centralka.calls.facts import Account, CallFacts, IncomingFacts, Trunk
from centralka.calls.journal_events import (
    Answered,
    CallEvent,
    Decided,
    EngineStarted,
    HangUpOrdered,
    HungUp,
    LinkedIdEnded,
    Started,
    SwitchboardStarted,
    Transferred,
    TrunkTry,
    WalkedStep,
    WalkEnded,
)
from centralka.calls.plan import Outcome
from centralka.calls.plan_json import plan_as_json
from centralka.calls.planner import plan_call
from centralka.calls.record.record import Record, record_of

from .people import NOW, a_call

LINE = 100
"""Every line of these journals is so many bytes long."""


class Story:
    """Each method is one thing that happens, `at` seconds after the beginning."""

    def __init__(self) -> None:
        self.events: list[CallEvent] = []

    def calls(self, at: float, channel: str, login: str, dialled: str) -> None:
        """A phone sends an INVITE: a channel that begins a call of its own."""
        self.events.append(Started(_time(at), channel, channel, login, login[-3:], dialled))

    def comes_in(self, at: float, channel: str, trunk: Trunk, caller: str, dialled: str) -> None:
        """A carrier sends an INVITE."""
        self.events.append(Started(_time(at), channel, channel, trunk.endpoint, caller, dialled))

    def rings(self, at: float, channel: str, call: str, login: str) -> None:
        """A phone, or a number over a trunk, is rung on behalf of `call`."""
        self.events.append(Started(_time(at), channel, call, login, login[-3:], "s"))

    def decided(self, at: float, channel: str, dialled: str, caller: Account, callee: Account | None = None) -> None:
        self.planned(at, channel, a_call(dialled, callee, caller))

    def planned(self, at: float, channel: str, facts: CallFacts | IncomingFacts) -> None:
        """The switchboard decided by these facts."""
        plan = plan_as_json(plan_call(facts))
        who = (facts.from_number, facts.from_name, facts.to_number)
        self.events.append(Decided(_time(at), channel, *who, plan, facts.tenant_id, facts.direction))

    def walked(self, at: float, channel: str, *steps: WalkedStep) -> None:
        self.events.append(WalkEnded(_time(at), channel, steps))

    def answers(self, at: float, *channels: str) -> None:
        self.events += [Answered(_time(at), channel) for channel in channels]

    def hangs_up(
        self, at: float, channel: str, dial_status: str = "", by_itself: bool = False, cause: int = 0, number: str = ""
    ) -> None:
        self.events.append(HungUp(_time(at), channel, dial_status, by_itself, cause, number))

    def all_gone(self, at: float, call: str) -> None:
        """No channel is left that belongs to the call."""
        self.events.append(LinkedIdEnded(_time(at), call))

    def transfers(self, at: float, channel: str, to: str | None) -> None:
        self.events.append(Transferred(_time(at), channel, to))

    def is_ordered_to_end(self, at: float, call: str, by: str) -> None:
        """Somebody in the panel has the call ended."""
        self.events.append(HangUpOrdered(_time(at), call, by))

    def engine_starts(self, at: float, stopped_at: float | None = None) -> None:
        self.events.append(EngineStarted(_time(at), None if stopped_at is None else _time(stopped_at)))

    def switchboard_starts(self, at: float) -> None:
        self.events.append(SwitchboardStarted(_time(at)))

    # -- Reading it ------------------------------------------------------------------------------------------------

    def book(self) -> CallBook:
        book = CallBook()
        for number, event in enumerate(self.events, 1):
            book.apply(event, number * LINE)
        return book

    def records(self) -> list[Record]:
        return [record_of(call) for call in self.book().take_changed()]

    def record(self) -> Record:
        (only,) = self.records()
        return only


def _time(at: float) -> datetime:
    return NOW + timedelta(seconds=at)


def rang(login: str, outcome: Outcome, name: str = "start") -> WalkedStep:
    return WalkedStep(name, outcome, login)


def refused(refusal: str) -> WalkedStep:
    return WalkedStep(refusal, Outcome.DONE, refusal=refusal)


def dialled(number: str, *tries: TrunkTry, name: str = "start") -> WalkedStep:
    """A public number was called over these trunks."""
    return WalkedStep(name, tries[-1].outcome if tries else Outcome.NO_MONEY, number=number, tries=tries)


def tried(trunk: Trunk, outcome: Outcome, cause: int = 0) -> TrunkTry:
    return TrunkTry(trunk.endpoint, trunk.name, outcome, cause)
