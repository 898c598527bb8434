"""Fold the journal's events into call records. Pure: the same journal always gives the same records."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import assert_never

from .call import Call, Line
from .carrier_answers import SOUND_NOT_UNDERSTOOD
from .dial_result import DialResult
from .endpoints import Phone, extension_of
from .journal_events import (
    Answered,
    Begun,
    CallEvent,
    Decided,
    EndMissed,
    EngineStarted,
    FaxReceived,
    HangUpOrdered,
    HungUp,
    LinkedIdEnded,
    NotEncrypted,
    Paid,
    Started,
    SwitchboardStarted,
    Transferred,
    TrunkTry,
    TurnedAway,
    WalkedStep,
    WalkEnded,
    WentOn,
)
from .plan import DialOut, Outcome, Ring, StepName

Noted = (
    Answered
    | HungUp
    | Transferred
    | Decided
    | WentOn
    | Begun
    | FaxReceived
    | Paid
    | HangUpOrdered
    | NotEncrypted
    | WalkEnded
)
"""Events that are noted of a channel while it lives."""
Overtaking = Decided | WentOn | Begun | Paid | WalkEnded
"""Lines of the switchboard, which can be the faster writer of the two: before the engine's of the channel."""

_OVERTAKES_BY_AT_MOST = timedelta(seconds=10)
"""A line of the switchboard whose channel has not begun after so long belongs to a call that is done with."""
_A_MOMENT = timedelta(microseconds=1)
_END_OF_DIALPLAN = {DialResult.ANSWERED, DialResult.CANCELLED}
"""After these Dial ends the dialplan; after others it goes on."""


