"""Sending a fax: what became of a try, and whether it is tried again."""

from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum

from .facts import CallFacts, Unanswered
from .plan import Outcome, Plan, Refusal, Reject, Step
from .planner import plan_call

MOST_REPEATS = 3
BETWEEN_TRIES = timedelta(minutes=5)


class FaxEnd(StrEnum):
    """The end of a try."""

    DONE = "done"
    """The other end confirmed every page."""
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    UNAVAILABLE = "unavailable"
    """No way to the number worked, or the exchange itself was interrupted before anybody answered."""
    NO_FAX = "no_fax"
    """Somebody answered, but no fax machine."""
    BROKEN_OFF = "broken_off"
    """A fax machine answered, and did not confirm all pages."""
    REFUSED = "refused"
    """The account may not call there, has no money for it, or the number is none."""
    UNKNOWN = "unknown"
    """Somebody answered, and nobody saw how it ended."""


_REPEATED = frozenset({FaxEnd.BUSY, FaxEnd.NO_ANSWER, FaxEnd.UNAVAILABLE})
"""Of these it is certain that no page arrived, and likely that another try helps."""
_OF_OUTCOME = {
    Outcome.BUSY: FaxEnd.BUSY,
    Outcome.NO_ANSWER: FaxEnd.NO_ANSWER,
    Outcome.UNAVAILABLE: FaxEnd.UNAVAILABLE,
    Outcome.CANCELLED: FaxEnd.UNAVAILABLE,
    Outcome.NO_MONEY: FaxEnd.REFUSED,
    Outcome.STOPPED: FaxEnd.REFUSED,
}
_OF_REFUSAL = {
    Refusal.BUSY: FaxEnd.BUSY,
    Refusal.NO_ANSWER: FaxEnd.NO_ANSWER,
    Refusal.UNAVAILABLE: FaxEnd.UNAVAILABLE,
    Refusal.NO_ROUTE: FaxEnd.UNAVAILABLE,
    Refusal.DRAINING: FaxEnd.UNAVAILABLE,
}


@dataclass(frozen=True, slots=True)
class SentPages:
    """The engine's word of a fax that it sent (FAXOPT)."""

    status: str
    """`SUCCESS`, `FAILED`, …; "" where the call ended before there was any."""
    error: str
    pages: int
    """Pages that the other end confirmed."""
    heard_fax: bool
    """A fax machine said something at the other end."""
    station: str = ""
    """The name that this machine gives itself."""


def is_repeated(end: FaxEnd, tries: int) -> bool:
    """Tell whether a fax is tried again, whose try number `tries`, from 1, ended so."""
    return end in _REPEATED and tries <= MOST_REPEATS


def end_of_call(outcome: Outcome | None, refusal: Refusal | None) -> FaxEnd:
    """Tell how a call ended that nobody answered. `outcome`: of its last step; `refusal`: with which it was ended."""
    if refusal is not None:
        return _OF_REFUSAL.get(refusal, FaxEnd.REFUSED)
    return _OF_OUTCOME.get(outcome, FaxEnd.UNAVAILABLE) if outcome else FaxEnd.UNAVAILABLE


def end_of_sending(sent: SentPages, pages: int) -> FaxEnd:
    """Tell how the sending of so many pages ended, after somebody had answered."""
    if sent.status == "SUCCESS" and sent.pages >= pages:
        return FaxEnd.DONE
    return FaxEnd.BROKEN_OFF if sent.pages or sent.heard_fax else FaxEnd.NO_FAX


def fax_facts(facts: CallFacts) -> CallFacts:
    """Return the facts of a call that brings a fax: nobody is there to give a PIN, and no mailbox is to be spoken to.

    Its sender has signed in. A colleague who does not answer has no fax machine, wherever their calls are forwarded.
    """
    outside = replace(facts.outside, pin_needed=False) if facts.outside else None
    return replace(facts, outside=outside, unanswered=Unanswered(), mailbox=None)


def plan_fax(facts: CallFacts) -> Plan:
    """Plan the call that brings a fax, as the account's own; nothing is said to a machine."""
    plan = plan_call(fax_facts(facts))
    return replace(plan, steps={name: _silent(step) for name, step in plan.steps.items()}, fax_tone=None)


def _silent(step: Step) -> Step:
    return replace(step, say=None) if isinstance(step, Reject) else step
