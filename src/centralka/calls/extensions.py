"""Calls from one extension to another."""

import re

from .facts import Account, CallFacts
from .forwarding import ForwardedCall, reach
from .plan import CallerId, Plan, Refusal, Reject, StepName
from .prompts import Prompt
from .reasons import Reason, Why

_DIGITS = re.compile(r"[0-9]{1,15}")

_START = StepName("start")


def ring_extension(facts: CallFacts, callee: Account) -> Plan:
    """Ring the callee's phones for its ring time, then do what it says about calls that it does not take."""
    caller = facts.caller
    if callee.id == caller.id and not facts.transferred:
        return Plan(_START, {_START: _reject_own_extension(caller)})
    why = Reason(Why.EXTENSION_DIALLED, {"extension": callee.extension, "name": callee.name})
    show = None if facts.transferred else CallerId(caller.shown_number, caller.name)
    by = ForwardedCall(callee, show, facts.from_outside, caller_id=None if facts.transferred else caller.id)
    return reach(by, facts.unanswered, why)


def _reject_own_extension(caller: Account) -> Reject:
    # The caller's own line is by definition in use, as on the public network (decision 0006).
    return Reject(Refusal.BUSY, Reason(Why.OWN_EXTENSION, {"extension": caller.extension}))


def reject_unknown(dialled: str) -> Reject:
    """Refuse what no rule knows: 404 for a number, 484 for a text that is no number (SPEC "Dialling")."""
    if _DIGITS.fullmatch(dialled):
        why = Reason(Why.NO_SUCH_EXTENSION, {"dialled": dialled})
        return Reject(Refusal.NO_SUCH_NUMBER, why, Prompt.NO_SUCH_NUMBER)
    return Reject(Refusal.INCOMPLETE, Reason(Why.NOT_A_NUMBER, {"dialled": dialled[:64]}), Prompt.NOT_A_NUMBER)
