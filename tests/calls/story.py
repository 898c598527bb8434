"""Build a journal as a story: who called, what the switchboard decided, who answered, who hung up."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from centralka.calls.callbook import CallBook
from centralka.calls.causes import refusal_told
from centralka.calls.dial_result import DialResult
from centralka.calls.endpoints import Carrier, Endpoint, Phone, endpoint_named
from centralka.calls.facts import Account, CallFacts, FaxToneFacts, IncomingFacts, Trunk
from centralka.calls.journal_events import (
    Answered,
    Begun,
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
    WentOn,
)
from centralka.calls.plan import DialOut, Outcome, Refusal
from centralka.calls.plan_json import plan_as_json, plan_from_json
from centralka.calls.planner import plan_call, plan_fax_tone
from centralka.calls.record.leg import Leg
from centralka.calls.record.record import Record, record_of
from centralka.switch.wire.engine_words import dial_result_if_any

from .people import NOW, a_call

_ENDED = (Outcome.ANSWERED, Outcome.CANCELLED, None)
"""The outcomes of a ring after which a call goes no further."""
_NO_RING = (Outcome.VOICEMAIL, Outcome.FAX)
LINE = 100
"""Every line of these journals is so many bytes long."""


class Story:
    """Each method is one thing that happens, `at` seconds after the beginning."""

    def __init__(self) -> None:
        self.events: list[CallEvent] = []

    def calls(self, at: float, channel: str, login: str, dialled: str) -> None:
        """A phone sends an INVITE: a channel that begins a call of its own."""
        self.events.append(Started(_time(at), channel, channel, Phone(login), login[-3:], dialled))

    def comes_in(self, at: float, channel: str, trunk: Trunk, caller: str, dialled: str) -> None:
        """A carrier sends an INVITE."""
        self.events.append(Started(_time(at), channel, channel, Carrier(trunk.id), caller, dialled))

    def rings(self, at: float, channel: str, call: str, login: str) -> None:
        """A phone, or a number over a trunk, is rung on behalf of `call`."""
        self.events.append(Started(_time(at), channel, call, endpoint_named(login), login[-3:], "s"))

    def decided(self, at: float, channel: str, dialled: str, caller: Account, callee: Account | None = None) -> None:
        self.planned(at, channel, a_call(dialled, callee, caller))

    def left(self, at: float, channel: str, caller: Account, callee: Account) -> None:
        """The switchboard decided, and left the first ring to the engine."""
        self.planned_and_left(at, channel, a_call(callee.extension, callee, caller), callee)

    def planned_and_left(self, at: float, channel: str, facts: CallFacts, callee: Account) -> None:
        """The same, by these facts."""
        self.planned(at, channel, facts)
        decided = self.events[-1]
        assert isinstance(decided, Decided)
        self.events[-1] = replace(decided, rings=callee.login)

    def planned(self, at: float, channel: str, facts: CallFacts | IncomingFacts | FaxToneFacts) -> None:
        """The switchboard decided by these facts."""
        kept = plan_as_json(plan_fax_tone(facts) if isinstance(facts, FaxToneFacts) else plan_call(facts))
        who = (facts.from_number, facts.from_name, facts.to_number)
        self.events.append(
            Decided(_time(at), channel, *who, plan_from_json(kept), json.dumps(kept), facts.tenant_id, facts.direction)
        )

    def goes_on(self, at: float, channel: str) -> None:
        """Nobody answered what the engine rang by itself: the switchboard carries out the rest."""
        self.events.append(WentOn(_time(at), channel))

    def walked(self, at: float, channel: str, *steps: WalkedStep) -> None:
        self.events.append(WalkEnded(_time(at), channel, steps))

    def answers(self, at: float, *channels: str) -> None:
        self.events += [Answered(_time(at), channel) for channel in channels]

    def hangs_up(
        self, at: float, channel: str, dial_status: str = "", by_itself: bool = False, cause: int = 0, number: str = ""
    ) -> None:
        """`dial_status` and `cause` are the engine's words."""
        told, dialled = refusal_told(cause), dial_result_if_any(dial_status)
        self.events.append(HungUp(_time(at), channel, dialled, by_itself, told, number))

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
        return _book(self.events)

    def records(self) -> list[Record]:
        """The same whether the switchboard tells that a phone answered, leaves it to the engine's own lines, or leaves
        the ring itself to the engine."""
        ways = [self.events, [_untold(event) for event in self.events], _left(self.events)]
        told, untold, left = ([record_of(call) for call in _book(events).take_changed()] for events in ways)
        assert untold == told
        assert left == told
        return told

    def record(self) -> Record:
        (only,) = self.records()
        return only


