"""A plan as plain data, and back: for the journal and for the record of the call. The API tells its steps.

`plan_from_json(plan_as_json(plan))` is the same plan but for what only carrying it out needs, which is not kept and
comes back empty: the login of a rung account and what the caller sees of it, how a trunk writes numbers, whether it
takes foreign caller IDs, the caller from outside that such a trunk would show, whose call outside it is, and the rule
against fraud whose breach is told (its reason is kept).

Plans stay in records for years. What an earlier version did not write yet is read as it was meant then: no `pin` is the
one for calls outside, no `media_encryption` plain sound, no `diversions` none, no `longest` no end, no
`fax_tone` that nobody listened, no `say` and no
`rate` nothing said. A reason that this version does not know keeps its code (`reasons`); a prompt that is not there any
more is said no more.
"""

from collections.abc import Mapping
from typing import assert_never

from .facts import CallerNumber, Condition, Trunk
from .media_encryption import MediaEncryption
from .plan import (
    AskPin,
    CallerId,
    DialOut,
    Diversion,
    Echo,
    FaxTone,
    Outcome,
    Pin,
    Plan,
    ReceiveFax,
    Refusal,
    Reject,
    Ring,
    Skip,
    Step,
    StepName,
    Voicemail,
    VoicemailMenu,
    followers,
)
from .plan_shapes import (
    AskPinJson,
    DialOutJson,
    PlanJson,
    ReceiveFaxJson,
    RefusalJson,
    RejectJson,
    RingJson,
    SkipJson,
    StepJson,
    VoicemailJson,
)
from .prompts import Prompt
from .reasons import Reason, reason_as_json, reason_from_json
from .spelling import NumberStyle
from .tariffs import Rate, RateJson, rate_as_json, rate_from_json


class UnknownPlan(ValueError):
    """A plan with something in it that this version does not know: a newer one wrote it, or it is none."""


# -- There -------------------------------------------------------------------------------------------------------------


def plan_as_json(plan: Plan) -> PlanJson:
    """Write a plan as JSON; the order of the steps is the plan's.

    `{"start": name, "longest": seconds, "fax_tone": {"login", "seconds"},
     "steps": [{"name", "kind", …its fields…, "why", "then": {outcome: name}}]}`, some steps in short (`RefusalJson`).
    """
    called = plan.dial_out
    number = called.number if called else None
    steps = [_in_short(name, step, number) or _step_as_json(name, step) for name, step in plan.steps.items()]
    told: PlanJson = {"start": plan.first, "steps": steps}
    if plan.longest:
        told["longest"] = plan.longest
    if tone := plan.fax_tone:
        told["fax_tone"] = {"login": tone.login, "seconds": tone.seconds}
    return told


def steps_as_json(plan: Plan) -> list[StepJson]:
    """Write the steps of a plan as `plan_as_json` does, none of them in short."""
    return [_step_as_json(name, step) for name, step in plan.steps.items()]


def _in_short(name: StepName, step: Step, number: str | None) -> RefusalJson | None:
    """Write a refusal because of the `number` that the plan calls; None: the step is another one, or tells more."""
    if not isinstance(step, Reject) or step.rate is not None or step.why.values != {"number": number}:
        return None
    return [name, step.refusal, step.say, step.why.why]


def _step_as_json(name: StepName, step: Step) -> StepJson:  # noqa: C901 (a line for each kind of step)
    match step:
        case Ring():
            return _ring_as_json(name, step)
        case AskPin():
            return _ask_pin_as_json(name, step)
        case DialOut():
            return _dial_out_as_json(name, step)
        case Skip():
            return _skip_as_json(name, step)
        case Voicemail():
            return _voicemail_as_json(name, step)
        case VoicemailMenu():
            account, why = step.account_id, reason_as_json(step.why)
            return {"name": name, "kind": "voicemail_menu", "sip_account": account, "why": why, "then": {}}
        case ReceiveFax():
            return _receive_fax_as_json(name, step)
        case Echo():
            return {"name": name, "kind": "echo", "why": reason_as_json(step.why), "then": {}}
        case Reject():
            return _reject_as_json(name, step)
        case _:
            assert_never(step)


