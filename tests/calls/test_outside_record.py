"""What the record of a call to or from outside says: trunks, rates, prices, and whom it is charged to."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from centralka.calls.journal_events import WalkedStep, WalkEnded
from centralka.calls.outside_caller import UNKNOWN
from centralka.calls.plan import Outcome, Refusal
from centralka.calls.record.leg import Leg
from centralka.calls.record.record import Record, record_of
from centralka.calls.tariffs import Rate

from .people import (
    ALICJA,
    BARTEK,
    FIRM,
    FIRST,
    MOBILE,
    NOW,
    SECOND,
    a_call,
    a_call_from_outside,
    a_call_outside,
)
from .story import LINE, Story, code, dialled, net, rang, refused, tried

A, B = ALICJA.login, BARTEK.login
OLA = "+48600100200"
RATE = MOBILE


def whys(record: Record) -> list[str]:
    return [reason.why for reason in record.why]


def shown(leg: Leg) -> tuple[object, ...]:
    return (leg.to, leg.outcome, leg.seconds, leg.trunk, net(leg))


def legs(record: Record) -> list[tuple[object, ...]]:
    return [shown(leg) for leg in record.legs]


def an_outgoing_call(rate: Rate = MOBILE) -> Story:
    """Alicja calls Ola's mobile; they talk for a minute."""
    story = Story()
    story.calls(0, "a1", A, "600100200")
    story.planned(0, "a1", a_call_outside(rate=rate))
    story.rings(0.1, "t1", "a1", FIRST.endpoint)
    story.answers(4, "t1", "a1")
    story.hangs_up(64, "t1")
    story.walked(64, "a1", dialled(OLA, tried(FIRST, Outcome.ANSWERED, 16)))
    story.hangs_up(64, "a1", "ANSWER", by_itself=True)
    story.all_gone(64, "a1")
    return story


def without_the_walk(story: Story) -> Story:
    story.events = [event for event in story.events if not isinstance(event, WalkEnded)]
    return story


# -- Outgoing ----------------------------------------------------------------------------------------------------


def test_an_answered_call_has_one_leg_with_trunk_rate_and_price() -> None:
    record = an_outgoing_call().record()
    assert (record.direction, record.from_number, record.to_number) == ("out", "100", "600100200")
    assert (record.outcome, record.answered_at) == ("answered", NOW + timedelta(seconds=4))
    assert legs(record) == [(OLA, "answered", 60, FIRST.name, "0.1200")]
    (leg,) = record.charges
    assert (leg.rate, leg.channel, leg.login, code(leg)) == (RATE, "t1", None, "number_dialled")
    assert whys(record) == ["number_dialled"]


def test_money_can_have_been_put_aside_for_all_channels_and_the_trunk_is_nobodys_account() -> None:
    record = an_outgoing_call().record()
    assert record.may_cost
    assert record.channels == {"a1", "t1"}
    assert record.logins == {A}
    assert record.tenant_id == 1


def test_a_call_between_colleagues_costs_nothing_and_asks_no_money() -> None:
    story = Story()
    story.calls(0, "a1", A, "101")
    story.planned(0, "a1", a_call("101", BARTEK))
    story.rings(0, "b1", "a1", B)
    story.answers(2, "b1", "a1")
    story.hangs_up(30, "b1")
    story.walked(30, "a1", rang(B, Outcome.ANSWERED))
    story.hangs_up(30, "a1", "ANSWER")
    record = story.record()
    assert (record.may_cost, record.charges, record.direction) == (False, [], "internal")
    assert [(leg.trunk, leg.rate, net(leg), leg.channel) for leg in record.legs] == [(None,) * 4]


def test_a_call_that_goes_on_has_a_leg_and_no_price_yet() -> None:
    story = an_outgoing_call()
    story.events = story.events[:5]
    record = story.record()
    assert (record.outcome, record.ended_at, record.charges) == ("", None, [])
    assert legs(record) == [(OLA, "answered", 0, FIRST.name, None)]
    assert code(record.legs[0]) == "number_dialled"


def test_a_number_that_rings_has_a_leg_without_an_outcome() -> None:
    story = an_outgoing_call()
    story.events = story.events[:3]
    assert legs(story.record()) == [(OLA, "", 0, FIRST.name, None)]


def test_the_price_is_that_of_the_rate_in_the_plan() -> None:
    """Whatever the price list says when the call ends; and it is charged by whole increments."""
    dear = replace(MOBILE, per_minute=Decimal("0.50"), first_increment=90)
    (leg,) = an_outgoing_call(rate=dear).record().charges
    assert (leg.rate, net(leg)) == (dear, "0.7500")


