"""Calls from one extension to another."""

import re

from .facts import Account
from .plan import CallerId, Outcome, Plan, Refusal, Reject, Ring, Step, StepName
from .prompts import Prompt
from .reasons import Reason, Why

_DIGITS = re.compile(r"[0-9]{1,15}")

_START = StepName("start")
_BUSY = StepName("busy")
_NO_ANSWER = StepName("no_answer")
_UNAVAILABLE = StepName("unavailable")


def ring_extension(caller: Account, callee: Account, *, transferred: bool = False) -> Plan:
    """Ring the callee's phones for its ring time, then end the call with the honest cause."""
    if callee.id == caller.id and not transferred:
        return Plan(_START, {_START: _reject_own_extension(caller)})
    why = Reason(Why.EXTENSION_DIALLED, {"extension": callee.extension, "name": callee.name})
    show = None if transferred else CallerId(caller.shown_number, caller.name)
    return Plan(_START, {_START: ring(callee, show, why), **honest_ends(callee)})


def ring(callee: Account, show: CallerId | None, why: Reason) -> Ring:
    """All phones of an account, for its ring time; `honest_ends` are the steps that follow."""
    return Ring(
        account_id=callee.id,
        login=callee.login,
        extension=callee.extension,
        seconds=callee.ring_timeout,
        call_waiting=callee.call_waiting,
        show=show,
        why=why,
        then={Outcome.BUSY: _BUSY, Outcome.NO_ANSWER: _NO_ANSWER, Outcome.UNAVAILABLE: _UNAVAILABLE},
    )


def honest_ends(callee: Account) -> dict[StepName, Step]:
    """What the caller is told when nobody answered."""
    who = {"extension": callee.extension, "name": callee.name}
    return {
        _BUSY: Reject(Refusal.BUSY, Reason(Why.CALLEE_BUSY, who)),
        _NO_ANSWER: Reject(Refusal.NO_ANSWER, Reason(Why.NO_ONE_ANSWERED, {**who, "seconds": callee.ring_timeout})),
        _UNAVAILABLE: Reject(Refusal.UNAVAILABLE, Reason(Why.CALLEE_UNAVAILABLE, who)),
    }


def _reject_own_extension(caller: Account) -> Reject:
    # One's own line is by definition in use, as on the public network (decision 0006).
    return Reject(Refusal.BUSY, Reason(Why.OWN_EXTENSION, {"extension": caller.extension}))


def reject_unknown(dialled: str) -> Reject:
    """Refuse what no rule knows: 404 for a number, 484 for what is not even one (SPEC "Dialling")."""
    if _DIGITS.fullmatch(dialled):
        why = Reason(Why.NO_SUCH_EXTENSION, {"dialled": dialled})
        return Reject(Refusal.NO_SUCH_NUMBER, why, Prompt.NO_SUCH_NUMBER)
    return Reject(Refusal.INCOMPLETE, Reason(Why.NOT_A_NUMBER, {"dialled": dialled[:64]}), Prompt.NOT_A_NUMBER)
