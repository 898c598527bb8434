"""Calls from public numbers."""

from .facts import AccountKind, IncomingFacts
from .forwarding import ForwardedCall, reach
from .plan import CallerId, Plan, Refusal, Reject, StepName
from .prompts import Prompt
from .reasons import Reason, Why
from .spelling import NATIONAL_LENGTH, NumberStyle, spelled

_START = StepName("start")
_HOME = "+48"


def ring_for_number(facts: IncomingFacts) -> Plan:
    """Ring where the number points; a number that points nowhere does not exist for callers.

    If the company is blocked, callers hear only that the number is out of service, not why.
    """
    if facts.blocked is not None:
        why = Reason(Why.COMPANY_BLOCKED, {"reason": facts.blocked})
        return Plan(_START, {_START: Reject(Refusal.NOT_PERMITTED, why, Prompt.NUMBER_OUT_OF_SERVICE)})
    if facts.callee is None:
        why = Reason(Why.NUMBER_POINTS_NOWHERE, {"number": facts.number})
        return Plan(_START, {_START: Reject(Refusal.NO_SUCH_NUMBER, why, Prompt.NO_SUCH_NUMBER)})
    why = Reason(
        Why.NUMBER_TAKES_FAXES if facts.callee.kind is AccountKind.FAX else Why.NUMBER_POINTS_AT,
        {"number": facts.number, "extension": facts.callee.extension, "name": facts.callee.name},
    )
    shown = shown_caller(facts)
    caller = facts.from_number if facts.from_number.startswith("+") else None
    call = ForwardedCall(facts.callee, shown, caller, caller_id=None, diversions=facts.diversions)
    return reach(call, facts.unanswered, why)


def shown_caller(facts: IncomingFacts) -> CallerId:
    """Return what the company's phones display of the caller; nothing if the caller hides the number."""
    return CallerId(on_phone(facts.from_number), facts.from_name if facts.from_number else "")


def on_phone(number: str) -> str:
    """Write a number as the company's people see and dial it: Polish without the country's code, others with plus.

    The few shorter Polish numbers keep the code, too: `+48647799` would be an extension without it.
    """
    ordinary = number.startswith(_HOME) and len(number) == len(_HOME) + NATIONAL_LENGTH
    return spelled(number, NumberStyle.NATIONAL) if ordinary else number