class CallBook:
    """Every call that is not over, and every call that changed since the changed calls were last taken out.

    `checkpoint`: the position from which the journal must be read again to know all this anew.
    """

    def __init__(self, position: int = 0, is_recorded: Callable[[str], bool] = lambda call_id: False) -> None:
        """`is_recorded` tells whether a call is on record as over, of which only later lines are read."""
        self._position = position
        self._is_recorded = is_recorded
        self._calls: dict[str, Call] = {}
        self._call_of: dict[str, Call] = {}
        self._changed: dict[str, Call] = {}
        self._lingering: dict[str, Call] = {}
        """Calls that are over by the engine's lines, and may yet go on by the switchboard's."""
        self._early: dict[str, list[tuple[int, Overtaking | SwitchboardStarted]]] = {}
        """What was said of a channel before the engine said that it began."""

    @property
    def channels(self) -> frozenset[str]:
        """Return the channels of every call that is not over."""
        return frozenset(self._call_of)

    def living_channels(self, call_id: str) -> list[str]:
        """Return the channels of a call that goes on, as far as the journal is read; none for a call that is over
        or not known."""
        call = self._calls.get(call_id)
        return call.living if call else []

    def channels_by_call(self) -> dict[str, frozenset[str]]:
        """Return all channels of each call of which the engine has yet to write the end."""
        going_on = [call for call in self._calls.values() if not call.complete]
        return {call.call_id: frozenset(line.channel for line in call.lines) for call in going_on}

    @property
    def checkpoint(self) -> int:
        begins = [call.position for call in self._calls.values()]
        return min([*begins, *(early[0][0] for early in self._early.values())], default=self._position)

    def take_changed(self) -> list[Call]:
        """Take out the calls that changed since the last time, oldest change first."""
        changed = list(self._changed.values())
        self._changed.clear()
        for call in changed:
            self._forget_if_done(call)
        return changed

    def read_from(self, position: int) -> None:
        """Note where the next line begins: not where the one before ended, if it is of another file of the journal."""
        self._position = position

    def apply(self, event: CallEvent | None, end: int) -> None:
        """Take one event in; `end` is the position right behind its line."""
        begin, self._position = self._position, end
        if event is not None:
            too_old = event.time - _OVERTAKES_BY_AT_MOST
            self._forget_early_before(too_old)
            self._forget_lingering_before(too_old)
            for call in self._calls_touched_by(event, begin):
                # A line can come late, to a place before that at which the call begins.
                call.position = min(call.position, begin)
                call.last_event = event.time
                self._changed[call.call_id] = call

    def _calls_touched_by(self, event: CallEvent, begin: int) -> Iterator[Call]:
        match event:
            case Started():
                yield from self._start(event, begin)
            case TurnedAway():
                yield _turned_away(event, begin)
            case EngineStarted():
                self._early.clear()
                yield from self._interrupt_all(event)
            case SwitchboardStarted():
                yield from self._stop_waiting(event, begin)
            case LinkedIdEnded() | EndMissed():
                yield from self._end(event)
            case _:
                yield from self._take(event, begin)

    def _end(self, event: LinkedIdEnded | EndMissed) -> Iterator[Call]:
        """End the call: no channel will be made on its behalf any more."""
        call = self._calls.get(event.call)
        if call and isinstance(event, EndMissed):
            _interrupt(call, event.time)
        if call:
            call.linked_id_ended = True
            yield call

    def _take(self, event: Noted, begin: int) -> Iterator[Call]:
        if call := self._call_of.get(event.channel):
            _note(call, event)
            yield call
        elif isinstance(event, Overtaking):
            self._early.setdefault(event.channel, []).append((begin, event))

    def _forget_early_before(self, moment: datetime) -> None:
        if self._early:
            self._early = {channel: early for channel, early in self._early.items() if early[-1][1].time >= moment}

    def _start(self, event: Started, begin: int) -> Iterator[Call]:
        line = Line(event.channel, event.endpoint, event.time)
        call = self._calls.get(event.call)
        if call is None and event.call != event.channel and self._is_recorded(event.call):
            # The call began before the position from which the journal is read anew, and was over by then: another
            # a call that went on longer began in between. Its leg would become a call of its own, and be paid twice.
            return
        if call is None:
            call = Call(event.channel, begin, event.number, event.exten, [line])
            self._calls[call.call_id] = call
        else:
            call.lines.append(line)
        self._call_of[event.channel] = call
        for at, early in self._early.pop(event.channel, []):
            # A new reading of the journal has to begin there: the decision would be lost otherwise.
            call.position = min(call.position, at)
            _note(call, early)
        yield call

    def _interrupt_all(self, event: EngineStarted) -> Iterator[Call]:
        for call in list(self._calls.values()):
            _interrupt(call, event.stopped_at)
            yield call

    def _stop_waiting(self, event: SwitchboardStarted, begin: int) -> Iterator[Call]:
        for early in self._early.values():
            early.append((begin, event))
        for call in self._calls.values():
            if call.walking:
                _note(call, event)
                yield call

    def _forget_if_done(self, call: Call) -> None:
        if not call.complete:
            return
        if call.left:
            # The engine's lines are there before those of a switchboard that is just asked how to go on.
            self._lingering[call.call_id] = call
        else:
            self._forget(call)

    def _forget(self, call: Call) -> None:
        self._calls.pop(call.call_id, None)
        for line in call.lines:
            self._call_of.pop(line.channel, None)

    def _forget_lingering_before(self, moment: datetime) -> None:
        for call in [call for call in self._lingering.values() if call.last_event and call.last_event < moment]:
            del self._lingering[call.call_id]
            if call.over:
                self._forget(call)


def _turned_away(event: TurnedAway, begin: int) -> Call:
    line = Line(event.channel, event.endpoint, event.time, ended=event.time, last_number=event.number)
    return Call(event.channel, begin, event.number, event.exten, [line], turned_away=event, linked_id_ended=True)


def _interrupt(call: Call, at: datetime | None) -> None:
    """End a call of which nothing is alive and nobody told the end. None: it is not known when it ended."""
    call.linked_id_ended = True
    call.walking.clear()
    call.left.clear()
    for line in call.lines:
        if line.ended is None:
            call.interrupted = True
            line.ended = at or call.last_event or line.started