@pytest.mark.parametrize(
    "outcome, refusal, expected, why",
    [
        (Outcome.BUSY, "busy", "busy", "number_busy"),
        (Outcome.DECLINED, "busy", "busy", "number_declined"),
        (Outcome.NO_ANSWER, "no_answer", "no_answer", "number_not_answered"),
        (Outcome.NO_SUCH_NUMBER, "no_such_number", "failed", "number_not_known"),
        (Outcome.UNAVAILABLE, "no_route", "failed", "no_trunk_worked"),
    ],
)
def test_a_call_that_comes_to_nothing_costs_nothing(outcome: Outcome, refusal: str, expected: str, why: str) -> None:
    story = Story()
    story.calls(0, "a1", A, "600100200")
    story.planned(0, "a1", a_call_outside())
    story.rings(0, "t1", "a1", FIRST.endpoint)
    story.hangs_up(7, "t1")
    end = WalkedStep(outcome.value, Outcome.DONE, refusal=Refusal(refusal))
    story.walked(9, "a1", dialled(OLA, tried(FIRST, outcome)), end)
    story.hangs_up(9, "a1")
    record = story.record()
    assert (record.outcome, record.answered_at, record.charges) == (expected, None, [])
    assert legs(record) == [(OLA, outcome.value, 7, FIRST.name, None)]
    assert whys(record) == ["number_dialled", why]


def test_a_caller_who_gives_up_pays_nothing() -> None:
    story = Story()
    story.calls(0, "a1", A, "600100200")
    story.planned(0, "a1", a_call_outside())
    story.rings(0, "t1", "a1", FIRST.endpoint)
    story.hangs_up(5, "t1")
    story.walked(5, "a1", dialled(OLA, tried(FIRST, Outcome.CANCELLED)))
    story.hangs_up(5, "a1", "CANCEL", by_itself=True)
    record = story.record()
    assert (record.outcome, record.charges) == ("cancelled", [])
    assert whys(record) == ["number_dialled", "caller_hung_up"]


@pytest.mark.parametrize("trunk_spoke", [True, False])
def test_each_trunk_that_was_tried_is_a_leg(trunk_spoke: bool) -> None:
    """Also one for which the engine made no channel at all."""
    story = Story()
    story.calls(0, "a1", A, "600100200")
    story.planned(0, "a1", a_call_outside())
    if trunk_spoke:
        story.rings(0, "t1", "a1", FIRST.endpoint)
        story.hangs_up(6, "t1")
    story.rings(6, "t2", "a1", SECOND.endpoint)
    story.answers(8, "t2", "a1")
    story.hangs_up(38, "t2")
    tries = (tried(FIRST, Outcome.UNAVAILABLE, 38), tried(SECOND, Outcome.ANSWERED, 16))
    story.walked(38, "a1", dialled(OLA, *tries))
    story.hangs_up(38, "a1", "ANSWER")
    record = story.record()
    assert legs(record) == [
        (OLA, "unavailable", 6 if trunk_spoke else 0, FIRST.name, None),
        (OLA, "answered", 30, SECOND.name, "0.0600"),
    ]
    assert [leg.channel for leg in record.charges] == ["t2"]


def test_a_call_for_which_the_money_is_gone_meanwhile_tries_no_trunk() -> None:
    story = Story()
    story.calls(0, "a1", A, "600100200")
    story.planned(0, "a1", a_call_outside())
    story.walked(2, "a1", dialled(OLA), WalkedStep("no_money", Outcome.DONE, refusal=Refusal.NOT_PERMITTED))
    story.hangs_up(2, "a1")
    record = story.record()
    assert (record.outcome, record.legs, record.may_cost) == ("refused", [], True)
    assert whys(record) == ["number_dialled", "no_money"]


def test_a_refused_call_has_no_legs_and_puts_nothing_aside() -> None:
    story = Story()
    story.calls(0, "a1", A, "600100200")
    story.planned(0, "a1", a_call_outside(rate=None))
    story.walked(3, "a1", WalkedStep("start", Outcome.DONE, refusal=Refusal.NOT_PERMITTED))
    story.hangs_up(3, "a1")
    record = story.record()
    assert (record.outcome, record.direction, record.legs, record.may_cost) == ("refused", "out", [], False)
    assert whys(record) == ["no_price"]


