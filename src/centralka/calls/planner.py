"""`plan_call`: the table of contents of everything that Centralka does with a call."""

from typing import assert_never

from .destinations import Kind
from .extensions import reject_unknown, ring_extension
from .facts import CallFacts, FaxToneFacts, IncomingFacts
from .forwarding import receive_fax
from .fraud import FraudRule
from .incoming import ring_for_number
from .outbound import call_outside
from .plan import Echo, Plan, Refusal, Reject, Skip, Step, StepName
from .reasons import Reason, Why
from .voicemail import MAILBOX, call_mailbox

ECHO_TEST = "*43"
FIRST = StepName("start")
_OF_MEANS = (Why.NO_MONEY, Why.FORWARDED_TOO_MANY)


def plan_call(facts: CallFacts | IncomingFacts) -> Plan:
    """Decide what happens to a call. Pure: the same facts always give the same plan."""
    match facts:
        case CallFacts():
            return _limited(_plan_of_account(facts), None if _is_emergency(facts) else facts.longest_call)
        case IncomingFacts():
            return _limited(_refuse_new_call() if facts.draining else ring_for_number(facts), facts.longest_call)
        case _:
            assert_never(facts)


def is_short_of_means(plan: Plan) -> bool:
    """Tell whether the call is refused, or a forward outside not followed, since there is no money, or there are too
    many calls at once.

    Calls that are over count until they are on record, so that may be true no more.
    """
    skipped = [step for step in plan.steps.values() if isinstance(step, Skip)]
    return any(_is_for_want_of_means(step) for step in (plan.first_step, *skipped))


def _is_for_want_of_means(step: Step) -> bool:
    match step:
        case Reject(why=why, breach=breach) | Skip(because=why, breach=breach):
            is_one_of_many = breach is not None and breach.stop.rule is FraudRule.CALLS_AT_ONCE
            return is_one_of_many or (why is not None and why.why in _OF_MEANS)
        case _:
            return False


def plan_fax_tone(facts: FaxToneFacts) -> Plan:
    """Hand the call to the fax account, whether a person has it now or a mailbox."""
    receiver = facts.receiver
    why = Reason(Why.FAX_TONE_HEARD, {"extension": receiver.extension, "name": receiver.name})
    return _limited(_single(receive_fax(receiver, why)), facts.longest_call)


def _plan_of_account(facts: CallFacts) -> Plan:
    if facts.draining and not _is_emergency(facts):
        return _refuse_new_call()
    if facts.dialled == ECHO_TEST:
        return _single(Echo(Reason(Why.ECHO_DIALLED)))
    if facts.dialled == MAILBOX:
        return call_mailbox(facts)
    if facts.outside is not None and _is_emergency(facts):
        return call_outside(facts.caller, facts.outside)  # before anything that a company could have set up wrongly
    if facts.callee is not None:
        return ring_extension(facts, facts.callee)
    if facts.outside is not None:
        return call_outside(facts.caller, facts.outside)
    return _single(reject_unknown(facts.dialled))


def _is_emergency(facts: CallFacts) -> bool:
    return facts.outside is not None and facts.outside.destination.kind is Kind.EMERGENCY


def _refuse_new_call() -> Plan:
    """Refuse at once, without a word: a phone or carrier that has another exchange tries it there."""
    return _single(Reject(Refusal.DRAINING, Reason(Why.DRAINING)))


def _limited(plan: Plan, longest: int | None) -> Plan:
    # Not `replace`, which is a good part of what a plan costs, and each call comes by here.
    return Plan(plan.first, plan.steps, longest, plan.fax_tone)


def _single(step: Step) -> Plan:
    return Plan(FIRST, {FIRST: step})
