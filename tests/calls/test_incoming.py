"""Calls from public numbers: where they ring, and what the phone shows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from centralka.calls.facts import Account
from centralka.calls.incoming import on_phone
from centralka.calls.numbers import is_public_short_code, is_well_formed_extension
from centralka.calls.outside_caller import caller_with
from centralka.calls.plan import CallerId, Outcome, Plan, Reject, Ring
from centralka.calls.planner import plan_call
from centralka.calls.prompts import Prompt
from centralka.calls.reasons import Why

from .people import ALICJA, BARTEK, FIRM, a_call_from_outside


def rung(plan: Plan) -> Ring:
    step = plan.steps[plan.first]
    assert isinstance(step, Ring)
    return step


@pytest.mark.parametrize("callee", [ALICJA, BARTEK])
def test_the_account_that_the_number_points_at_rings_as_for_a_colleague(callee: Account) -> None:
    step = rung(plan_call(a_call_from_outside(callee)))
    assert (step.login, step.seconds, step.call_waiting) == (callee.login, callee.ring_timeout, callee.call_waiting)
    assert step.why.why is Why.NUMBER_POINTS_AT
    assert step.why.values == {"number": FIRM, "extension": callee.extension, "name": callee.name}


def test_a_number_that_points_nowhere_does_not_exist_for_callers() -> None:
    plan = plan_call(a_call_from_outside(None))
    (step,) = plan.steps.values()
    assert isinstance(step, Reject)
    assert (step.refusal.sip_status, step.why.why) == (404, Why.NUMBER_POINTS_NOWHERE)
    assert step.say is Prompt.NO_SUCH_NUMBER


@pytest.mark.parametrize(
    "caller, shown",
    [
        ("+48600100200", "600100200"),
        ("+493012345678", "+493012345678"),
        ("+12125550123", "+12125550123"),
        ("+48647799", "+48647799"),
        ("991", "991"),
        ("anonymous", "anonymous"),
        ("", ""),
    ],
)
def test_the_phone_shows_a_number_as_the_company_would_dial_it(caller: str, shown: str) -> None:
    assert on_phone(caller) == shown
    assert rung(plan_call(a_call_from_outside(caller=caller))).show == CallerId(shown, "")


@given(st.text("0123456789", min_size=1, max_size=7), st.sampled_from(["", "+48", "0048", "48", "+"]))
def test_no_phone_shows_the_number_of_a_colleague(digits: str, prefix: str) -> None:
    shown = on_phone(caller_with(prefix + digits).number)
    assert not is_well_formed_extension(shown) or is_public_short_code(shown)


def test_the_carriers_name_for_the_caller_is_shown() -> None:
    assert rung(plan_call(a_call_from_outside(name="Hurtownia"))).show == CallerId("600100200", "Hurtownia")


def test_a_caller_who_hides_the_number_hides_the_name_too() -> None:
    assert rung(plan_call(a_call_from_outside(caller="", name="Hurtownia"))).show == CallerId("", "")


@pytest.mark.parametrize(
    "outcome, status, why",
    [
        (Outcome.BUSY, 486, Why.CALLEE_BUSY),
        (Outcome.NO_ANSWER, 480, Why.NO_ONE_ANSWERED),
        (Outcome.UNAVAILABLE, 480, Why.CALLEE_UNAVAILABLE),
    ],
)
def test_a_call_that_nobody_takes_ends_with_the_honest_cause(outcome: Outcome, status: int, why: Why) -> None:
    plan = plan_call(a_call_from_outside())
    follower = plan.follower(rung(plan), outcome)
    assert follower is not None
    step = plan.steps[follower]
    assert isinstance(step, Reject)
    assert (step.refusal.sip_status, step.why.why) == (status, why)


def test_nobody_reaches_a_company_that_is_blocked_or_learns_why() -> None:
    for callee in (BARTEK, None):
        (step,) = plan_call(a_call_from_outside(callee, blocked="Nieopłacone faktury")).steps.values()
        assert isinstance(step, Reject)
        assert (step.refusal.sip_status, step.say) == (403, Prompt.NUMBER_OUT_OF_SERVICE)
        assert (step.why.why, step.why.values) == (Why.COMPANY_BLOCKED, {"reason": "Nieopłacone faktury"})
