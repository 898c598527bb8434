"""`plan_call`: the table of contents of everything that Centralka does with a call."""

from .extensions import reject_unknown, ring_extension
from .facts import CallFacts
from .plan import Echo, Plan, Step, StepName
from .reasons import Reason, Why

ECHO_TEST = "*43"
FIRST = StepName("start")


def plan_call(facts: CallFacts) -> Plan:
    """Decide what happens to a call. Pure: the same facts always give the same plan."""
    if facts.dialled == ECHO_TEST:
        return _single(Echo(Reason(Why.ECHO_DIALLED)))
    if facts.callee is not None:
        return ring_extension(facts.caller, facts.callee)
    return _single(reject_unknown(facts.dialled))


def _single(step: Step) -> Plan:
    return Plan(FIRST, {FIRST: step})
