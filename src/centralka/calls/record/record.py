"""One call as its record tells it: legs, durations, outcome, and why."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from ..callbook import Call, Line
from ..carrier_answers import SOUND_NOT_UNDERSTOOD
from ..destinations import destination
from ..facts import is_trunk
from ..journal_events import Begun, Decided, Transferred, TrunkTry, WalkedStep, WalkEnded
from ..outside_caller import IdentityHeaders, caller_of
from ..plan import Outcome, Refusal
from ..plan_json import reason_as_json
from ..reasons import Reason, Why
from ..tariffs import price, rate_from_json

IN_PROGRESS = ""
INTERRUPTED = "interrupted"
FAILED = "failed"
REFUSED = "refused"

_OF_REFUSAL = {
    Refusal.BUSY: Outcome.BUSY.value,
    Refusal.NO_ANSWER: Outcome.NO_ANSWER.value,
    Refusal.UNAVAILABLE: Outcome.UNAVAILABLE.value,
    Refusal.NO_SUCH_NUMBER: FAILED,
    Refusal.INCOMPLETE: FAILED,
    Refusal.NOT_PERMITTED: REFUSED,
    Refusal.NO_ROUTE: FAILED,
}
_NEVER_RANG = frozenset({Outcome.UNAVAILABLE.value, Outcome.NO_SUCH_NUMBER.value})
_NOTED_WITHIN = timedelta(seconds=2)
_ANSWERS_WITHIN = timedelta(seconds=2)
"""The exchange itself, once it has a call to answer."""

# DIALSTATUS, for a call that the engine connected by itself.
_OF_DIAL_STATUS = {
    "BUSY": Outcome.BUSY.value,
    "NOANSWER": Outcome.NO_ANSWER.value,
    "CHANUNAVAIL": Outcome.UNAVAILABLE.value,
    "CONGESTION": Outcome.UNAVAILABLE.value,
    "CANCEL": Outcome.CANCELLED.value,
}
# What such a caller was told in the end, where that says more: the fallback in asterisk/extensions.conf can refuse
# without having dialled anybody, and takes a phone that declined for a busy one.
_OF_CAUSE = {
    17: Outcome.BUSY.value,
    19: Outcome.NO_ANSWER.value,
    20: Outcome.UNAVAILABLE.value,
}


@dataclass(frozen=True, slots=True)
class Record:
    """What is kept of a call. `outcome` is "" and `ended_at` None while it goes on."""

    call_id: str
    tenant_id: int | None
    """None: the switchboard never saw the call; whose it is, `from_login` or `to_number` tells."""
    direction: str
    from_login: str | None
    from_number: str
    from_name: str
    to_number: str
    started_at: datetime
    answered_at: datetime | None
    ended_at: datetime | None
    outcome: str
    legs: list[dict[str, Any]]
    """`{"to", "login", "outcome", "status", "seconds", "rang", "trunk", "rate", "price", "channel", "why"}`. `rang`:
    seconds until it was answered or ended; `seconds`: talked if it was answered, else how long it was called. `status`
    is the SIP status with which a phone or carrier refused. `trunk`, `rate`, `price` and `channel` are None for phones
    of the company."""
    why: list[dict[str, Any]]
    plan: Mapping[str, Any] | None
    logins: frozenset[str]
    """Every account that had a part in it."""
    channels: frozenset[str]
    """The engine's ids of all its channels: money was put aside in their names."""
    may_cost: bool
    """Whether money can have been put aside for it."""

    @property
    def charges(self) -> list[dict[str, Any]]:
        """The legs that have to be paid for; none before they ended."""
        return [leg for leg in self.legs if leg["price"] is not None]