def _ring_as_json(name: StepName, step: Ring) -> RingJson:
    told: RingJson = {
        "name": name,
        "kind": "ring",
        "sip_account": step.account_id,
        "extension": step.extension,
        "seconds": step.seconds,
        "call_waiting": step.call_waiting,
        "show": {"number": step.show.number, "name": step.show.name} if step.show else None,
        "why": reason_as_json(step.why),
        "then": _then_as_json(step),
    }
    if step.media_encryption is not MediaEncryption.OFF:
        told["media_encryption"] = step.media_encryption
    return told


def _ask_pin_as_json(name: StepName, step: AskPin) -> AskPinJson:
    return {
        "name": name,
        "kind": "ask_pin",
        "sip_account": step.account_id,
        "pin": step.pin,
        "tries": step.tries,
        "why": reason_as_json(step.why),
        "then": _then_as_json(step),
    }


def _dial_out_as_json(name: StepName, step: DialOut) -> DialOutJson:
    return {
        "name": name,
        "kind": "dial_out",
        "number": step.number,
        "trunks": [{"id": trunk.id, "name": trunk.name} for trunk in step.trunks],
        "show": {"number": step.show.number, "restricted": step.show.restricted},
        "rate": rate_as_json(step.rate) if step.rate else None,
        "seconds": step.seconds,
        "diversions": step.diversion.count if step.diversion else 0,
        "why": reason_as_json(step.why),
        "then": _then_as_json(step),
    }


def _skip_as_json(name: StepName, step: Skip) -> SkipJson:
    because = reason_as_json(step.because) if step.because else None
    why, then = reason_as_json(step.why), _then_as_json(step)
    return {"name": name, "kind": "skip", "because": because, "why": why, "then": then}


def _voicemail_as_json(name: StepName, step: Voicemail) -> VoicemailJson:
    return {
        "name": name,
        "kind": "voicemail",
        "sip_account": step.account_id,
        "login": step.login,
        "extension": step.extension,
        "greeting": "own" if step.own_greeting else "busy" if step.busy else "unavailable",
        "why": reason_as_json(step.why),
        "then": {},
    }


def _receive_fax_as_json(name: StepName, step: ReceiveFax) -> ReceiveFaxJson:
    return {
        "name": name,
        "kind": "receive_fax",
        "sip_account": step.account_id,
        "login": step.login,
        "extension": step.extension,
        "station": step.station,
        "why": reason_as_json(step.why),
        "then": {},
    }


def _reject_as_json(name: StepName, step: Reject) -> RejectJson:
    return {
        "name": name,
        "kind": "reject",
        "refusal": step.refusal,
        "sip_status": step.refusal.sip_status,
        "say": step.say,
        "rate": rate_as_json(step.rate) if step.rate else None,
        "why": reason_as_json(step.why),
        "then": {},
    }


def _then_as_json(step: Step) -> dict[str, str]:
    return {outcome: follower for outcome, follower in followers(step).items()}


# -- And back ----------------------------------------------------------------------------------------------------------

Then = dict[Outcome, StepName]


def plan_from_json(stored: PlanJson) -> Plan:
    """Read what `plan_as_json` wrote, in this version or an earlier one. Raises UnknownPlan for anything else."""
    try:
        return _plan(stored)
    except (LookupError, ValueError, TypeError, AttributeError, ArithmeticError) as problem:
        raise UnknownPlan("a plan that is not known") from problem


def _plan(stored: PlanJson) -> Plan:
    told = stored["steps"]
    number = next((step["number"] for step in told if not isinstance(step, list) and step["kind"] == "dial_out"), None)
    names = [StepName(str(step[0]) if isinstance(step, list) else step["name"]) for step in told]
    places: dict[str, int] = {name: place for place, name in enumerate(names)}
    steps = {name: _step(step, number, places) for name, step in zip(names, told, strict=True)}
    tone = stored.get("fax_tone")
    listened = FaxTone(tone["login"], tone["seconds"]) if tone else None
    return Plan(StepName(stored["start"]), steps, stored.get("longest"), listened)


