"""What the record of a forwarded call says: the whole path, with its times and prices, whatever of it was lost."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from centralka.calls.facts import Account, Condition, Mailbox, ToExtension, ToNobody, ToOutside, Unanswered
from centralka.calls.journal_events import Answered, Begun, Paid, WalkedStep, WalkEnded
from centralka.calls.plan import Outcome
from centralka.calls.record.record import Record
from centralka.calls.tariffs import Rate

from .people import ALICJA, BARTEK, FIRST, MOBILE, NOW, a_call, a_call_from_outside, outside
from .story import Story, dialled, net, rang, refused, tried

A, B = ALICJA.login, BARTEK.login
CELINA = Account(3, "kwiaty_11", "11", "Księgowość", None, 40, call_waiting=True)
BOX = Mailbox(own_greeting=False, greeting_on_no_answer=True, greeting_on_busy=True, full=False)
OLA, HANS, CALLER = "+48600100200", "+48600500600", "+48600300400"
DEAR = replace(MOBILE, prefix="48605", per_minute=Decimal("0.6000"))


def to(number: str, rate: Rate) -> ToOutside:
    return ToOutside("Ola", outside(number, rate=rate))


def path(record: Record) -> list[tuple[Any, ...]]:
    return [(leg.to, leg.outcome, leg.seconds) for leg in record.legs]


def whys(record: Record) -> list[str]:
    return [reason.why for reason in record.why]


def recorded(seconds: int, login: str, name: str) -> WalkedStep:
    return WalkedStep(name, Outcome.VOICEMAIL, login, seconds=seconds)


def no_answer_then_colleague_then_voicemail() -> Story:
    """Alicja calls Bartek; he does not answer, nor does Celina, so she leaves a message of 14 seconds."""
    story = Story()
    story.calls(0, "a1", A, "101")
    follows = Unanswered({Condition.NO_ANSWER: ToExtension(CELINA)}, 30, BOX)
    story.planned(0, "a1", replace(a_call("101", BARTEK), unanswered=follows))
    story.rings(0.1, "b1", "a1", B)
    story.hangs_up(20.1, "b1")
    story.rings(20.2, "c1", "a1", CELINA.login)
    story.hangs_up(50.2, "c1")
    story.answers(50.3, "a1")
    story.hangs_up(70, "a1", "NOANSWER", by_itself=True)
    story.walked(
        70.1,
        "a1",
        rang(B, Outcome.NO_ANSWER),
        rang(CELINA.login, Outcome.NO_ANSWER, "no_answer"),
        recorded(14, B, "no_answer_end"),
    )
    story.all_gone(70.1, "a1")
    return story


def test_the_record_tells_the_whole_path() -> None:
    record = no_answer_then_colleague_then_voicemail().record()
    assert path(record) == [("101", "no_answer", 20), ("11", "no_answer", 30), ("101", "voicemail", 14)]
    assert whys(record) == ["extension_dialled", "forwarded_to_extension", "to_voicemail"]
    assert (record.outcome, record.direction) == ("voicemail", "internal")
    assert record.answered_at == NOW + timedelta(seconds=50.3)
    assert record.logins == {A, B, CELINA.login}


def test_a_message_that_nobody_told_of_is_still_a_call_to_the_mailbox() -> None:
    """The switchboard died while the message was recorded."""
    story = no_answer_then_colleague_then_voicemail()
    story.events = [event for event in story.events if not isinstance(event, WalkEnded)]
    story.events.append(Begun(NOW + timedelta(seconds=50.3), "a1", "no_answer_end"))
    story.switchboard_starts(71)
    record = story.record()
    assert record.outcome == "voicemail"
    assert path(record) == [("101", "no_answer", 20), ("11", "no_answer", 30), ("101", "interrupted", 0)]
    assert whys(record) == ["extension_dialled", "to_voicemail"]


def test_a_caller_who_hung_up_at_the_greeting_reached_the_mailbox_and_left_nothing() -> None:
    story = Story()
    story.calls(0, "a1", A, "101")
    story.planned(0, "a1", replace(a_call("101", BARTEK), unanswered=Unanswered(mailbox=BOX)))
    story.answers(0.2, "a1")
    story.hangs_up(3, "a1", by_itself=True)
    story.walked(3, "a1", rang(B, Outcome.UNAVAILABLE), recorded(0, B, "unavailable"))
    story.all_gone(3, "a1")
    record = story.record()
    assert path(record) == [("101", "unavailable", 0), ("101", "voicemail", 0)]
    assert record.outcome == "voicemail"


def test_a_colleague_who_answers_a_forwarded_call_is_no_voicemail() -> None:
    story = Story()
    story.calls(0, "a1", A, "101")
    follows = Unanswered({Condition.BUSY: ToExtension(CELINA)}, 30, BOX)
    story.planned(0, "a1", replace(a_call("101", BARTEK), unanswered=follows))
    story.rings(0.2, "c1", "a1", CELINA.login)
    story.answers(5, "c1", "a1")
    story.hangs_up(65, "c1")
    story.hangs_up(65, "a1", "ANSWER", by_itself=True)
    story.walked(65, "a1", rang(B, Outcome.BUSY), rang(CELINA.login, Outcome.ANSWERED, "busy"))
    story.all_gone(65, "a1")
    record = story.record()
    assert path(record) == [("101", "busy", 0), ("11", "answered", 60)]
    assert record.outcome == "answered"


def test_a_deleted_target_and_what_forbade_a_forward_are_on_record() -> None:
    story = Story()
    story.calls(0, "a1", A, "101")
    dear = ToOutside("Ola", outside(OLA, max_rate=Decimal("0.01")))
    follows = Unanswered({Condition.BUSY: ToNobody(), Condition.NO_ANSWER: dear})
    story.planned(0, "a1", replace(a_call("101", BARTEK), unanswered=follows))
    story.hangs_up(1, "a1", cause=17)
    story.walked(1, "a1", rang(B, Outcome.BUSY), WalkedStep("busy", Outcome.DONE), refused_at("busy_end", "busy"))
    story.all_gone(1, "a1")
    assert whys(story.record()) == ["extension_dialled", "forward_target_gone", "callee_busy"]
    for at, event in enumerate(story.events):
        if isinstance(event, WalkEnded):
            steps = (
                rang(B, Outcome.NO_ANSWER),
                WalkedStep("no_answer", Outcome.DONE),
                refused_at("no_answer_end", "no_answer"),
            )
            story.events[at] = replace(event, steps=steps)
    record = story.record()
    assert whys(record) == ["extension_dialled", "forward_not_followed", "above_max_rate", "no_one_answered"]
    assert record.outcome == "no_answer"


def refused_at(name: str, refusal: str) -> WalkedStep:
    return replace(refused(refusal), name=name)


# -- Forwarded outside -----------------------------------------------------------------------------------------


def forwarded_outside(*, noted: bool = True, paid: bool = True, walked: bool = True) -> Story:
    """Somebody outside calls Bartek, who is busy: Hans is called (dear), not Ola (cheap), who is for no answer."""
    story = Story()
    story.comes_in(0, "i1", FIRST, CALLER, "221234567")
    follows = Unanswered({Condition.NO_ANSWER: to(OLA, MOBILE), Condition.BUSY: to(HANS, DEAR)}, 30, BOX)
    story.planned(0, "i1", replace(a_call_from_outside(BARTEK, CALLER), unanswered=follows))
    if noted:
        story.events.append(Begun(NOW + timedelta(seconds=0.1), "i1", "busy"))
    story.rings(0.2, "t1", "i1", FIRST.endpoint)
    story.answers(4, "t1", "i1")
    if paid:
        story.events.append(Paid(NOW + timedelta(seconds=4), "t1", HANS, DEAR))
    story.hangs_up(64, "t1")
    if walked:
        steps = rang(B, Outcome.BUSY), dialled(HANS, tried(FIRST, Outcome.ANSWERED, 16), name="busy")
        story.walked(64, "i1", *steps)
    story.hangs_up(64, "i1", "ANSWER", by_itself=True)
    story.all_gone(64, "i1")
    return story


@pytest.mark.parametrize(
    "noted, paid, walked", [(True, True, True), (True, False, True), (True, False, False), (False, True, False)]
)
def test_it_costs_what_the_number_costs_that_was_called(noted: bool, paid: bool, walked: bool) -> None:
    story = forwarded_outside(noted=noted, paid=paid, walked=walked)
    if not walked:
        story.switchboard_starts(65)
    record = story.record()
    (charge,) = record.charges
    assert (charge.to, net(charge), charge.seconds) == (HANS, "0.6000", 60)
    assert (record.direction, record.outcome, record.may_cost) == ("in", "answered", True)


def test_what_was_paid_for_was_answered_though_the_engine_did_not_say_so() -> None:
    story = forwarded_outside()
    story.events = [event for event in story.events if not (isinstance(event, Answered) and event.channel == "t1")]
    (charge,) = story.record().charges
    assert net(charge) == "0.6000"


# -- The mailbox by phone --------------------------------------------------------------------------------------


def mailbox_call(*steps: WalkedStep) -> Record:
    story = Story()
    story.calls(0, "a1", A, "*98")
    story.planned(0, "a1", replace(a_call("*98"), mailbox=BOX))
    story.answers(0.1, "a1")
    story.hangs_up(30, "a1", by_itself=True)
    story.walked(30, "a1", *steps)
    story.all_gone(30, "a1")
    return story.record()


def test_listening_to_messages_is_an_answered_call() -> None:
    record = mailbox_call(WalkedStep("start", Outcome.RIGHT_PIN), WalkedStep("menu", Outcome.DONE))
    assert (record.outcome, whys(record)) == ("answered", ["mailbox_pin_needed", "mailbox_dialled"])


def test_a_wrong_pin_is_a_refused_call() -> None:
    record = mailbox_call(WalkedStep("start", Outcome.WRONG_PIN), refused_at("wrong_pin", "not_permitted"))
    assert (record.outcome, record.answered_at) == ("refused", None)