def record_of(call: Call) -> Record:
    """The record of a call as far as it has come."""
    first = call.decisions[0] if call.decisions else None
    answered = _answered_at(call)
    outcome = _outcome(call, answered)
    legs = list(_legs(call))
    return Record(
        call_id=call.call_id,
        tenant_id=first.tenant_id if first else None,
        direction=first.direction if first else _direction(call),
        from_login=None if is_trunk(call.entry.login) else call.entry.login,
        from_number=first.from_number if first else _from_number(call),
        from_name=first.from_name if first else "",
        to_number=first.to_number if first else call.to_number,
        started_at=call.entry.started,
        answered_at=answered,
        ended_at=max(line.ended for line in call.lines if line.ended) if call.over else None,
        outcome=outcome,
        legs=legs,
        why=[reason_as_json(reason) if isinstance(reason, Reason) else reason for reason in _why(call, outcome)],
        plan=first.plan if first else None,
        logins=frozenset(
            [line.login for line in call.lines if line.login and not is_trunk(line.login)]
            + [leg["login"] for leg in legs if leg["login"]]
        ),
        channels=frozenset(line.channel for line in call.lines),
        may_cost=any(_dial_out_of(decided) for decided in call.decisions),
    )


def _direction(call: Call) -> str:
    """Of a call that the switchboard did not decide."""
    if is_trunk(call.entry.login):
        return "in"
    if call.turned_away and destination(call.to_number):
        return "out"
    return "out" if any(is_trunk(line.login) for line in call.lines[1:]) else "internal"


def _from_number(call: Call) -> str:
    """Of a call that the switchboard did not decide. A carrier's has at its end what may be known of the caller."""
    if not is_trunk(call.entry.login):
        return extension_of(call.entry.login) or call.from_number
    told = call.entry.last_number if call.over else ""
    return caller_of(IdentityHeaders(f"<sip:{told}@carrier>")).number if told else ""


def extension_of(login: str | None) -> str:
    """`100` of `kwiaty_100`: the real extension, whatever it shows to colleagues."""
    return (login or "").rpartition("_")[2]


def _answered_at(call: Call) -> datetime | None:
    """When the caller was first connected to somebody or something; being asked for a PIN is no connection."""
    answers = [line.answered for line in call.lines[1:] if line.answered]
    if call.decisions and _has_step(call.decisions[0], "ask_pin") and not _opened_mailbox(call):
        return min(answers, default=None)
    return call.entry.answered or min(answers, default=None)


def _has_step(decided: Decided, kind: str) -> bool:
    return any(step["kind"] == kind for step in decided.plan["steps"])


def _opened_mailbox(call: Call) -> bool:
    return any(
        (found := _step(_decision_of(call, walk), step.name)) is not None and found["kind"] == "voicemail_menu"
        for walk in call.walks
        for step in walk.steps
    )


def _outcome(call: Call, answered: datetime | None) -> str:
    if call.turned_away:
        return FAILED
    if not call.over:
        return IN_PROGRESS
    if call.interrupted:
        return INTERRUPTED
    if answered:
        return Outcome.VOICEMAIL.value if _only_mailbox_answered(call) else Outcome.ANSWERED.value
    return _outcome_of_walk(call) or _outcome_of_order(call) or _outcome_of_engine(call.entry)


def _only_mailbox_answered(call: Call) -> bool:
    """Also where the switchboard died during the message and never told of it."""
    if any(line.answered for line in call.lines[1:]):
        return False
    return any(_has_step(decided, "voicemail") for decided in call.decisions)


def _outcome_of_walk(call: Call) -> str | None:
    """The outcome that the switchboard reached; None when it did not come that far."""
    last = call.walks[-1].steps[-1] if call.walks and call.walks[-1].steps else None
    if last is None:
        return None
    if last.refusal:
        return _OF_REFUSAL[Refusal(last.refusal)]
    return Outcome.CANCELLED.value if last.outcome is Outcome.CANCELLED else None


def _outcome_of_order(call: Call) -> str | None:
    """Of a call that was ended from outside before anybody answered."""
    return Outcome.CANCELLED.value if call.hang_up else None


def _outcome_of_engine(entry: Line) -> str:
    if entry.cause in _OF_CAUSE:
        return _OF_CAUSE[entry.cause]
    if entry.dial_status:
        return _OF_DIAL_STATUS.get(entry.dial_status, FAILED)
    return Outcome.CANCELLED.value if entry.hung_up_by_itself else FAILED


# -- Legs --------------------------------------------------------------------------------------------------------


