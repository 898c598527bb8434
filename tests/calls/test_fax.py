"""Fax accounts: who reaches them how, and what the record tells of it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from centralka.calls.facts import Account, AccountKind, Condition, FaxToneFacts, Mailbox, ToExtension, Unanswered
from centralka.calls.fax_sending import plan_fax
from centralka.calls.journal_events import Begun, FaxReceived, WalkedStep
from centralka.calls.plan import FaxTone, Outcome, Plan, ReceiveFax, Ring, StepName
from centralka.calls.plan_json import plan_as_json, plan_from_json
from centralka.calls.planner import plan_call
from centralka.calls.reasons import Why
from centralka.calls.record.leg_json import leg_as_json, leg_from_json
from centralka.calls.record.outcome import CallOutcome
from centralka.calls.record.way import way_of

from .people import ALICJA, BARTEK, FIRM, FIRST, NOW, a_call, a_call_from_outside
from .story import Story

FAX = Account(9, "kwiaty_15", "15", "Faks", None, 30, call_waiting=True, kind=AccountKind.FAX, fax_station="+48 22 1")

MAILBOX = Mailbox(own_greeting=False, greeting_on_no_answer=True, greeting_on_busy=True, full=False)


def receiver(plan: Plan, name: str = "start") -> ReceiveFax:
    step = plan.steps[StepName(name)]
    assert isinstance(step, ReceiveFax)
    return step


def test_a_number_that_points_at_a_fax_account_is_answered_by_its_receiver() -> None:
    plan = plan_call(a_call_from_outside(FAX))
    step = receiver(plan)
    assert len(plan.steps) == 1
    assert (step.account_id, step.login, step.extension, step.station) == (9, "kwiaty_15", "15", "+48 22 1")
    assert step.why.why is Why.NUMBER_TAKES_FAXES
    assert step.why.values == {"number": FIRM, "extension": "15", "name": "Faks"}


def test_a_colleague_faxes_it_by_its_extension() -> None:
    assert receiver(plan_call(a_call("15", FAX))).why.why is Why.EXTENSION_DIALLED


def test_a_transferred_caller_reaches_it_too() -> None:
    facts = replace(a_call("15", FAX), transferred=True, from_outside="+48600100200")
    assert receiver(plan_call(facts)).extension == "15"


@pytest.mark.parametrize("condition", list(Condition))
def test_a_forward_leads_there_and_does_not_ring_before(condition: Condition) -> None:
    facts = replace(a_call("101", BARTEK), unanswered=Unanswered({condition: ToExtension(FAX)}))
    plan = plan_call(facts)
    assert isinstance(plan.steps[plan.first], Ring)
    assert receiver(plan, condition.value).why.why is Why.FORWARDED_TO_EXTENSION


def test_nothing_of_it_is_an_endpoint_of_the_engine() -> None:
    assert plan_call(a_call_from_outside(FAX)).endpoints() == set()


def test_the_plan_comes_back_as_it_was_written() -> None:
    plan = plan_call(a_call_from_outside(FAX))
    assert plan_from_json(plan_as_json(plan)) == plan


# -- The record ------------------------------------------------------------------------------------------------------


def a_fax_call() -> Story:
    story = Story()
    story.comes_in(0, "c1", FIRST, "+48600100200", FIRM)
    story.planned(0, "c1", a_call_from_outside(FAX))
    story.events.append(Begun(NOW, "c1", "start"))
    story.answers(0, "c1")
    return story


def test_the_record_tells_how_many_pages_came() -> None:
    story = a_fax_call()
    story.walked(60, "c1", WalkedStep("start", Outcome.FAX, "kwiaty_15", seconds=60, pages=3))
    story.hangs_up(60, "c1")
    story.all_gone(60, "c1")
    record = story.record()
    (leg,) = record.legs
    assert record.outcome is CallOutcome.ANSWERED
    assert (leg.to, leg.outcome, leg.pages, leg.seconds, leg.answered) == ("15", Outcome.FAX, 3, 60, True)
    assert "kwiaty_15" in record.logins
    assert leg_from_json(leg_as_json(leg)) == leg
    plan = plan_call(a_call_from_outside(FAX))
    assert [one.outcome for one in way_of(plan, record.legs, record.why)] == [Outcome.FAX]


def test_a_fax_that_goes_on_is_in_progress() -> None:
    (leg,) = a_fax_call().record().legs
    assert (leg.to, leg.outcome, leg.pages) == ("15", CallOutcome.IN_PROGRESS, None)


def test_when_the_engine_died_the_fax_is_interrupted() -> None:
    story = a_fax_call()
    story.engine_starts(30, stopped_at=29)
    story.switchboard_starts(31)
    record = story.record()
    assert record.outcome is CallOutcome.INTERRUPTED
    assert [(leg.to, leg.outcome) for leg in record.legs] == [("15", CallOutcome.INTERRUPTED)]


def test_when_the_switchboard_died_the_engine_tells_how_many_pages_came() -> None:
    story = a_fax_call()
    story.switchboard_starts(20)
    story.events.append(FaxReceived(NOW + timedelta(seconds=50), "c1", 3))
    assert story.record().outcome is CallOutcome.IN_PROGRESS
    story.hangs_up(50, "c1")
    story.all_gone(50, "c1")
    record = story.record()
    (leg,) = record.legs
    assert record.outcome is CallOutcome.ANSWERED
    assert (leg.to, leg.outcome, leg.pages, leg.seconds) == ("15", Outcome.FAX, 3, 50)


def test_what_the_switchboard_told_of_a_fax_is_not_told_again_by_the_engine() -> None:
    story = a_fax_call()
    story.events.append(FaxReceived(NOW + timedelta(seconds=60), "c1", 3))
    story.walked(60, "c1", WalkedStep("start", Outcome.FAX, "kwiaty_15", seconds=60, pages=3))
    story.hangs_up(60, "c1")
    story.all_gone(60, "c1")
    assert [leg.pages for leg in story.record().legs] == [3]


def test_a_call_is_answered_by_the_receiver_though_there_was_a_mailbox_beside_it() -> None:
    """Bartek, who has a mailbox for other cases, forwards to the fax account when he is busy."""
    story = Story()
    facts = replace(
        a_call("101", BARTEK, ALICJA),
        unanswered=Unanswered({Condition.BUSY: ToExtension(FAX)}, mailbox=MAILBOX),
    )
    story.calls(0, "c1", "kwiaty_100", "101")
    story.planned(0, "c1", facts)
    story.events.append(Begun(NOW, "c1", "busy"))
    story.answers(1, "c1")
    walked = WalkedStep("busy", Outcome.FAX, "kwiaty_15", seconds=9, pages=1)
    story.walked(10, "c1", WalkedStep("start", Outcome.BUSY, "kwiaty_101"), walked)
    story.hangs_up(10, "c1")
    story.all_gone(10, "c1")
    assert story.record().outcome is CallOutcome.ANSWERED


# -- The tone of a fax in a call ---------------------------------------------------------------------------------------

LISTENS = replace(BARTEK, fax_login="kwiaty_15")


def test_an_account_that_wants_it_has_the_fax_tone_listened_for_while_it_rings_and_a_while_longer() -> None:
    facts = replace(a_call_from_outside(LISTENS), unanswered=Unanswered(return_after=45))
    plan = plan_call(facts)
    assert plan.fax_tone == FaxTone("kwiaty_15", BARTEK.ring_timeout + 45 + 60)
    assert plan_from_json(plan_as_json(plan)).fax_tone == plan.fax_tone
    assert plan_call(replace(facts, callee=BARTEK)).fax_tone is None
    assert "fax_tone" not in plan_as_json(plan_call(replace(facts, callee=BARTEK)))


def test_for_a_fax_that_we_send_nobody_listens() -> None:
    assert plan_call(a_call("101", LISTENS)).fax_tone
    assert plan_fax(a_call("101", LISTENS)).fax_tone is None


def test_the_record_tells_who_answered_and_that_the_fax_account_took_over() -> None:
    story = Story()
    facts = a_call_from_outside(LISTENS)
    story.comes_in(0, "c1", FIRST, "+48600100200", FIRM)
    story.planned(0, "c1", facts)
    story.rings(0, "c2", "c1", "kwiaty_101")
    story.answers(5, "c2")
    story.answers(5, "c1")
    story.walked(9, "c1", WalkedStep("start", Outcome.ANSWERED, "kwiaty_101"))
    story.hangs_up(9, "c2")
    story.planned(9.5, "c1", FaxToneFacts(1, FAX, "+48600100200", "", FIRM, "in", NOW))
    story.walked(60, "c1", WalkedStep("start", Outcome.FAX, "kwiaty_15", seconds=50, pages=2))
    story.hangs_up(60, "c1")
    story.all_gone(60, "c1")
    record = story.record()
    assert record.outcome is CallOutcome.ANSWERED
    assert [(leg.to, leg.outcome, leg.pages) for leg in record.legs] == [
        ("101", Outcome.ANSWERED, None),
        ("15", Outcome.FAX, 2),
    ]
    assert [reason.why for reason in record.why] == [Why.NUMBER_POINTS_AT, Why.FAX_TONE_HEARD]
    assert record.from_number == "+48600100200"
    assert not record.charges
