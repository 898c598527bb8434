"""A plan as plain data: for the API, for the panel's picture and to be kept with the call record."""

from typing import Any, assert_never

from .plan import (
    AskPin,
    DialOut,
    Echo,
    Plan,
    Reject,
    Ring,
    Skip,
    Step,
    StepName,
    Voicemail,
    VoicemailMenu,
    followers,
)
from .reasons import Reason
from .tariffs import rate_as_json


def reason_as_json(reason: Reason) -> dict[str, Any]:
    """`{"why": code, "values": {…}}`; words are added per language by `actions.explain`."""
    return {"why": reason.why.value, "values": dict(reason.values)}


def plan_as_json(plan: Plan) -> dict[str, Any]:
    """`{"start": name, "longest": seconds, "steps": [{"name", "kind", …its fields…, "why", "then": {outcome: name}}]}`.

    `longest` is only there where the call has such an end.
    """
    longest = {"longest": plan.longest} if plan.longest else {}
    return {"start": plan.first, **longest, "steps": [_step_as_json(name, step) for name, step in plan.steps.items()]}


def _step_as_json(name: StepName, step: Step) -> dict[str, Any]:
    return {"name": name, **_fields(step), "why": reason_as_json(step.why), "then": _followers(step)}


def _followers(step: Step) -> dict[str, str]:
    return {outcome.value: follower for outcome, follower in followers(step).items()}


def _fields(step: Step) -> dict[str, Any]:  # noqa: C901 (a line for each kind of step)
    match step:
        case Ring():
            return _of_ring(step)
        case AskPin():
            return {"kind": "ask_pin", "sip_account": step.account_id, "pin": step.pin.value, "tries": step.tries}
        case DialOut():
            return _of_dial_out(step)
        case Skip():
            return {"kind": "skip", "because": reason_as_json(step.because) if step.because else None}
        case Voicemail():
            return _of_voicemail(step)
        case VoicemailMenu():
            return {"kind": "voicemail_menu", "sip_account": step.account_id}
        case Echo():
            return {"kind": "echo"}
        case Reject():
            return _of_reject(step)
        case _:
            assert_never(step)


def _of_ring(step: Ring) -> dict[str, Any]:
    return {
        "kind": "ring",
        "sip_account": step.account_id,
        "extension": step.extension,
        "seconds": step.seconds,
        "call_waiting": step.call_waiting,
        "show": {"number": step.show.number, "name": step.show.name} if step.show else None,
    }


def _of_dial_out(step: DialOut) -> dict[str, Any]:
    return {
        "kind": "dial_out",
        "number": step.number,
        "trunks": [{"id": trunk.id, "name": trunk.name} for trunk in step.trunks],
        "show": {"number": step.show.number, "restricted": step.show.restricted},
        "rate": rate_as_json(step.rate) if step.rate else None,
        "seconds": step.seconds,
        "diversions": step.diversion.count if step.diversion else 0,
    }


def _of_voicemail(step: Voicemail) -> dict[str, Any]:
    greeting = "own" if step.own_greeting else "busy" if step.busy else "unavailable"
    return {
        "kind": "voicemail",
        "sip_account": step.account_id,
        "login": step.login,
        "extension": step.extension,
        "greeting": greeting,
    }


def _of_reject(step: Reject) -> dict[str, Any]:
    return {
        "kind": "reject",
        "refusal": step.refusal.value,
        "sip_status": step.refusal.sip_status,
        "say": step.say.value if step.say else None,
        "rate": rate_as_json(step.rate) if step.rate else None,
    }