def _legs(call: Call) -> Iterator[dict[str, Any]]:
    """Each phone or number that was called, in order: what the switchboard tells, then what only the engine saw."""
    rings = _rings(call.lines[1:])
    for decided, walked in _walked_calls(call):
        if walked.outcome is Outcome.VOICEMAIL:
            leg = _leg(walked.login, [], walked.outcome.value, _why_of_step(decided, walked.name))
            yield {**leg, "seconds": walked.seconds or 0}
        elif walked.login:
            ring = _take(rings, walked.login)
            leg = _leg(walked.login, ring, walked.outcome.value, _why_of_step(decided, walked.name))
            yield {**leg, "status": walked.status or None}
        for one in walked.tries:
            yield _outside_leg(call, _take(rings, one.endpoint), one, walked, _why_of_step(decided, walked.name))
    for ring in rings:
        if is_trunk(ring[0].login):
            yield _unfinished_outside_leg(call, ring)
        else:
            yield _leg(ring[0].login, ring, _outcome_of_ring(call, ring), _why_of_ring(call, ring))
    yield from _untold_messages(call)


def _untold_messages(call: Call) -> Iterator[dict[str, Any]]:
    """Those that are being recorded, or of which nobody was left to tell how much was."""
    for begun, step in _begun(call, "voicemail"):
        if not any(walk.channel == begun.channel and walk.time >= begun.time for walk in call.walks):
            yield _leg(step["login"], [], INTERRUPTED if call.over else IN_PROGRESS, step["why"])


def _take(rings: list[list[Line]], login: str) -> list[Line]:
    ring = next((one for one in rings if one[0].login == login), None)
    if ring:
        rings.remove(ring)
    return ring or []


def _rings(lines: list[Line]) -> list[list[Line]]:
    """Channels by ring: the phones of one account that rang together."""
    rings: list[list[Line]] = []
    for line in lines:
        together = next((ring for ring in reversed(rings) if ring[0].login == line.login), None)
        if together and not any(_done_before(other, line.started) for other in together):
            together.append(line)
        elif line.login:
            rings.append([line])
    return rings


def _done_before(line: Line, moment: datetime) -> bool:
    done = line.answered or line.ended
    return done is not None and done < moment


def _walked_calls(call: Call) -> Iterator[tuple[Decided | None, WalkedStep]]:
    for walk in call.walks:
        decided = _decision_of(call, walk)
        for step in walk.steps:
            if step.login or step.tries:
                yield decided, step


def _decision_of(call: Call, noted: WalkEnded | Begun) -> Decided | None:
    """The last decision for its channel before it."""
    before = [one for one in call.decisions if one.channel == noted.channel and one.time <= noted.time]
    return before[-1] if before else None


def _step(decided: Decided | None, name: str) -> Mapping[str, Any] | None:
    steps = decided.plan["steps"] if decided else []
    return next((step for step in steps if step["name"] == name), None)


def _leg(login: str | None, ring: list[Line], outcome: str, why: Any) -> dict[str, Any]:
    return {
        "to": extension_of(login),
        "login": login,
        "outcome": outcome,
        "status": None,
        "seconds": _seconds(ring),
        "rang": _rang(ring, outcome),
        "trunk": None,
        "rate": None,
        "price": None,
        "channel": None,
        "why": why,
    }


def _outside_leg(call: Call, ring: list[Line], one: TrunkTry, walked: WalkedStep, why: Any) -> dict[str, Any]:
    """A public number over one trunk. The channel that answered is what is paid for."""
    answered = next((line for line in ring if line.answered), None)
    rate = _rate_of(call, answered) if answered else None
    return {
        "to": walked.number or "",
        "login": None,
        "outcome": one.outcome.value,
        "status": one.status or None,
        "seconds": _seconds(ring),
        "rang": _rang(ring, one.outcome.value),
        "trunk": one.name,
        "rate": rate,
        "price": _price(answered, rate),
        "channel": answered.channel if answered else None,
        "why": why,
    }