def test_an_emergency_call_is_free() -> None:
    story = Story()
    story.calls(0, "a1", A, "112")
    story.planned(0, "a1", a_call_outside("112"))
    story.rings(0, "t1", "a1", FIRST.endpoint)
    story.answers(2, "t1", "a1")
    story.hangs_up(62, "t1")
    story.walked(62, "a1", dialled("112", tried(FIRST, Outcome.ANSWERED)))
    story.hangs_up(62, "a1", "ANSWER")
    record = story.record()
    assert legs(record) == [("112", "answered", 60, FIRST.name, None)]
    assert (record.charges, record.legs[0].rate, record.outcome) == ([], None, "answered")


# -- The PIN -----------------------------------------------------------------------------------------------------


def a_call_with_pin() -> Story:
    """The engine answers to hear the digits."""
    story = Story()
    story.calls(0, "a1", A, "600100200")
    story.planned(0, "a1", a_call_outside(pin_needed=True))
    story.answers(0.1, "a1")
    return story


RIGHT_PIN = WalkedStep("start", Outcome.RIGHT_PIN)


def test_a_call_that_is_answered_only_for_the_pin_is_not_answered() -> None:
    story = a_call_with_pin()
    story.rings(8, "t1", "a1", FIRST.endpoint)
    story.hangs_up(20, "t1")
    called = dialled(OLA, tried(FIRST, Outcome.BUSY), name="dial_out")
    story.walked(22, "a1", RIGHT_PIN, called, WalkedStep("busy", Outcome.DONE, refusal=Refusal.BUSY))
    story.hangs_up(22, "a1")
    record = story.record()
    assert (record.outcome, record.answered_at, record.charges) == ("busy", None, [])
    assert whys(record) == ["pin_needed", "number_dialled", "number_busy"]


def test_after_the_pin_a_call_is_answered_when_the_number_answers() -> None:
    story = a_call_with_pin()
    story.rings(8, "t1", "a1", FIRST.endpoint)
    story.answers(12, "t1")
    story.hangs_up(42, "t1")
    story.walked(42, "a1", RIGHT_PIN, dialled(OLA, tried(FIRST, Outcome.ANSWERED), name="dial_out"))
    story.hangs_up(42, "a1", "ANSWER")
    record = story.record()
    assert (record.outcome, record.answered_at) == ("answered", NOW + timedelta(seconds=12))
    assert legs(record) == [(OLA, "answered", 30, FIRST.name, "0.0600")]


def test_a_wrong_pin_is_a_refusal() -> None:
    story = a_call_with_pin()
    wrong = WalkedStep("wrong_pin", Outcome.DONE, refusal=Refusal.NOT_PERMITTED)
    story.walked(30, "a1", WalkedStep("start", Outcome.WRONG_PIN), wrong)
    story.hangs_up(30, "a1")
    record = story.record()
    assert (record.outcome, record.answered_at, record.legs) == ("refused", None, [])
    assert whys(record) == ["pin_needed", "wrong_pin"]


def test_who_hangs_up_instead_of_typing_the_pin_cancelled_the_call() -> None:
    story = a_call_with_pin()
    story.walked(5, "a1")
    story.hangs_up(5, "a1", by_itself=True, cause=16)
    record = story.record()
    assert (record.outcome, record.answered_at) == ("cancelled", None)
    assert whys(record) == ["pin_needed", "caller_hung_up"]


# -- When parts die ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("at", [2, 30])
def test_a_call_whose_switchboard_died_costs_what_it_would_have_cost(at: float) -> None:
    """While it rang, or while they talked: the rate is in the decision, the seconds are the engine's."""
    story = without_the_walk(an_outgoing_call())
    story.switchboard_starts(at)
    record, whole = story.record(), an_outgoing_call().record()
    assert (record.legs, record.outcome, record.answered_at) == (whole.legs, whole.outcome, whole.answered_at)


@pytest.mark.parametrize(
    "status, outcome", [("NOANSWER", "no_answer"), ("BUSY", "busy"), ("CANCEL", "cancelled"), ("", "failed")]
)
def test_a_leg_that_the_switchboard_left_ringing_has_the_engines_outcome(status: str, outcome: str) -> None:
    story = Story()
    story.calls(0, "a1", A, "600100200")
    story.planned(0, "a1", a_call_outside())
    story.rings(0, "t1", "a1", FIRST.endpoint)
    story.switchboard_starts(3)
    story.hangs_up(9, "t1")
    story.hangs_up(9, "a1", status)
    record = story.record()
    assert legs(record) == [(OLA, outcome, 9, FIRST.name, None)]
    assert (record.charges, record.may_cost) == ([], True)


