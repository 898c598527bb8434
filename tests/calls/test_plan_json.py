"""A plan is written and read by one codec, also after years."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, cast

import pytest
from hypothesis import given

from centralka.calls.plan import (
    AskPin,
    DialOut,
    Outcome,
    Pin,
    Plan,
    Refusal,
    Reject,
    Ring,
    Skip,
    Step,
    StepName,
    Voicemail,
    followers,
)
from centralka.calls.plan_json import UnknownPlan, plan_as_json, plan_from_json, steps_as_json
from centralka.calls.plan_shapes import PlanJson
from centralka.calls.planner import plan_call
from centralka.calls.prompts import Prompt
from centralka.calls.reasons import Reason, Why, reason_as_json, reason_from_json
from centralka.calls.spelling import NumberStyle

from .people import a_call_outside
from .plans import PLANS


def as_kept(step: Step) -> Step:
    """Without what is only needed to carry the step out."""
    match step:
        case Ring():
            return replace(step, login="")
        case DialOut():
            trunks = tuple(replace(one, style=NumberStyle.E164, foreign_caller_ids=False) for one in step.trunks)
            return replace(step, trunks=trunks, show=replace(step.show, foreign=None, owned=True), account_id=0)
        case Reject() | Skip():
            return replace(step, breach=None)
        case _:
            return step


@given(PLANS)
def test_a_plan_comes_back_as_it_was_written(plan: Plan) -> None:
    text = json.dumps(plan_as_json(plan))
    back = plan_from_json(json.loads(text))
    assert back == replace(plan, steps={name: as_kept(step) for name, step in plan.steps.items()})
    assert list(back.steps) == list(plan.steps), "in the plan's order"
    assert json.dumps(plan_as_json(back)) == text


@given(PLANS)
def test_what_follows_is_told_in_the_same_order_by_a_database_that_sorts_names(plan: Plan) -> None:
    """As PostgreSQL's jsonb does (shorter names first)."""
    stored = json.loads(json.dumps(plan_as_json(plan)))
    for step in (step for step in stored["steps"] if not isinstance(step, list)):
        step["then"] = dict(sorted(step["then"].items(), key=lambda pair: (len(pair[0]), pair[0])))
    back = plan_from_json(stored)
    for name, step in plan.steps.items():
        assert list(dict.fromkeys(followers(back.steps[name]).values())) == list(
            dict.fromkeys(followers(step).values())
        )


WHY = {"why": "number_dialled", "values": {"number": "+48600100200"}}
RATE = {
    "prefix": "486",
    "description": "",
    "per_minute": "0.12",
    "connection_fee": "0",
    "first_increment": 1,
    "next_increment": 1,
}


def read(*steps: Mapping[str, Any]) -> Plan:
    """As the row of an earlier version has it: plain data, whatever the types say now."""
    whole = [{"name": f"step{at}", "why": WHY, "then": {}, **step} for at, step in enumerate(steps)]
    return plan_from_json(cast(PlanJson, {"start": "step0", "steps": whole}))


def step_of(stored: Mapping[str, Any]) -> Step:
    return next(iter(read(stored).steps.values()))


def test_a_call_outside_of_before_there_were_forwards_is_read() -> None:
    """It had no `diversions`, its PIN was the only one there was, and a refusal neither said nor priced anything."""
    plan = read(
        {"kind": "ask_pin", "sip_account": 1, "tries": 3, "then": {"right_pin": "step1", "wrong_pin": "step2"}},
        {
            "kind": "dial_out",
            "number": "+48600100200",
            "trunks": [{"id": 1, "name": "Pierwszy"}],
            "show": {"number": "+48221234567", "restricted": False},
            "rate": RATE,
            "seconds": 120,
        },
        {"kind": "reject", "refusal": "not_permitted", "sip_status": 403},
    )
    pin, dial, reject = plan.steps.values()
    assert isinstance(pin, AskPin)
    assert (pin.pin, pin.then[Outcome.RIGHT_PIN], plan.longest) == (Pin.OUTSIDE, "step1", None)
    assert isinstance(dial, DialOut)
    assert (dial.diversion, [trunk.name for trunk in dial.trunks], dial.trunks[0].endpoint) == (
        None,
        ["Pierwszy"],
        "trunk-1",
    )
    assert isinstance(reject, Reject)
    assert (reject.say, reject.rate) == (None, None)