def _unfinished_outside_leg(call: Call, ring: list[Line]) -> dict[str, Any]:
    """One of which the switchboard did not tell the end, because it goes on or because the switchboard died."""
    step = _dial_out_before(call, ring[0])
    tried = TrunkTry(ring[0].login or "", _trunk_name(step, ring[0]), Outcome.UNAVAILABLE)
    paid = next((line.paid for line in ring if line.paid), None)
    number = paid.number if paid else step["number"] if step else call.to_number
    walked = WalkedStep("", Outcome.UNAVAILABLE, number=number)
    why = step["why"] if step else reason_as_json(Reason(Why.PLANNED_WITHOUT_SWITCHBOARD))
    outcome = _outcome_of_ring(call, ring)
    return {**_outside_leg(call, ring, tried, walked, why), "outcome": outcome, "rang": _rang(ring, outcome)}


def _trunk_name(step: Mapping[str, Any] | None, line: Line) -> str:
    trunks = step["trunks"] if step else []
    return next((one["name"] for one in trunks if f"trunk-{one['id']}" == line.login), line.login or "")


def _dial_out_before(call: Call, line: Line) -> Mapping[str, Any] | None:
    """The step that called a public number, of the last decision before a trunk's channel began.

    Where there is none, of the first one shortly after: the clock was put back in between.
    """
    steps = [(one.time, step) for one, step in _begun(call, "dial_out")]
    steps = steps or [(one.time, step) for one in call.decisions if (step := _dial_out_of(one))]
    before = [step for time, step in steps if time <= line.started]
    after = [step for time, step in steps if line.started < time <= line.started + _NOTED_WITHIN]
    return before[-1] if before else next(iter(after), None)


def _begun(call: Call, kind: str) -> Iterator[tuple[Begun, Mapping[str, Any]]]:
    """The steps of that kind that were begun."""
    for one in call.begun:
        step = _step(_decision_of(call, one), one.name)
        if step is not None and step["kind"] == kind:
            yield one, step


def _dial_out_of(decided: Decided) -> Mapping[str, Any] | None:
    return next((step for step in decided.plan["steps"] if step["kind"] == "dial_out"), None)


def _rate_of(call: Call, line: Line) -> Mapping[str, Any] | None:
    """As noted when it answered; by the plan if the switchboard was not there then."""
    if line.paid:
        return line.paid.rate
    step = _dial_out_before(call, line)
    return step["rate"] if step else None


def _price(line: Line | None, rate: Mapping[str, Any] | None) -> str | None:
    """PLN net with four decimals; None for what is free, was not answered or goes on."""
    if line is None or rate is None or line.answered is None or line.ended is None:
        return None
    return str(price(rate_from_json(rate), (line.ended - line.answered).total_seconds()))


def _seconds(ring: list[Line]) -> int:
    """Whole seconds that the leg talked, or rang if nobody answered; 0 while it goes on."""
    talking = [line for line in ring if line.answered]
    begun = min((line.answered or line.started for line in talking or ring), default=None)
    ended = max((line.ended for line in talking or ring if line.ended), default=None)
    # A clock that was set back in the meantime makes no call shorter than nothing.
    return max(0, round((ended - begun).total_seconds())) if begun and ended else 0


def _rang(ring: list[Line], outcome: str) -> int:
    """Whole seconds that the leg rang until somebody answered or it ended; 0 for what was not there to ring."""
    begun = min((line.started for line in ring), default=None)
    ended = min((line.answered for line in ring if line.answered), default=None)
    ended = ended or max((line.ended for line in ring if line.ended), default=None)
    if begun is None or ended is None or outcome in _NEVER_RANG:
        return 0
    return max(0, round((ended - begun).total_seconds()))


def _outcome_of_ring(call: Call, ring: list[Line]) -> str:
    if any(line.answered for line in ring):
        return Outcome.ANSWERED.value
    return _OF_DIAL_STATUS.get(call.entry.dial_status, FAILED) if call.over else IN_PROGRESS


# -- Why ---------------------------------------------------------------------------------------------------------