def _step(step: StepJson | RefusalJson, number: str | None, places: Mapping[str, int]) -> Step:
    if isinstance(step, list):
        return _refusal(step, number)
    return _step_from_json(step, _then(step, places))


def _refusal(short: RefusalJson, number: str | None) -> Reject:
    _name, refusal, say, why = short
    if number is None:
        raise ValueError("a number is refused, and none is called")
    return Reject(
        _REFUSALS[str(refusal)], reason_from_json({"why": str(why), "values": {"number": number}}), _prompt(say)
    )


def _step_from_json(step: StepJson, then: Then) -> Step:  # noqa: C901 (a line for each kind of step)
    why = reason_from_json(step["why"])
    if step["kind"] == "ring":
        return _ring(step, why, then)
    if step["kind"] == "ask_pin":
        return AskPin(step["sip_account"], Pin(step.get("pin", Pin.OUTSIDE)), step["tries"], why, then)
    if step["kind"] == "dial_out":
        return _dial_out(step, why, then)
    if step["kind"] == "skip":
        return Skip(why, then, reason_from_json(step["because"]) if step["because"] else None)
    if step["kind"] == "voicemail":
        return _voicemail(step, why)
    if step["kind"] == "voicemail_menu":
        return VoicemailMenu(step["sip_account"], why)
    if step["kind"] == "receive_fax":
        return ReceiveFax(step["sip_account"], step["login"], step["extension"], step["station"], why)
    if step["kind"] == "echo":
        return Echo(why)
    if step["kind"] == "reject":
        return Reject(_REFUSALS[step["refusal"]], why, _prompt(step.get("say")), _rate(step.get("rate")))
    raise ValueError("a step of a kind that is not known")


def _ring(step: RingJson, why: Reason, then: Then) -> Ring:
    show = step["show"]
    return Ring(
        account_id=step["sip_account"],
        login="",
        extension=step["extension"],
        seconds=step["seconds"],
        call_waiting=step["call_waiting"],
        show=CallerId(show["number"], show["name"]) if show else None,
        why=why,
        then=then,
        media_encryption=MediaEncryption(step.get("media_encryption", MediaEncryption.OFF)),
    )


def _dial_out(step: DialOutJson, why: Reason, then: Then) -> DialOut:
    show = CallerNumber(step["show"]["number"], step["show"]["restricted"])
    count = step.get("diversions", 0)
    return DialOut(
        number=step["number"],
        trunks=tuple(Trunk(trunk["id"], trunk["name"], NumberStyle.E164) for trunk in step["trunks"]),
        show=show,
        rate=_rate(step["rate"]),
        seconds=step["seconds"],
        why=why,
        then=then,
        diversion=Diversion(show.number, _condition(why), count) if count else None,
    )


def _voicemail(step: VoicemailJson, why: Reason) -> Voicemail:
    return Voicemail(
        account_id=step["sip_account"],
        login=step["login"],
        extension=step["extension"],
        busy=_condition(why) is Condition.BUSY,
        own_greeting=step["greeting"] == "own",
        why=why,
    )


def _condition(why: Reason) -> Condition:
    """Read the condition under which a forward is followed, or a mailbox reached."""
    return Condition(str(why.values["condition"]))


def _then(step: StepJson, places: Mapping[str, int]) -> Then:
    """In the order of the steps, as the plan had it: PostgreSQL keeps the names of an object in an order of its own."""
    followers = sorted(step.get("then", {}).items(), key=lambda pair: places.get(pair[1], 0))
    return {_OUTCOMES[outcome]: StepName(name) for outcome, name in followers}


def _prompt(name: str | None) -> Prompt | None:
    return _PROMPTS.get(name) if name else None


# Looked up: to call an enumeration costs several times as much, and each call comes by here.
_OUTCOMES = {outcome.value: outcome for outcome in Outcome}
_REFUSALS = {refusal.value: refusal for refusal in Refusal}
_PROMPTS = {prompt.value: prompt for prompt in Prompt}


def _rate(stored: RateJson | None) -> Rate | None:
    return rate_from_json(stored) if stored else None
