"""Calls to public numbers: what is refused and in which order, what is asked before, and what follows each end."""

from dataclasses import replace
from decimal import Decimal

import pytest

from centralka.calls.destinations import Level
from centralka.calls.facts import CallerNumber
from centralka.calls.outbound import PIN_TRIES, RING_SECONDS
from centralka.calls.plan import AskPin, DialOut, Outcome, Plan, Refusal, Reject, Ring, Step
from centralka.calls.planner import plan_call
from centralka.calls.prompts import Prompt
from centralka.calls.reasons import Why
from centralka.calls.tariffs import Rate

from .people import ALICJA, BARTEK, FIRM, FIRST, MOBILE, SECOND, a_call, a_call_outside

GERMANY, AMERICA = "+493012345678", "+12125550123"
PREMIUM, SATELLITE, NOBODYS = "700123456", "+881612345678", "+48990000000"
NOT_OWNED = CallerNumber(FIRM, restricted=False, owned=False)
NO_NUMBER = CallerNumber(None, restricted=False)


def plan_of(dialled: str = "600100200", **changes: object) -> Plan:
    return plan_call(a_call_outside(dialled, **changes))


def first(plan: Plan) -> Step:
    return plan.steps[plan.first]


def dialled_first(plan: Plan) -> DialOut:
    step = first(plan)
    assert isinstance(step, DialOut)
    return step


def rejected_first(plan: Plan) -> Reject:
    step = first(plan)
    assert isinstance(step, Reject)
    assert len(plan.steps) == 1
    return step


def priced(per_minute: str, fee: str = "0", first_increment: int = 1) -> Rate:
    return Rate("486", "", Decimal(per_minute), Decimal(fee), first_increment, 1)


# -- Allowed, priced and paid for ----------------------------------------------------------------------------------


@pytest.mark.parametrize("spelling", ["600100200", "48600100200", "+48600100200", "0048600100200", "600-100-200"])
def test_a_number_is_dialled_in_e164_however_it_was_spelled(spelling: str) -> None:
    step = dialled_first(plan_of(spelling))
    assert (step.number, step.rate, step.trunks, step.seconds) == (
        "+48600100200",
        MOBILE,
        (FIRST, SECOND),
        RING_SECONDS,
    )
    assert (step.why.why, step.why.values["per_minute"]) == (Why.NUMBER_DIALLED, "0.12")


@pytest.mark.parametrize("restricted", [False, True])
def test_the_accounts_own_choice_of_caller_id_is_shown(restricted: bool) -> None:
    chosen = CallerNumber(FIRM, restricted=restricted)
    assert dialled_first(plan_of(caller=chosen)).show == chosen


@pytest.mark.parametrize(
    "outcome, refusal, status, why, prompt",
    [
        (Outcome.BUSY, Refusal.BUSY, 486, Why.NUMBER_BUSY, Prompt.NUMBER_BUSY),
        (Outcome.DECLINED, Refusal.BUSY, 486, Why.NUMBER_DECLINED, Prompt.NUMBER_BUSY),
        (Outcome.NO_ANSWER, Refusal.NO_ANSWER, 480, Why.NUMBER_NOT_ANSWERED, Prompt.NO_ANSWER),
        (Outcome.NO_SUCH_NUMBER, Refusal.NO_SUCH_NUMBER, 404, Why.NUMBER_NOT_KNOWN, Prompt.NUMBER_UNALLOCATED),
        (Outcome.UNAVAILABLE, Refusal.NO_ROUTE, 503, Why.NO_TRUNK_WORKED, Prompt.NO_TRUNK),
        (Outcome.NO_MONEY, Refusal.NOT_PERMITTED, 403, Why.NO_MONEY, Prompt.CREDIT_TOO_LOW),
    ],
)
def test_a_call_that_comes_to_nothing_says_why_and_ends_with_the_honest_cause(
    outcome: Outcome, refusal: Refusal, status: int, why: Why, prompt: Prompt
) -> None:
    plan = plan_of()
    follower = plan.follower(first(plan), outcome)
    assert follower is not None
    step = plan.steps[follower]
    assert isinstance(step, Reject)
    assert (step.refusal, step.refusal.sip_status, step.why.why, step.say) == (refusal, status, why, prompt)


