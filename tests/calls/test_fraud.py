"""Rules against fraud: what they refuse, and that emergency calls never ask them."""

from dataclasses import replace
from decimal import Decimal

import pytest

from centralka.calls.destinations import Level, destination
from centralka.calls.facts import Condition, ToOutside, Unanswered
from centralka.calls.fraud import (
    Breach,
    FraudRule,
    Guard,
    Limits,
    NightCalls,
    Stop,
    Use,
    Watched,
    area_of,
    breach_of,
    full_of_calls,
    least_room,
)
from centralka.calls.plan import DialOut, Outcome, Reject, Skip
from centralka.calls.planner import plan_call
from centralka.calls.prompts import Prompt
from centralka.calls.reasons import Why

from .people import BARTEK, a_call, a_call_outside, outside

POLAND, GERMANY, CUBA, SOMALIA = "600100200", "+4930123456", "+5371234567", "+252612345678"
ALL_ALLOWED = {"level": Level.WORLD, "premium_allowed": True, "satellite_allowed": True, "unknown_allowed": True}
ASKS = Guard(account_id=1, asks_for_new_countries=True, country_known=False)


def refused(dialled: str, guard: Guard) -> Stop | None:
    to = destination(dialled)
    assert to is not None
    breach = breach_of(guard, to)
    return breach.stop if breach else None


@pytest.mark.parametrize(
    "dialled, area",
    [
        (POLAND, "PL"),
        ("118913", "PL"),
        (GERMANY, "DE"),
        (CUBA, "CU"),
        (SOMALIA, "SO"),
        ("+18765551234", "JM"),
        ("700123456", "PL:premium"),
        ("+881612345600", "+881:satellite"),
        ("+870773123456", "+870:satellite"),
        ("+447012345678", "GB:premium"),
    ],
)
def test_dear_kinds_of_numbers_are_countries_of_their_own(dialled: str, area: str) -> None:
    to = destination(dialled)
    assert to is not None
    assert area_of(to) == area


@pytest.mark.parametrize("dialled", [GERMANY, CUBA, "700123456", "+881612345600"])
def test_a_country_never_called_is_refused_and_said_so(dialled: str) -> None:
    facts = a_call_outside(dialled, guard=ASKS, **ALL_ALLOWED)
    (step,) = plan_call(facts).steps.values()
    assert isinstance(step, Reject)
    assert (step.why.why, step.say) == (Why.FRAUD_SUSPECTED, Prompt.FRAUD_SUSPECTED)
    assert step.breach is not None
    assert (step.breach.stop.rule, step.breach.account_id) == (FraudRule.NEW_COUNTRY, 1)
    assert step.why.values["number"] == step.breach.number


def test_a_known_country_and_ones_own_are_not_asked_for() -> None:
    assert refused(CUBA, replace(ASKS, country_known=True)) is None
    assert refused(POLAND, ASKS) is None
    assert refused(CUBA, replace(ASKS, asks_for_new_countries=False)) is None


@pytest.mark.parametrize("dialled", ["112", "997", "116111"])
def test_no_rule_is_asked_before_an_emergency_call_or_a_free_one(dialled: str) -> None:
    full = Watched(Limits(calls_at_once=1), Use(1))
    stop = Stop(FraudRule.PER_HOUR, 1)
    guard = Guard(1, full, full, stop, True, False, NightCalls.ALL, ("00:00", "23:59"), "12:00")
    plan = plan_call(a_call_outside(dialled, guard=guard))
    assert isinstance(plan.steps[plan.first], DialOut)


@pytest.mark.parametrize(
    "time, night, at_night",
    [
        ("21:59", ("22:00", "06:00"), False),
        ("22:00", ("22:00", "06:00"), True),
        ("00:00", ("22:00", "06:00"), True),
        ("05:59", ("22:00", "06:00"), True),
        ("06:00", ("22:00", "06:00"), False),
        ("01:00", ("00:30", "04:00"), True),
        ("04:00", ("00:30", "04:00"), False),
        ("23:00", ("00:30", "04:00"), False),
    ],
)
def test_a_night_may_reach_over_midnight(time: str, night: tuple[str, str], at_night: bool) -> None:
    guard = Guard(night_calls=NightCalls.ABROAD, night=night, time=time)
    stop = refused(GERMANY, guard)
    assert (stop is not None) == at_night
    assert refused(POLAND, guard) is None
    assert (refused(POLAND, replace(guard, night_calls=NightCalls.ALL)) is not None) == at_night
    assert refused(GERMANY, replace(guard, night_calls=NightCalls.NONE)) is None


def test_calls_at_once_are_limited_for_the_account_and_for_the_company() -> None:
    full, free = Watched(Limits(calls_at_once=5), Use(5)), Watched(Limits(calls_at_once=5), Use(4))
    assert full_of_calls(7, full, free) == Stop(FraudRule.CALLS_AT_ONCE, 7, limit="5")
    assert full_of_calls(7, free, full) == Stop(FraudRule.CALLS_AT_ONCE, None, limit="5")
    assert full_of_calls(7, free, Watched()) is None
    assert refused(POLAND, Guard(account_id=7, account=full)) == Stop(FraudRule.CALLS_AT_ONCE, 7, limit="5")


def test_the_limit_that_leaves_least_decides() -> None:
    account = Watched(Limits(per_hour=Decimal(20), per_day=Decimal(50)), Use(0, Decimal(12), Decimal(45)))
    company = Watched(Limits(per_hour=Decimal(100)), Use(0, Decimal(99), Decimal(99)))
    room = least_room(7, account, company)
    assert room is not None
    assert (room.money, room.stop.rule, room.stop.account_id) == (Decimal(1), FraudRule.PER_HOUR, None)
    room = least_room(7, account, Watched())
    assert room is not None
    assert (room.money, room.stop.rule, room.stop.account_id) == (Decimal(5), FraudRule.PER_DAY, 7)
    assert least_room(7, Watched(), Watched()) is None


def test_a_stop_that_holds_refuses_every_further_call() -> None:
    stop = Stop(FraudRule.PER_DAY, 7, limit="50.0000")
    assert refused(POLAND, Guard(account_id=7, stopped=stop)) == stop


def test_what_is_found_only_with_the_money_has_its_own_end() -> None:
    plan = plan_call(a_call_outside())
    dial = plan.steps[plan.first]
    assert isinstance(dial, DialOut)
    end = plan.steps[dial.then[Outcome.STOPPED]]
    assert isinstance(end, Reject)
    assert (end.why.why, end.say) == (Why.FRAUD_SUSPECTED, Prompt.FRAUD_SUSPECTED)


def test_a_forward_is_a_call_of_the_account_that_forwards() -> None:
    target = outside(CUBA, level=Level.WORLD, guard=replace(ASKS, account_id=BARTEK.id))
    unanswered = Unanswered({Condition.BUSY: ToOutside("Kuba", target)})
    plan = plan_call(replace(a_call("101", BARTEK), unanswered=unanswered))
    skips = [step for step in plan.steps.values() if isinstance(step, Skip)]
    assert [step.breach for step in skips] == [Breach(Stop(FraudRule.NEW_COUNTRY, None, "CU"), BARTEK.id, CUBA)]
    allowed = replace(target, guard=replace(target.guard, country_known=True))
    plan = plan_call(
        replace(a_call("101", BARTEK), unanswered=Unanswered({Condition.BUSY: ToOutside("Kuba", allowed)}))
    )
    assert [step.account_id for step in plan.steps.values() if isinstance(step, DialOut)] == [BARTEK.id]
