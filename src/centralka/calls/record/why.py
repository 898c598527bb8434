"""Why a call went where it went, in the order in which it applied."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from ..call import Call
from ..carrier_answers import SOUND_NOT_UNDERSTOOD
from ..endpoints import Phone, extension_of
from ..journal_events import Decided, Transferred, WalkEnded
from ..media_encryption import MediaEncryption
from ..plan import Ring, Skip, Step
from ..reasons import Reason, Why
from .decisions import NOTED_WITHIN, planned, planned_for
from .outcome import CallOutcome

_ANSWERS_WITHIN = timedelta(seconds=2)
"""The exchange itself, once it has a call to answer."""


def reasons_of(call: Call, outcome: CallOutcome) -> Iterator[Reason]:
    """Return the reasons of a call. `outcome`: of the call as a whole."""
    if call.turned_away:
        yield call.turned_away.reason
        return
    if not call.decisions and len(call.lines) > 1:
        yield Reason(Why.PLANNED_WITHOUT_SWITCHBOARD)
    timed = [
        (_time_of_transfer(call, transfer), [_of_transfer(call, transfer.channel, transfer.to)])
        for transfer in call.transfers
    ]
    timed += [(decided.time, list(_of_decision(call, decided))) for decided in call.decisions]
    for _time, reasons in sorted(timed, key=lambda pair: pair[0]):
        yield from reasons
    yield from _of_encryption(call)
    yield from _of_the_end(call, outcome)


def _of_encryption(call: Call) -> Iterator[Reason]:
    """Return a reason for each phone whose sound was encrypted, in the order in which they came."""
    caller = call.entry.endpoint
    if call.not_encrypted and isinstance(caller, Phone):
        yield Reason(Why.CALLER_NOT_ENCRYPTED, {"who": caller.extension})
    lines = call.lines[1:] if call.not_encrypted else call.lines
    phones = [line.endpoint for line in lines if line.answered and isinstance(line.endpoint, Phone)]
    encrypted = {(phone.extension, phone.encryption): None for phone in phones if phone.encryption.value}
    for who, how in encrypted:
        yield Reason(Why.ENCRYPTED, {"who": who, "encryption": how.words})


def _of_the_end(call: Call, outcome: CallOutcome) -> Iterator[Reason]:
    if call.hang_up and call.over:
        yield Reason(Why.HUNG_UP_BY_ORDER, {"by": call.hang_up.by})
    elif outcome is CallOutcome.CANCELLED:
        yield Reason(Why.CALLER_HUNG_UP)
    elif outcome is CallOutcome.ANSWERED and (longest := _longest_reached(call)):
        yield Reason(Why.LONGEST_CALL, {"minutes": longest // 60})
    if outcome is CallOutcome.INTERRUPTED:
        yield Reason(Why.ENGINE_STOPPED)


def _longest_reached(call: Call) -> int | None:
    """Return the seconds after which the engine ended the call; None if it ended before."""
    longest = min((decided.plan.longest for decided in call.decisions if decided.plan.longest), default=None)
    if longest is None:
        return None
    # A question for a PIN or a prompt before does not count: the limit is from the called side's answer.
    answers = [line.answered for line in call.lines[1:] if line.answered]
    begun = min(answers, default=call.entry.answered)
    ends = [(max(line.answered, begun), line.ended) for line in call.lines if line.answered and line.ended and begun]
    # The exchange itself (echo, mailbox) answers a moment after the limit was set.
    least = timedelta(seconds=longest) if answers else timedelta(seconds=longest) - _ANSWERS_WITHIN
    return longest if any(end - start >= least for start, end in ends) else None


def _time_of_transfer(call: Call, transfer: Transferred) -> datetime:
    """Not after the decision that it led to: the engine notes a transfer only when it has been carried out."""
    led_to = [
        decided.time
        for decided in call.decisions[1:]
        if decided.to_number == transfer.to and abs(decided.time - transfer.time) < NOTED_WITHIN
    ]
    return min([transfer.time, *led_to])


def _of_transfer(call: Call, channel: str, to: str | None) -> Reason:
    endpoint = next((line.endpoint for line in call.lines if line.channel == channel), None)
    by = endpoint.extension if isinstance(endpoint, Phone) else ""
    if to is None:
        return Reason(Why.ATTENDED_TRANSFER, {"by": by})
    return Reason(Why.BLIND_TRANSFER, {"by": by, "to": to})


def _of_decision(call: Call, decided: Decided) -> Iterator[Reason]:
    walk = next((ended for ended in call.walks if planned_for(call, ended) is decided), None)
    # No step of it ended when the channel went in the middle of the first.
    names = [step.name for step in walk.steps] if walk and walk.steps else _names_begun(call, decided)
    for name in names:
        if step := planned(decided, name):
            yield step.why
            if isinstance(step, Skip) and step.because:
                yield step.because
            yield from _of_sound(walk, name, step)


def _of_sound(walk: WalkEnded | None, name: str, planned: Step) -> Iterator[Reason]:
    """Return reasons for phones and carriers that refused because they understand none of the sound that we offer."""
    encrypted = isinstance(planned, Ring) and planned.media_encryption is not MediaEncryption.OFF
    why = Why.SOUND_NOT_ENCRYPTED if encrypted else Why.SOUND_NOT_UNDERSTOOD
    for step in walk.steps if walk else ():
        if step.name == name:
            phone = extension_of(step.login or "")
            for who, status in [(phone, step.status), *((tried.name, tried.status) for tried in step.tries)]:
                if status in SOUND_NOT_UNDERSTOOD:
                    yield Reason(why, {"who": who, "status": status})


def _names_begun(call: Call, decided: Decided) -> list[str]:
    """Return the steps begun without a walk: the first step, and steps of which the beginning was noted."""
    begun = [step.name for step in call.begun if planned_for(call, step) is decided]
    return list(dict.fromkeys([decided.plan.first, *begun]))