@pytest.mark.parametrize("stopped_at, seconds, price", [(34, 30, "0.0600"), (None, 0, "0.0020")])
def test_a_call_that_the_engine_took_down_costs_what_was_talked(
    stopped_at: float | None, seconds: int, price: str
) -> None:
    """Until the engine was seen dead; if nobody saw it, until the last that was heard of the call."""
    story = an_outgoing_call()
    story.events = story.events[:5]
    story.engine_starts(90, stopped_at)
    record = story.record()
    assert record.outcome == "interrupted"
    assert legs(record) == [(OLA, "answered", seconds, FIRST.name, price)]
    assert whys(record) == ["number_dialled", "engine_stopped"]


def test_an_emergency_call_without_a_switchboard_is_outgoing_and_free() -> None:
    story = Story()
    story.calls(0, "a1", A, "112")
    story.rings(0, "t1", "a1", FIRST.endpoint)
    story.answers(2, "t1", "a1")
    story.hangs_up(32, "t1")
    story.hangs_up(32, "a1", "ANSWER")
    record = story.record()
    assert (record.direction, record.outcome, record.tenant_id, record.from_number) == ("out", "answered", None, "100")
    assert legs(record) == [("112", "answered", 30, "trunk-1", None)]
    assert (record.may_cost, whys(record)) == (False, ["planned_without_switchboard"])


# -- Incoming ----------------------------------------------------------------------------------------------------


def an_incoming_call() -> Story:
    """Ola calls the company's number; Bartek answers."""
    story = Story()
    story.comes_in(0, "t1", FIRST, OLA, FIRM)
    story.planned(0, "t1", a_call_from_outside(BARTEK, OLA))
    story.rings(0, "b1", "t1", B)
    story.answers(3, "b1", "t1")
    return story


def test_an_incoming_call_rings_a_phone_and_costs_nothing() -> None:
    story = an_incoming_call()
    story.hangs_up(33, "b1")
    story.walked(33, "t1", rang(B, Outcome.ANSWERED))
    story.hangs_up(33, "t1", "ANSWER", by_itself=True)
    record = story.record()
    assert (record.direction, record.from_number, record.to_number) == ("in", OLA, FIRM)
    assert (record.from_login, record.tenant_id, record.logins) == (None, 1, frozenset({B}))
    assert (record.outcome, record.may_cost) == ("answered", False)
    assert legs(record) == [("101", "answered", 30, None, None)]
    assert whys(record) == ["number_points_at"]


def test_a_number_that_points_nowhere_failed() -> None:
    story = Story()
    story.comes_in(0, "t1", FIRST, OLA, FIRM)
    story.planned(0, "t1", a_call_from_outside(None, OLA))
    story.walked(1, "t1", refused("no_such_number"))
    story.hangs_up(1, "t1")
    assert (story.record().outcome, story.record().legs, story.record().logins) == ("failed", [], frozenset())


@pytest.mark.parametrize(
    "caller, told",
    [(OLA, OLA), ("600100200", OLA), ("", ""), ("anonymous", ""), ("100", UNKNOWN)],
)
def test_an_incoming_call_that_nobody_decided_is_known_by_its_numbers(caller: str, told: str) -> None:
    """The dialplan takes a hidden number away: what the channel has at its end is told, not at its beginning."""
    story = Story()
    story.comes_in(0, "t1", FIRST, OLA, FIRM)
    assert story.record().from_number == ""
    story.hangs_up(0, "t1", cause=34, number=caller)
    record = story.record()
    assert (record.direction, record.tenant_id, record.from_login) == ("in", None, None)
    assert (record.from_number, record.to_number, record.outcome) == (told, FIRM, "failed")


# -- Transfers ---------------------------------------------------------------------------------------------------


def test_a_colleague_who_is_sent_outside_is_charged_as_a_leg_of_the_same_call() -> None:
    """Alicja called Bartek, and transferred him to Ola: Alicja's company pays."""
    story = Story()
    story.calls(0, "a1", A, "101")
    story.planned(0, "a1", a_call("101", BARTEK))
    story.rings(0, "b1", "a1", B)
    story.answers(2, "b1", "a1")
    story.transfers(10, "a1", "600100200")
    story.walked(10, "a1", rang(B, Outcome.ANSWERED))
    story.hangs_up(10, "a1", "ANSWER", by_itself=True)
    story.planned(10, "b1", a_call_outside())
    story.rings(10.1, "t1", "a1", FIRST.endpoint)
    story.answers(12, "t1")
    story.hangs_up(42, "t1")
    story.walked(42, "b1", dialled(OLA, tried(FIRST, Outcome.ANSWERED)))
    story.hangs_up(42, "b1", "ANSWER")
    record = story.record()
    assert [leg[:3] for leg in legs(record)] == [("101", "answered", 40), (OLA, "answered", 30)]
    assert [(leg.channel, net(leg)) for leg in record.charges] == [("t1", "0.0600")]
    assert record.may_cost
    assert whys(record) == ["extension_dialled", "blind_transfer", "number_dialled"]


