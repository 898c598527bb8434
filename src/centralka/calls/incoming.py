"""Calls from public numbers."""

from .facts import IncomingFacts
from .forwarding import ForwardedCall, reach
from .plan import CallerId, Plan, Refusal, Reject, StepName
from .prompts import Prompt
from .reasons import Reason, Why
from .spelling import NATIONAL_LENGTH, NumberStyle, spelled

_START = StepName("start")
_HOME = "+48"


def ring_for_number(facts: IncomingFacts) -> Plan:
    """Ring where the number points; a number that points nowhere does not exist for callers.

    Of a company that is blocked callers hear only that the number is out of service: why is between others.
    """
    if facts.blocked is not None:
        why = Reason(Why.COMPANY_BLOCKED, {"reason": facts.blocked})
        return Plan(_START, {_START: Reject(Refusal.NOT_PERMITTED, why, Prompt.NUMBER_OUT_OF_SERVICE)})
    if facts.callee is None:
        why = Reason(Why.NUMBER_POINTS_NOWHERE, {"number": facts.number})
        return Plan(_START, {_START: Reject(Refusal.NO_SUCH_NUMBER, why, Prompt.NO_SUCH_NUMBER)})
    why = Reason(
        Why.NUMBER_POINTS_AT,
        {"number": facts.number, "extension": facts.callee.extension, "name": facts.callee.name},
    )
    shown = shown_caller(facts)
    caller = facts.from_number if facts.from_number.startswith("+") else None
    call = ForwardedCall(facts.callee, shown, caller, caller_id=None, diversions=facts.diversions)
    return reach(call, facts.unanswered, why)


def shown_caller(facts: IncomingFacts) -> CallerId:
    """What the company's phones display of the caller; nothing of one who is hidden."""
    return CallerId(on_phone(facts.from_number), facts.from_name if facts.from_number else "")


def on_phone(number: str) -> str:
    """A number as people of the company see and dial it: a Polish one without the country's code, others with plus.

    Those few Polish ones that are shorter keep it, too: `+48647799` would be an extension without.
    """
    ordinary = number.startswith(_HOME) and len(number) == len(_HOME) + NATIONAL_LENGTH
    return spelled(number, NumberStyle.NATIONAL) if ordinary else number