@pytest.mark.parametrize("outcome", [Outcome.ANSWERED, Outcome.CANCELLED])
def test_nothing_follows_an_answer_or_a_caller_who_gave_up(outcome: Outcome) -> None:
    plan = plan_of()
    assert plan.follower(first(plan), outcome) is None


# -- Refused, and in which order -----------------------------------------------------------------------------------

# What stands against a call to Germany, in the order in which it is told.
OBSTACLES: list[tuple[dict[str, object], Why, Prompt]] = [
    ({"level": Level.NATIONAL}, Why.ABOVE_LEVEL, Prompt.NATIONAL_ONLY),
    ({"rate": None}, Why.NO_PRICE, Prompt.PRICE_UNKNOWN),
    ({"max_rate": Decimal("0.1199")}, Why.ABOVE_MAX_RATE, Prompt.RATE_TOO_HIGH),
    ({"available": Decimal("0.0019")}, Why.NO_MONEY, Prompt.CREDIT_TOO_LOW),
    ({"caller": NOT_OWNED}, Why.CALLER_ID_NOT_OWNED, Prompt.CALLER_ID_NOT_OWNED),
    ({"caller": NO_NUMBER}, Why.NO_CALLER_ID, Prompt.NO_OUTGOING_NUMBER),
    ({"trunks": ()}, Why.NO_TRUNK, Prompt.NO_TRUNK),
]


def status_of(why: Why) -> int:
    return 503 if why is Why.NO_TRUNK else 403


@pytest.mark.parametrize("changes, why, prompt", OBSTACLES)
def test_each_obstacle_refuses_the_call_with_its_words_and_its_status(
    changes: dict[str, object], why: Why, prompt: Prompt
) -> None:
    step = rejected_first(plan_of(GERMANY, **{"level": Level.EEA, **changes}))
    assert (step.why.why, step.say, step.refusal.sip_status) == (why, prompt, status_of(why))


@pytest.mark.parametrize("number", range(len(OBSTACLES)))
def test_of_several_obstacles_the_first_one_is_told(number: int) -> None:
    """So a caller who may not call there never learns what it would cost."""
    changes: dict[str, object] = {"level": Level.EEA}
    for later, _why, _prompt in reversed(OBSTACLES[number:]):
        changes |= later
    step = rejected_first(plan_of(GERMANY, **changes))
    assert (step.why.why, step.say) == OBSTACLES[number][1:]


@pytest.mark.parametrize(
    "dialled, level, prompt",
    [
        (GERMANY, Level.NATIONAL, Prompt.NATIONAL_ONLY),
        (AMERICA, Level.NATIONAL, Prompt.NATIONAL_ONLY),
        (AMERICA, Level.EEA, Prompt.EEA_ONLY),
    ],
)
def test_a_country_above_the_level_is_refused_and_the_level_is_said(dialled: str, level: Level, prompt: Prompt) -> None:
    step = rejected_first(plan_of(dialled, level=level))
    assert (step.why.why, step.why.values["level"], step.say) == (Why.ABOVE_LEVEL, level.value, prompt)


@pytest.mark.parametrize("dialled, level", [(GERMANY, Level.EEA), (GERMANY, Level.WORLD), (AMERICA, Level.WORLD)])
def test_a_country_within_the_level_is_called(dialled: str, level: Level) -> None:
    assert dialled_first(plan_of(dialled, level=level)).number == dialled


@pytest.mark.parametrize(
    "dialled, flag, why",
    [
        (PREMIUM, "premium_allowed", Why.PREMIUM_RANGE),
        (SATELLITE, "satellite_allowed", Why.SATELLITE_RANGE),
        (NOBODYS, "unknown_allowed", Why.UNKNOWN_RANGE),
    ],
)
def test_a_special_range_is_refused_at_every_level_until_the_operator_allows_it(
    dialled: str, flag: str, why: Why
) -> None:
    step = rejected_first(plan_of(dialled, level=Level.WORLD))
    assert (step.why.why, step.refusal.sip_status, step.say) == (why, 403, Prompt.PREMIUM_NOT_PERMITTED)
    assert dialled_first(plan_of(dialled, level=Level.WORLD, **{flag: True}))