@pytest.mark.parametrize("switchboard_dies", [False, True])
def test_a_caller_from_outside_who_is_sent_outside_is_charged_for_the_second_part(switchboard_dies: bool) -> None:
    story = an_incoming_call()
    story.transfers(13, "b1", "600100200")
    story.walked(13, "t1", rang(B, Outcome.ANSWERED))
    story.planned(13.1, "t1", replace(a_call_outside(), caller=BARTEK, transferred=True))
    story.hangs_up(13, "b1", by_itself=True)
    story.rings(13.1, "t2", "t1", FIRST.endpoint)
    story.answers(20, "t2")
    if switchboard_dies:
        story.switchboard_starts(30)
    story.hangs_up(50, "t2")
    if not switchboard_dies:
        story.walked(50, "t1", dialled(OLA, tried(FIRST, Outcome.ANSWERED)))
    story.hangs_up(50, "t1", "ANSWER", by_itself=True)
    record = story.record()
    assert (record.direction, record.from_number, record.outcome) == ("in", OLA, "answered")
    assert [(leg.to, leg.channel, net(leg)) for leg in record.legs] == [
        ("101", None, None),
        (OLA, "t2", "0.0600"),
    ]
    assert (record.may_cost, record.channels, record.logins) == (True, frozenset({"t1", "b1", "t2"}), frozenset({B}))
    assert whys(record) == ["number_points_at", "blind_transfer", "number_dialled"]


def test_two_calls_over_one_trunk_in_one_record_are_two_legs_and_two_charges() -> None:
    """Alicja called Ola, who is sent on to another number over the same trunk."""
    story = an_outgoing_call()
    story.events = story.events[:5]
    story.transfers(14, "a1", "601601601")
    story.walked(14, "a1", dialled(OLA, tried(FIRST, Outcome.ANSWERED)))
    story.hangs_up(14, "a1", "ANSWER", by_itself=True)
    story.planned(14, "t1", replace(a_call_outside("601601601"), transferred=True))
    story.rings(14.1, "t2", "a1", FIRST.endpoint)
    story.answers(24, "t2")
    story.hangs_up(34, "t2")
    story.walked(34, "t1", dialled("+48601601601", tried(FIRST, Outcome.ANSWERED)))
    story.hangs_up(34, "t1", "ANSWER")
    record = story.record()
    assert [(leg.to, leg.channel, leg.seconds, net(leg)) for leg in record.legs] == [
        (OLA, "t1", 30, "0.0600"),
        ("+48601601601", "t2", 10, "0.0200"),
    ]


# -- Reading the journal again -----------------------------------------------------------------------------------


@pytest.mark.parametrize("story", [an_outgoing_call(), without_the_walk(an_outgoing_call()), an_incoming_call()])
def test_a_call_that_is_folded_twice_is_the_same_record(story: Story) -> None:
    (call,) = story.book().take_changed()
    assert record_of(call) == record_of(call) == story.record()


def test_reading_from_any_checkpoint_gives_the_same_price() -> None:
    """Whatever line the reader dies behind, its successor ends with the same charge under the same name."""
    story = an_outgoing_call()
    whole = story.record()
    for died_behind in range(len(story.events)):
        first = Story()
        first.events = story.events[:died_behind]
        book = first.book()
        book.take_changed()
        rest = Story()
        rest.events = story.events[book.checkpoint // LINE :]
        assert rest.record() == whole


@pytest.mark.parametrize("status, extra", [(488, ["sound_not_understood"]), (603, [])])
def test_a_carrier_that_understands_no_sound_of_ours_is_named(status: int, extra: list[str]) -> None:
    story = Story()
    story.calls(0, "a1", A, "600100200")
    story.planned(0, "a1", a_call_outside())
    story.rings(0, "t1", "a1", FIRST.endpoint)
    story.hangs_up(1, "t1")
    refusing = replace(tried(FIRST, Outcome.UNAVAILABLE), status=status)
    story.walked(2, "a1", dialled(OLA, refusing), WalkedStep("unavailable", Outcome.DONE, refusal=Refusal.NO_ROUTE))
    story.hangs_up(2, "a1")
    record = story.record()
    assert whys(record) == ["number_dialled", *extra, "no_trunk_worked"]
    assert [leg.status for leg in record.legs] == [status]
