"""The legs of a call: legs that the switchboard tells of, then legs that only the engine saw."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from ..call import Call, Line
from ..endpoints import Carrier, Endpoint, Phone, extension_of
from ..journal_events import Begun, Decided, TrunkTry, WalkedStep, WalkEnded
from ..plan import DialOut, Outcome, ReceiveFax, Voicemail
from ..plan import Ring as RingStep
from ..reasons import Reason, Why
from ..tariffs import Rate, price
from .decisions import begun, dial_out_before, planned, planned_for
from .leg import Leg, LegOutcome
from .outcome import OF_DIAL, CallOutcome
from .rings import Ring, rang_of, rings_of, seconds_of, take

_BY_THE_ENGINE = Reason(Why.PLANNED_WITHOUT_SWITCHBOARD)


def legs_of(call: Call) -> Iterator[Leg]:
    """Return each phone or number that was called, in order."""
    rings = rings_of(call.lines[1:])
    for walk, walked in _walked_calls(call):
        yield from _walked_legs(call, rings, walk, walked)
    for ring in rings:
        yield _untold_leg(call, ring)
    yield from _untold_messages(call)
    yield from _untold_faxes(call)


def _walked_calls(call: Call) -> Iterator[tuple[WalkEnded, WalkedStep]]:
    for walk in call.walks:
        for step in walk.steps:
            if step.login or step.tries:
                yield walk, step


def _why_of_step(decided: Decided | None, name: str) -> Reason | None:
    step = planned(decided, name)
    return step.why if step else None


def _walked_legs(call: Call, rings: list[Ring], walk: WalkEnded, walked: WalkedStep) -> Iterator[Leg]:
    decided = planned_for(call, walk)
    why = _why_of_step(decided, walked.name)
    if walked.login and walked.outcome is Outcome.VOICEMAIL:
        yield replace(_leg(walked.login, [], walked.outcome, why), seconds=walked.seconds or 0)
    elif walked.login and walked.outcome is Outcome.FAX:
        yield replace(_leg(walked.login, [], walked.outcome, why), seconds=walked.seconds or 0, pages=walked.pages)
    elif walked.login:
        ring = take(rings, Phone(walked.login))
        if walked.again:
            ring = take(rings, Phone(walked.login)) or ring
        outcome = walked.outcome or _outcome_of_the_last(call, walk, decided, Phone(walked.login), ring)
        yield _leg(walked.login, ring, outcome, why, status=walked.status or None)
    for tried in walked.tries:
        trunk = Carrier(tried.trunk)
        ring = take(rings, trunk)
        outcome = tried.outcome or _outcome_of_the_last(call, walk, decided, trunk, ring)
        yield _outside_leg(call, ring, tried, walked.number or "", outcome, why)


def _outcome_of_the_last(call: Call, walk: WalkEnded, decided: Decided | None, rung: Endpoint, ring: Ring) -> Outcome:
    """Tell whether the account, or number, answered in whose ring the walk ended. `ring`: if the clock was put back
    meanwhile."""
    own = call.rung(rung, decided.time if decided else walk.time, walk.time)
    return Outcome.ANSWERED if any(line.answered for line in own or ring) else Outcome.CANCELLED


def _untold_leg(call: Call, ring: Ring) -> Leg:
    """Make a leg of which the switchboard did not tell the end, because it goes on or the switchboard died."""
    match ring[0].endpoint:
        case Phone(login):
            return _leg(login, ring, _outcome_of_ring(call, ring), _why_of_ring(call, extension_of(login)))
        case Carrier() as carrier:
            return _untold_outside_leg(call, ring, carrier)
        case None:
            raise ValueError("a ring of nobody")


def _untold_outside_leg(call: Call, ring: Ring, carrier: Carrier) -> Leg:
    step = dial_out_before(call, ring[0])
    paid = next((line.paid for line in ring if line.paid), None)
    number = paid.number if paid else step.number if step else call.to_number
    tried = TrunkTry(carrier.trunk, _trunk_name(step, carrier), Outcome.UNAVAILABLE)
    why = step.why if step else _BY_THE_ENGINE
    return _outside_leg(call, ring, tried, number, _outcome_of_ring(call, ring), why)


def _trunk_name(step: DialOut | None, carrier: Carrier) -> str:
    trunks = step.trunks if step else ()
    return next((trunk.name for trunk in trunks if trunk.id == carrier.trunk), carrier.name)


def _untold_messages(call: Call) -> Iterator[Leg]:
    """Return messages that are being recorded, or whose length no process was left to tell."""
    outcome = CallOutcome.INTERRUPTED if call.over else CallOutcome.IN_PROGRESS
    for noted, step in begun(call, Voicemail):
        if not _is_told(call, noted):
            yield _leg(step.login, [], outcome, step.why)


def _untold_faxes(call: Call) -> Iterator[Leg]:
    """Return faxes that are being received, or of whose pages the switchboard died before it could tell."""
    outcome = CallOutcome.INTERRUPTED if call.over else CallOutcome.IN_PROGRESS
    for noted, step in begun(call, ReceiveFax):
        if not _is_told(call, noted):
            yield _fax_of_the_engine(call, noted, step) or _leg(step.login, [], outcome, step.why)


def _fax_of_the_engine(call: Call, noted: Begun, step: ReceiveFax) -> Leg | None:
    """Make the leg of a fax by what the engine itself told of it; None if it told nothing."""
    told = [fax for fax in call.faxes if fax.channel == noted.channel and fax.time >= noted.time]
    if not told:
        return None
    seconds = round((told[0].time - noted.time).total_seconds())
    return replace(_leg(step.login, [], Outcome.FAX, step.why), seconds=seconds, pages=told[0].pages)


def _is_told(call: Call, noted: Begun) -> bool:
    """Tell whether the switchboard told what came of a step that it began."""
    return any(walk.channel == noted.channel and walk.time >= noted.time for walk in call.walks)


def _leg(login: str, ring: Ring, outcome: LegOutcome, why: Reason | None, status: int | None = None) -> Leg:
    return Leg(
        to=extension_of(login),
        login=login,
        outcome=outcome,
        status=status,
        seconds=seconds_of(ring),
        rang=rang_of(ring, outcome),
        why=why,
    )


def _outside_leg(call: Call, ring: Ring, tried: TrunkTry, number: str, outcome: LegOutcome, why: Reason | None) -> Leg:
    """Make the leg of a public number over one trunk. The channel that answered is paid for."""
    answered = next((line for line in ring if line.answered), None)
    rate = _rate_of(call, answered) if answered else None
    return Leg(
        to=number,
        login=None,
        outcome=outcome,
        status=tried.status or None,
        seconds=seconds_of(ring),
        rang=rang_of(ring, outcome),
        trunk=tried.name,
        rate=rate,
        price=_price(answered, rate),
        channel=answered.channel if answered else None,
        why=why,
    )


def _rate_of(call: Call, line: Line) -> Rate | None:
    """Return the rate as noted when it answered; by the plan if the switchboard was not there then."""
    if line.paid:
        return line.paid.rate
    step = dial_out_before(call, line)
    return step.rate if step else None


def _price(line: Line | None, rate: Rate | None) -> Decimal | None:
    """Compute PLN net with four decimals; None for a leg that is free, was not answered or goes on."""
    if line is None or rate is None or line.answered is None or line.ended is None:
        return None
    return price(rate, (line.ended - line.answered).total_seconds())


def _outcome_of_ring(call: Call, ring: Ring) -> LegOutcome:
    if any(line.answered for line in ring):
        return Outcome.ANSWERED
    if not call.over:
        return CallOutcome.IN_PROGRESS
    if call.was_handed_over:
        return CallOutcome.CANCELLED
    dialled = call.entry.dialled
    return OF_DIAL.get(dialled, CallOutcome.FAILED) if dialled else CallOutcome.FAILED


def _why_of_ring(call: Call, extension: str) -> Reason:
    """Return the reason of the planned ring that this ring is; the engine's own where nothing was planned."""
    for decided in call.decisions:
        for step in decided.plan.steps.values():
            if isinstance(step, RingStep) and step.extension == extension:
                return step.why
    return _BY_THE_ENGINE