def test_a_price_of_just_the_limit_is_allowed_and_a_hundredth_of_a_grosz_more_is_not() -> None:
    assert dialled_first(plan_of(rate=priced("0.5000"), max_rate=Decimal("0.5000")))
    step = rejected_first(plan_of(rate=priced("0.5001"), max_rate=Decimal("0.5000")))
    assert step.why.values == {
        "first_minute": "0.5001",
        "max_rate": "0.5000",
        "per_minute": "0.5001",
        "connection_fee": "0",
        "first_increment": 1,
        "next_increment": 1,
    }
    assert step.rate == priced("0.5001")


@pytest.mark.parametrize(
    "rate, first_minute",
    [
        (priced("0", fee="35"), "35.0000"),
        (priced("0.05", fee="0.96"), "1.0100"),
        (priced("0.40", first_increment=180), "1.2000"),
        (priced("0.30", fee="0.20", first_increment=180), "1.1000"),
    ],
)
def test_a_first_minute_above_the_limit_is_refused_however_cheap_a_minute_is(rate: Rate, first_minute: str) -> None:
    step = rejected_first(plan_of(rate=rate, max_rate=Decimal(1), available=Decimal(100)))
    assert (step.why.why, step.say, step.rate) == (Why.ABOVE_MAX_RATE, Prompt.RATE_TOO_HIGH, rate)
    assert step.why.values["first_minute"] == first_minute
    assert dialled_first(plan_of(rate=rate, max_rate=Decimal(first_minute), available=Decimal(100)))


def test_money_for_just_the_first_increment_is_enough_and_less_is_not() -> None:
    rate = priced("0.60", fee="0.10", first_increment=30)
    assert dialled_first(plan_of(rate=rate, available=Decimal("0.4000")))
    assert rejected_first(plan_of(rate=rate, available=Decimal("0.3999"))).why.why is Why.NO_MONEY


@pytest.mark.parametrize("available", [Decimal(0), Decimal(-5)])
def test_a_destination_that_costs_nothing_needs_a_balance_that_is_not_overdrawn(available: Decimal) -> None:
    plan = plan_of(rate=priced("0"), available=available)
    assert isinstance(first(plan), DialOut) == (available == 0)


# -- The PIN -------------------------------------------------------------------------------------------------------


def test_the_pin_is_asked_before_the_number_is_dialled() -> None:
    plan = plan_of(pin_needed=True)
    step = first(plan)
    assert isinstance(step, AskPin)
    assert (step.account_id, step.tries, step.why.why) == (ALICJA.id, PIN_TRIES, Why.PIN_NEEDED)
    right = plan.follower(step, Outcome.RIGHT_PIN)
    assert right is not None
    assert plan.steps[right] == first(plan_of())


def test_after_the_last_wrong_pin_the_call_is_refused() -> None:
    plan = plan_of(pin_needed=True)
    wrong = plan.follower(first(plan), Outcome.WRONG_PIN)
    assert wrong is not None
    step = plan.steps[wrong]
    assert isinstance(step, Reject)
    assert (step.refusal.sip_status, step.why.why, step.say) == (403, Why.WRONG_PIN, Prompt.WRONG_PIN_GOODBYE)


@pytest.mark.parametrize("changes, why, _prompt", OBSTACLES)
def test_nobody_is_asked_for_a_pin_for_a_call_that_is_refused_anyway(
    changes: dict[str, object], why: Why, _prompt: Prompt
) -> None:
    plan = plan_of(GERMANY, **{"level": Level.EEA, "pin_needed": True, **changes})
    assert rejected_first(plan).why.why is why


# -- Free numbers --------------------------------------------------------------------------------------------------