def _book(events: Iterable[CallEvent]) -> CallBook:
    book = CallBook()
    for number, event in enumerate(events, 1):
        book.apply(event, number * LINE)
    return book


def _untold(event: CallEvent) -> CallEvent:
    """The line of a switchboard that does not ask how the last Dial of a plain phone ended."""
    if not isinstance(event, WalkEnded):
        return event
    steps = [replace(one, outcome=None) if one.login and one.outcome in _ENDED else one for one in event.steps]
    return replace(event, steps=tuple(steps))


def _left(events: Sequence[CallEvent]) -> list[CallEvent]:
    """The lines of a switchboard that leaves first rings to the engine: it tells of one only where it went on, and then
    in the last moment before its next line."""
    found: list[CallEvent] = []
    rung: dict[str, int] = {}
    ended: dict[str, Outcome | None] = {}
    for event in events:
        if isinstance(event, Decided):
            rung[event.channel] = len(found)
        if isinstance(event, WalkEnded) and (endpoint := _rung_first(event)) and event.channel in rung:
            at = rung.pop(event.channel)
            decided = found[at]
            assert isinstance(decided, Decided)
            found[at] = _to_the_engine(decided, endpoint)
            if len(event.steps) == 1 and event.steps[0].outcome in _ENDED:
                ended[event.channel] = event.steps[0].outcome
                continue
            later = (
                number for number in range(at + 1, len(found)) if _is_after_ring(found[number], event.channel, endpoint)
            )
            found.insert(next(later, len(found)), WentOn(event.time, event.channel))
        if isinstance(event, HungUp) and event.dialled is None and event.channel in ended:
            # The engine says so itself of a channel that has dialled.
            answered = ended[event.channel] is Outcome.ANSWERED
            event = replace(event, dialled=DialResult.ANSWERED if answered else DialResult.CANCELLED)
        found.append(event)
    return found


def _to_the_engine(decided: Decided, endpoint: Endpoint) -> Decided:
    """The same decision, of which the engine carries out the first step. A number is called over that trunk alone."""
    if isinstance(endpoint, Phone):
        return replace(decided, rings=endpoint.login)
    first = decided.plan.steps[decided.plan.first]
    assert isinstance(first, DialOut)
    only = tuple(trunk for trunk in first.trunks if trunk.id == endpoint.trunk)
    steps = {**decided.plan.steps, decided.plan.first: replace(first, trunks=only)}
    return replace(decided, rings=endpoint.name, plan=replace(decided.plan, steps=steps))


def _is_after_ring(event: CallEvent, channel: str, endpoint: Endpoint) -> bool:
    """Tell whether the first ring was over by then: another step was begun, or the caller's channel ended."""
    if isinstance(event, Started):
        return event.endpoint != endpoint
    return isinstance(event, Begun | HungUp) and event.channel == channel


def _rung_first(walk: WalkEnded) -> Endpoint | None:
    """Find the account, or the only trunk, of a first step that the engine can have carried out by itself."""
    first = walk.steps[0] if walk.steps else None
    if first is None or first.outcome in _NO_RING:
        return None
    if len(first.tries) == 1:
        return Carrier(first.tries[0].trunk)
    return Phone(first.login) if first.login else None


def _time(at: float) -> datetime:
    return NOW + timedelta(seconds=at)


def net(leg: Leg) -> str | None:
    """The price, with all its decimals."""
    return None if leg.price is None else str(leg.price)


def code(leg: Leg) -> str | None:
    """Why it was tried."""
    return leg.why.why if leg.why else None


def rang(login: str, outcome: Outcome, name: str = "start") -> WalkedStep:
    return WalkedStep(name, outcome, login)


def refused(refusal: str) -> WalkedStep:
    return WalkedStep(refusal, Outcome.DONE, refusal=Refusal(refusal))


def dialled(number: str, *tries: TrunkTry, name: str = "start") -> WalkedStep:
    """A public number was called over these trunks."""
    return WalkedStep(name, tries[-1].outcome if tries else Outcome.NO_MONEY, number=number, tries=tries)


def tried(trunk: Trunk, outcome: Outcome, cause: int = 0) -> TrunkTry:
    return TrunkTry(trunk.id, trunk.name, outcome, cause)