def _why(call: Call, outcome: str) -> Iterator[Any]:
    """Reasons in the order in which they applied."""
    if call.turned_away:
        yield call.turned_away.reason
        return
    if not call.decisions and len(call.lines) > 1:
        yield Reason(Why.PLANNED_WITHOUT_SWITCHBOARD)
    timed = [(_time_of_transfer(call, one), [_why_of_transfer(call, one.channel, one.to)]) for one in call.transfers]
    timed += [(decided.time, list(_why_of_decision(call, decided))) for decided in call.decisions]
    for _time, reasons in sorted(timed, key=lambda pair: pair[0]):
        yield from reasons
    if call.hang_up and call.over:
        yield Reason(Why.HUNG_UP_BY_ORDER, {"by": call.hang_up.by})
    elif outcome == Outcome.CANCELLED.value:
        yield Reason(Why.CALLER_HUNG_UP)
    elif outcome == Outcome.ANSWERED.value and (longest := _longest_reached(call)):
        yield Reason(Why.LONGEST_CALL, {"minutes": longest // 60})
    if outcome == INTERRUPTED:
        yield Reason(Why.ENGINE_STOPPED)


def _longest_reached(call: Call) -> int | None:
    """The seconds after which the engine ended the call; None if it ended before."""
    longest = min((one.plan["longest"] for one in call.decisions if one.plan.get("longest")), default=None)
    if longest is None:
        return None
    # Who asked for a PIN or spoke to the caller before does not count: the limit is from the called side's answer.
    answers = [line.answered for line in call.lines[1:] if line.answered]
    begun = min(answers, default=call.entry.answered)
    ends = [(max(line.answered, begun), line.ended) for line in call.lines if line.answered and line.ended and begun]
    # The exchange itself (echo, mailbox) answers a moment after the limit was set.
    least = timedelta(seconds=longest) if answers else timedelta(seconds=longest) - _ANSWERS_WITHIN
    return longest if any(end - start >= least for start, end in ends) else None


def _time_of_transfer(call: Call, transfer: Transferred) -> datetime:
    """Not after the decision that it led to: the engine notes a transfer only when it has been carried out."""
    led_to = [
        one.time
        for one in call.decisions[1:]
        if one.to_number == transfer.to and abs(one.time - transfer.time) < _NOTED_WITHIN
    ]
    return min([transfer.time, *led_to])


def _why_of_decision(call: Call, decided: Decided) -> Iterator[Any]:
    walk = next((one for one in call.walks if _decision_of(call, one) is decided), None)
    # No step of it ended when the channel went in the middle of the first.
    names = [step.name for step in walk.steps] if walk and walk.steps else _names_begun(call, decided)
    for name in names:
        if step := _step(decided, name):
            yield step["why"]
            if because := step.get("because"):
                yield because
            yield from _of_sound(walk, name)


def _of_sound(walk: WalkEnded | None, name: str) -> Iterator[Reason]:
    """Of phones and carriers that refused because they understand none of the sound that we offer."""
    for step in walk.steps if walk else ():
        if step.name == name:
            refused = [(extension_of(step.login), step.status)] + [(one.name, one.status) for one in step.tries]
            for who, status in refused:
                if status in SOUND_NOT_UNDERSTOOD:
                    yield Reason(Why.SOUND_NOT_UNDERSTOOD, {"who": who, "status": status})


def _names_begun(call: Call, decided: Decided) -> list[str]:
    """Without the walk: the first step, and those of which the beginning was noted."""
    begun = [one.name for one in call.begun if _decision_of(call, one) is decided]
    return list(dict.fromkeys([decided.plan["start"], *begun]))


def _why_of_step(decided: Decided | None, name: str) -> Any:
    step = _step(decided, name)
    return step["why"] if step else None


def _why_of_ring(call: Call, ring: list[Line]) -> Any:
    """The reason of the planned ring that this one is; the engine's own where nothing was planned."""
    extension = extension_of(ring[0].login)
    for decided in call.decisions:
        for step in decided.plan["steps"]:
            if step["kind"] == "ring" and step["extension"] == extension:
                return step["why"]
    return reason_as_json(Reason(Why.PLANNED_WITHOUT_SWITCHBOARD))


def _why_of_transfer(call: Call, channel: str, to: str | None) -> Reason:
    login = next((line.login for line in call.lines if line.channel == channel), None)
    by = extension_of(login)
    if to is None:
        return Reason(Why.ATTENDED_TRANSFER, {"by": by})
    return Reason(Why.BLIND_TRANSFER, {"by": by, "to": to})
