"""The outcome of a call as a whole."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from ..call import Call
from ..dial_result import DialResult
from ..plan import AskPin, Outcome, ReceiveFax, Refusal, Voicemail, VoicemailMenu
from .decisions import begun, has_step, planned, planned_for


class CallOutcome(StrEnum):
    """As it is told of a call, and of a leg of which nothing nearer is known."""

    IN_PROGRESS = ""
    ANSWERED = "answered"
    NO_ANSWER = "no_answer"
    BUSY = "busy"
    UNAVAILABLE = "unavailable"
    REFUSED = "refused"
    """By us: permissions, prices, money, PIN."""
    VOICEMAIL = "voicemail"
    FAILED = "failed"
    CANCELLED = "cancelled"
    INTERRUPTED = "interrupted"
    """The engine stopped."""


OF_DIAL: Mapping[DialResult, CallOutcome] = {
    DialResult.BUSY: CallOutcome.BUSY,
    DialResult.NO_ANSWER: CallOutcome.NO_ANSWER,
    DialResult.UNREACHABLE: CallOutcome.UNAVAILABLE,
    DialResult.CANCELLED: CallOutcome.CANCELLED,
}
"""For a call that the engine connected by itself; what is not here has failed."""

_OF_REFUSAL = {
    Refusal.BUSY: CallOutcome.BUSY,
    Refusal.NO_ANSWER: CallOutcome.NO_ANSWER,
    Refusal.UNAVAILABLE: CallOutcome.UNAVAILABLE,
    Refusal.NO_SUCH_NUMBER: CallOutcome.FAILED,
    Refusal.INCOMPLETE: CallOutcome.FAILED,
    Refusal.NOT_PERMITTED: CallOutcome.REFUSED,
    Refusal.NO_ROUTE: CallOutcome.FAILED,
    Refusal.DRAINING: CallOutcome.FAILED,
}
_OF_MACHINE = {Outcome.VOICEMAIL: CallOutcome.VOICEMAIL, Outcome.FAX: CallOutcome.ANSWERED}
"""Of a call that was handed over while it rang: the channel that the machine answered came in with another call."""
# The last answer to a caller whom the engine connected by itself, where it says more than how Dial ended: the
# fallback in asterisk/extensions.conf can refuse without having dialled anybody, and takes a phone that declined for a
# busy one.
_TELLING = (Refusal.BUSY, Refusal.NO_ANSWER, Refusal.UNAVAILABLE)


def answered_at(call: Call) -> datetime | None:
    """Find when the caller was first connected to a phone or the exchange; being asked for a PIN is no connection.

    Nor is the engine's own answer without the switchboard, for the handshake of an encrypted phone.
    """
    answers = [line.answered for line in call.lines[1:] if line.answered]
    if not call.decisions or (has_step(call.decisions[0], AskPin) and not _opened_mailbox(call)):
        return min(answers, default=None)
    return call.entry.answered or min(answers, default=None)


def _opened_mailbox(call: Call) -> bool:
    return any(
        isinstance(planned(planned_for(call, walk), step.name), VoicemailMenu)
        for walk in call.walks
        for step in walk.steps
    )


def outcome_of(call: Call, answered: datetime | None) -> CallOutcome:
    """Find the outcome of a call. `answered`: as `answered_at` tells."""
    if call.turned_away:
        return CallOutcome.FAILED
    if not call.over:
        return CallOutcome.IN_PROGRESS
    if call.interrupted:
        return CallOutcome.INTERRUPTED
    if answered:
        return CallOutcome.VOICEMAIL if _only_mailbox_answered(call) else CallOutcome.ANSWERED
    return _of_walk(call) or _of_order(call) or _of_engine(call)


def _only_mailbox_answered(call: Call) -> bool:
    """Tell whether only a mailbox answered, also where the switchboard died during the message and never told of it."""
    if any(line.answered for line in call.lines[1:]) or any(begun(call, ReceiveFax)):
        return False
    return any(has_step(decided, Voicemail) for decided in call.decisions)


def _of_walk(call: Call) -> CallOutcome | None:
    """Find the outcome that the switchboard reached; None when it did not come that far."""
    last = call.walks[-1].steps[-1] if call.walks and call.walks[-1].steps else None
    if last is None:
        return None
    if last.refusal:
        return _OF_REFUSAL[last.refusal]
    if last.outcome in _OF_MACHINE:
        return _OF_MACHINE[last.outcome]
    # None: it ended in this step, and nobody answered.
    return CallOutcome.CANCELLED if last.outcome in (Outcome.CANCELLED, None) else None


def _of_order(call: Call) -> CallOutcome | None:
    """Find the outcome of a call that was ended by order before an answer."""
    return CallOutcome.CANCELLED if call.hang_up else None


def _of_engine(call: Call) -> CallOutcome:
    entry = call.entry
    if call.was_handed_over:
        return CallOutcome.CANCELLED
    if entry.told in _TELLING:
        return _OF_REFUSAL[entry.told]
    if entry.dialled:
        return OF_DIAL.get(entry.dialled, CallOutcome.FAILED)
    return CallOutcome.CANCELLED if entry.hung_up_by_itself else CallOutcome.FAILED