def short_refusal(why: str, *, calls_a_number: bool = True) -> Plan:
    """A plan that calls a number, if there is one, and refuses because of it in short."""
    dial: dict[str, Any] = {
        "name": "start",
        "kind": "dial_out",
        "number": "+48600100200",
        "trunks": [],
        "show": {"number": None, "restricted": False},
        "rate": None,
        "seconds": 120,
        "why": WHY,
        "then": {"busy": "busy"},
    }
    first = dial if calls_a_number else {"name": "start", "kind": "echo", "why": WHY}
    steps = [first, ["busy", "busy", "number-busy", why]]
    return plan_from_json(cast(PlanJson, {"start": "start", "steps": steps}))


def test_refusals_because_of_the_number_that_is_called_are_written_in_short() -> None:
    plan = plan_call(a_call_outside("600100200"))
    stored = plan_as_json(plan)
    assert [step for step in stored["steps"] if isinstance(step, list)][:2] == [
        ["busy", "busy", "number-busy", "number_busy"],
        ["declined", "busy", "number-busy", "number_declined"],
    ]
    assert [step["name"] for step in steps_as_json(plan)] == list(plan.steps), "the API tells all of them at length"
    # What an earlier version wrote at length says the same.
    assert plan_from_json({**stored, "steps": [*steps_as_json(plan)]}) == plan_from_json(stored)


def test_a_refusal_in_short_names_the_number_that_is_called() -> None:
    refusal = short_refusal("number_busy").steps[StepName("busy")]
    reason = Reason(Why.NUMBER_BUSY, {"number": "+48600100200"})
    assert refusal == Reject(Refusal.BUSY, reason, Prompt.NUMBER_BUSY)


def test_a_refusal_in_short_for_a_reason_that_is_not_known_keeps_it() -> None:
    plan = short_refusal("moon_phase")
    kept = {"why": "moon_phase", "values": {"number": "+48600100200"}}
    assert reason_as_json(plan.steps[StepName("busy")].why) == kept
    assert plan_from_json(json.loads(json.dumps(plan_as_json(plan)))) == plan


def test_a_refusal_in_short_where_no_number_is_called_is_no_plan() -> None:
    with pytest.raises(UnknownPlan):
        short_refusal("number_busy", calls_a_number=False)


def test_a_step_of_which_nothing_is_kept_is_no_plan() -> None:
    with pytest.raises(UnknownPlan):
        plan_from_json({"start": "start", "steps": [[]]})


def test_a_prompt_that_is_not_there_any_more_is_not_said() -> None:
    step = step_of({"kind": "reject", "refusal": "no_route", "sip_status": 503, "say": "network-congestion"})
    assert isinstance(step, Reject)
    assert step.say is None


def test_which_greeting_was_played_is_read_from_why_the_mailbox_was_reached() -> None:
    why = {"why": "to_voicemail", "values": {"extension": "101", "name": "Bartek", "condition": "busy"}}
    box = {"kind": "voicemail", "sip_account": 2, "login": "kwiaty_101", "extension": "101", "why": why}
    own, system = step_of(box | {"greeting": "own"}), step_of(box | {"greeting": "busy"})
    assert isinstance(own, Voicemail)
    assert isinstance(system, Voicemail)
    assert (own.busy, own.own_greeting, system.busy, system.own_greeting) == (True, True, True, False)


def test_a_reason_that_is_not_known_any_more_keeps_its_code_and_values() -> None:
    kept = {"why": "moon_phase", "values": {"phase": "full"}}
    step = step_of({"kind": "echo", "why": kept})
    assert step.why == Reason(Why.OF_ANOTHER_VERSION, {"phase": "full", "code": "moon_phase"})
    assert reason_as_json(step.why) == kept
    assert reason_from_json({"why": "echo_dialled"}) == Reason(Why.ECHO_DIALLED)


@pytest.mark.parametrize("step", [{"kind": "teleport"}, {"kind": "reject", "refusal": "because"}, {"kind": "ring"}])
def test_what_is_no_plan_is_told(step: dict[str, Any]) -> None:
    with pytest.raises(UnknownPlan):
        read(step)