EVERYTHING_AGAINST_IT: dict[str, object] = {
    "rate": None,
    "max_rate": Decimal(0),
    "available": Decimal(-100),
    "pin_needed": True,
    "caller": CallerNumber(FIRM, restricted=True),
}


@pytest.mark.parametrize("dialled", ["112", "997", "998", "999", "986", "+48112", "0048999"])
def test_an_emergency_number_is_called_whatever_stands_against_it(dialled: str) -> None:
    step = dialled_first(plan_of(dialled, **EVERYTHING_AGAINST_IT))
    assert (step.number, step.rate, step.why.why) == (dialled[-3:], None, Why.EMERGENCY_DIALLED)


def test_the_emergency_service_learns_the_number_that_is_restricted_for_others() -> None:
    step = dialled_first(plan_of("112", caller=CallerNumber(FIRM, restricted=True)))
    assert step.show == CallerNumber(FIRM, restricted=False)


@pytest.mark.parametrize("caller", [NOT_OWNED, NO_NUMBER])
def test_without_a_number_of_the_company_an_emergency_call_shows_none(caller: CallerNumber) -> None:
    assert dialled_first(plan_of("112", caller=caller)).show == NO_NUMBER


def test_without_a_trunk_an_emergency_call_is_tried_all_the_same() -> None:
    plan = plan_of("112", trunks=())
    assert plan.follower(dialled_first(plan), Outcome.UNAVAILABLE) is not None


@pytest.mark.parametrize("dialled", ["116111", "116000", "116123"])
def test_a_service_of_social_value_needs_no_price_and_no_money(dialled: str) -> None:
    step = dialled_first(plan_of(dialled, rate=None, max_rate=Decimal(0), available=Decimal(-1)))
    assert (step.number, step.rate, step.why.why) == (dialled, None, Why.FREE_NUMBER_DIALLED)


def test_a_price_in_the_list_does_not_make_a_free_number_cost() -> None:
    assert dialled_first(plan_of("116111", rate=priced("5"))).rate is None


@pytest.mark.parametrize("changes, why", [({"caller": NO_NUMBER}, Why.NO_CALLER_ID), ({"trunks": ()}, Why.NO_TRUNK)])
def test_a_free_number_is_no_emergency_and_keeps_the_other_rules(changes: dict[str, object], why: Why) -> None:
    assert rejected_first(plan_of("116111", **changes)).why.why is why


def test_a_free_number_asks_for_the_pin() -> None:
    assert isinstance(first(plan_of("116111", pin_needed=True)), AskPin)


@pytest.mark.parametrize("dialled", ["112", "116111"])
def test_a_free_call_cannot_run_out_of_money(dialled: str) -> None:
    plan = plan_of(dialled)
    assert Outcome.NO_MONEY not in dialled_first(plan).then
    assert Why.NO_MONEY not in [step.why.why for step in plan.steps.values()]


@pytest.mark.parametrize("dialled", ["19115", "118913"])
def test_other_short_codes_need_a_price(dialled: str) -> None:
    plan = plan_of(dialled, rate=None, premium_allowed=True)
    assert rejected_first(plan).why.why is Why.NO_PRICE


# -- A company that is blocked ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("dialled", ["600100200", "116111", GERMANY])
def test_a_company_that_is_blocked_calls_nobody_outside(dialled: str) -> None:
    step = rejected_first(plan_of(dialled, blocked="Nieopłacone faktury"))
    assert (step.refusal, step.say) == (Refusal.NOT_PERMITTED, Prompt.COMPANY_BLOCKED)
    assert (step.why.why, step.why.values) == (Why.COMPANY_BLOCKED, {"reason": "Nieopłacone faktury"})


def test_a_company_that_is_blocked_calls_emergency_numbers_and_colleagues() -> None:
    assert dialled_first(plan_of("112", blocked="Nieopłacone faktury")).number == "112"
    colleague = plan_call(replace(a_call("101", BARTEK), outside=None))
    assert isinstance(first(colleague), Ring)
