"""What is planned for a call: pure, so each test is one line of facts and one look at the plan."""

from dataclasses import replace

import pytest

from centralka.calls.facts import CallFacts, IncomingFacts
from centralka.calls.plan import CallerId, DialOut, Echo, Outcome, Plan, Refusal, Reject, Ring, Step, followers
from centralka.calls.planner import plan_call
from centralka.calls.reasons import Why

from .people import ALICJA, BARTEK, a_call, a_call_from_outside, a_call_outside, outside, shown_as


def first(plan: Plan) -> Step:
    return plan.steps[plan.first]


def after(plan: Plan, outcome: Outcome) -> Step:
    follower = plan.follower(first(plan), outcome)
    assert follower is not None
    return plan.steps[follower]


def test_an_extension_rings_for_its_own_ring_time() -> None:
    step = first(plan_call(a_call("101", BARTEK)))
    assert isinstance(step, Ring)
    assert (step.login, step.seconds, step.call_waiting) == ("kwiaty_101", 20, False)


def test_the_callee_sees_the_callers_extension_and_name() -> None:
    step = first(plan_call(a_call("101", BARTEK)))
    assert isinstance(step, Ring)
    assert step.show == CallerId("100", "Alicja")


def test_the_internal_presentation_stands_in_for_the_extension() -> None:
    step = first(plan_call(a_call("101", BARTEK, caller=shown_as(ALICJA, "555"))))
    assert isinstance(step, Ring)
    assert step.show == CallerId("555", "Alicja")


@pytest.mark.parametrize(
    "outcome, refusal, status, why",
    [
        (Outcome.BUSY, Refusal.BUSY, 486, Why.CALLEE_BUSY),
        (Outcome.NO_ANSWER, Refusal.NO_ANSWER, 480, Why.NO_ONE_ANSWERED),
        (Outcome.UNAVAILABLE, Refusal.UNAVAILABLE, 480, Why.CALLEE_UNAVAILABLE),
    ],
)
def test_a_call_that_nobody_takes_ends_with_the_honest_cause(
    outcome: Outcome, refusal: Refusal, status: int, why: Why
) -> None:
    step = after(plan_call(a_call("101", BARTEK)), outcome)
    assert isinstance(step, Reject)
    assert (step.refusal, step.refusal.sip_status, step.why.why) == (refusal, status, why)


@pytest.mark.parametrize(
    "facts",
    [
        a_call("101", BARTEK),
        a_call("*43"),
        a_call("*98"),
        a_call("9999"),
        a_call_outside("600100200"),
        a_call_from_outside(),
        a_call_from_outside(blocked="Faktura"),
    ],
    ids=["colleague", "echo", "mailbox", "nobody", "outside", "from-outside", "blocked"],
)
def test_no_new_call_is_taken_while_the_exchange_is_about_to_be_stopped(facts: CallFacts | IncomingFacts) -> None:
    plan = plan_call(replace(facts, draining=True))
    (step,) = plan.steps.values()
    assert isinstance(step, Reject)
    assert (step.refusal.sip_status, step.why.why, step.say) == (503, Why.DRAINING, None)


def test_emergency_calls_go_out_also_then() -> None:
    calm = a_call_outside("112")
    assert plan_call(replace(calm, draining=True)) == plan_call(calm)


@pytest.mark.parametrize("outcome", [Outcome.ANSWERED, Outcome.CANCELLED])
def test_nothing_follows_an_answer_or_a_caller_who_gave_up(outcome: Outcome) -> None:
    plan = plan_call(a_call("101", BARTEK))
    assert plan.follower(first(plan), outcome) is None


def test_star_43_is_the_echo_test() -> None:
    assert isinstance(first(plan_call(a_call("*43"))), Echo)


def test_ones_own_extension_is_busy() -> None:
    step = first(plan_call(a_call("100", ALICJA)))
    assert isinstance(step, Reject)
    assert (step.refusal, step.why.why) == (Refusal.BUSY, Why.OWN_EXTENSION)


@pytest.mark.parametrize("dialled", ["102", "0", "999999", "123456789012345"])
def test_a_number_that_nobody_has_is_404(dialled: str) -> None:
    step = first(plan_call(a_call(dialled)))
    assert isinstance(step, Reject)
    assert step.refusal.sip_status == 404


@pytest.mark.parametrize("dialled", ["", "abc", "*", "*44", "+", "10a", "٣٤٥", "1" * 16, "101;x=1", "1 0"])
def test_what_is_no_number_at_all_is_484(dialled: str) -> None:
    step = first(plan_call(a_call(dialled)))
    assert isinstance(step, Reject)
    assert step.refusal.sip_status == 484


def test_an_extension_wins_over_a_public_number_of_the_same_digits() -> None:
    facts = replace(a_call_outside("19115"), callee=replace(BARTEK, extension="19115"))
    assert isinstance(first(plan_call(facts)), Ring)


def test_an_emergency_number_wins_over_an_extension_that_a_company_should_not_have() -> None:
    facts = replace(a_call("112", replace(BARTEK, extension="112")), outside=outside("112"))
    assert isinstance(first(plan_call(facts)), DialOut)


def test_a_caller_from_outside_who_is_transferred_stays_shown() -> None:
    step = first(plan_call(replace(a_call("101", BARTEK), transferred=True)))
    assert isinstance(step, Ring)
    assert step.show is None


def test_a_transfer_to_the_accounts_own_extension_rings() -> None:
    """The phone that transferred has hung up: it can call the party back to another phone of the account."""
    assert isinstance(first(plan_call(replace(a_call("100", ALICJA), transferred=True))), Ring)


@pytest.mark.parametrize(
    "facts",
    [
        a_call("101", BARTEK),
        a_call("100", ALICJA),
        a_call("*43"),
        a_call("7"),
        a_call("x"),
        a_call_outside(),
        a_call_outside(pin_needed=True),
        a_call_outside(rate=None),
        a_call_outside("112", pin_needed=True),
        a_call_outside("116111", pin_needed=True),
        a_call_from_outside(),
        a_call_from_outside(None),
    ],
)
def test_every_plan_is_finite_and_each_follower_exists(facts: CallFacts | IncomingFacts) -> None:
    plan = plan_call(facts)
    order = list(plan.steps)
    assert plan.first == order[0]
    for name, step in plan.steps.items():
        assert all(order.index(follower) > order.index(name) for follower in followers(step).values())


def test_every_call_has_the_end_that_the_company_wants_but_one_to_an_emergency_number() -> None:
    for facts in (a_call("101", BARTEK), a_call("*43"), a_call_outside(), a_call_from_outside()):
        assert plan_call(replace(facts, longest_call=600)).longest == 600
        assert plan_call(facts).longest is None
    emergency = a_call_outside("112")
    assert plan_call(replace(emergency, longest_call=600)).longest is None