def _note(call: Call, event: Noted | SwitchboardStarted) -> None:  # noqa: C901 (a line for each kind)
    match event:
        case Answered() | HungUp() | Paid():
            _note_line(_line(call, event.channel), event)
            if isinstance(event, HungUp) and event.dialled in _END_OF_DIALPLAN:
                _engine_is_done(call, event.channel, event.time)
        case Transferred():
            call.transfers.append(event)
        case Decided():
            # It was transferred while the engine had it.
            _engine_is_done(call, event.channel, event.time - _A_MOMENT)
            call.decisions.append(event)
            if not _line(call, event.channel).ended:
                _note_carried_out(call, event)
        case WentOn():
            call.left.pop(event.channel, None)
            call.walking.add(event.channel)
        case Begun():
            call.begun.append(event)
        case FaxReceived():
            call.faxes.append(event)
        case HangUpOrdered():
            call.hang_up = call.hang_up or event
        case NotEncrypted():
            call.not_encrypted = True
        case WalkEnded():
            call.walks.append(event)
            call.walking.discard(event.channel)
        case SwitchboardStarted():
            call.walking.clear()
        case _:
            assert_never(event)
    _take_back_answers(call)


def _note_carried_out(call: Call, decided: Decided) -> None:
    if decided.rings:
        call.left[decided.channel] = decided
        if isinstance(decided.plan.first_step, DialOut):
            call.begun.append(Begun(decided.time, decided.channel, decided.plan.first))
    else:
        call.walking.add(decided.channel)


def _engine_is_done(call: Call, channel: str, time: datetime) -> None:
    """End the walk of a step that the engine carries out by itself: its lines tell what came of it."""
    if decided := call.left.pop(channel, None):
        call.walks.append(WalkEnded(time, channel, (_left_to_engine(decided),)))


def _left_to_engine(decided: Decided) -> WalkedStep:
    """Return the first step of a plan as one of which the engine's lines tell how it ended."""
    name, step = decided.plan.first, decided.plan.first_step
    if isinstance(step, DialOut):
        tries = tuple(TrunkTry(trunk.id, trunk.name, None) for trunk in step.trunks)
        return WalkedStep(name, None, number=step.number, tries=tries)
    return WalkedStep(name, None, decided.rings)


def _take_back_answers(call: Call) -> None:
    """Take the answers of phones that took the call as encrypted and then did not encrypt: nobody was connected to
    them, and the switchboard tells them from others by the status of a refusal."""
    for walk, step, login in _not_understood(call):
        for line in call.rung(Phone(login), _decided(call, walk, step), walk.time):
            line.answered = None


def _not_understood(call: Call) -> Iterator[tuple[WalkEnded, WalkedStep, str]]:
    """Yield the steps whose phones did not understand the sound, with the walk that each is of, and the login."""
    for walk in call.walks:
        for step in walk.steps:
            if step.login and step.outcome is Outcome.UNAVAILABLE and step.status in SOUND_NOT_UNDERSTOOD:
                yield walk, step, step.login


def _decided(call: Call, walk: WalkEnded, step: WalkedStep) -> datetime:
    """Find when the step was decided on. The next decision about a transferred channel can be noted before the walk of
    the last one, so it is one that rings the same account."""
    return max(
        (
            decided.time
            for decided in call.decisions
            if decided.channel == walk.channel
            and decided.time <= walk.time
            and isinstance(ring := decided.plan.steps.get(StepName(step.name)), Ring)
            and ring.extension == extension_of(step.login or "")
        ),
        default=walk.time,
    )


def _note_line(line: Line, event: Answered | HungUp | Paid) -> None:
    match event:
        case Answered():
            line.answered = line.answered or event.time
        case HungUp():
            line.ended, line.dialled = event.time, event.dialled
            line.hung_up_by_itself, line.told, line.last_number = event.by_itself, event.told, event.number
        case Paid():
            # The engine's own line can be missing where it died right then; what is paid for was answered.
            line.paid, line.answered = event, line.answered or event.time
        case _:
            assert_never(event)


def _line(call: Call, channel: str) -> Line:
    return next(line for line in call.lines if line.channel == channel)
