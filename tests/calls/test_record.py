"""What a call record says, from journals told as stories."""

from dataclasses import replace
from datetime import timedelta

import pytest

from centralka.calls.callbook import CallBook
from centralka.calls.facts import CallFacts, Mailbox, Unanswered
from centralka.calls.journal_events import Decided, Started, WalkedStep, WalkEnded, WentOn
from centralka.calls.plan import Outcome
from centralka.calls.record.record import Record, record_of

from .people import ALICJA, BARTEK, NOW, a_call
from .story import LINE, Story, rang, refused

A, B = ALICJA.login, BARTEK.login


def whys(record: Record) -> list[str]:
    return [reason.why for reason in record.why]


def an_answered_call() -> Story:
    story = Story()
    story.calls(0, "a1", A, "101")
    story.decided(0, "a1", "101", ALICJA, BARTEK)
    story.rings(0.1, "b1", "a1", B)
    story.answers(4, "b1", "a1")
    story.hangs_up(64, "b1")
    story.walked(64, "a1", rang(B, Outcome.ANSWERED))
    story.hangs_up(64.1, "a1", "ANSWER", by_itself=True)
    story.all_gone(64.1, "a1")
    return story


def test_an_answered_call() -> None:
    record = an_answered_call().record()
    assert (record.from_number, record.from_name, record.to_number) == ("100", "Alicja", "101")
    assert record.outcome == "answered"
    assert record.answered_at == NOW + timedelta(seconds=4)
    assert record.ended_at == NOW + timedelta(seconds=64.1)
    assert [(leg.to, leg.outcome, leg.seconds) for leg in record.legs] == [("101", "answered", 60)]
    assert whys(record) == ["extension_dialled"]
    assert record.plan is not None
    assert record.logins == {A, B}


def test_a_call_that_nobody_answers() -> None:
    story = Story()
    story.calls(0, "a1", A, "101")
    story.decided(0, "a1", "101", ALICJA, BARTEK)
    story.rings(0, "b1", "a1", B)
    story.hangs_up(20, "b1")
    story.walked(20, "a1", rang(B, Outcome.NO_ANSWER), refused("no_answer"))
    story.hangs_up(20, "a1", "NOANSWER")
    record = story.record()
    assert (record.outcome, record.answered_at) == ("no_answer", None)
    assert [(leg.outcome, leg.seconds) for leg in record.legs] == [("no_answer", 20)]
    assert whys(record) == ["extension_dialled", "no_one_answered"]


@pytest.mark.parametrize("outcome", [Outcome.BUSY, Outcome.UNAVAILABLE])
def test_a_leg_that_never_rang_is_still_a_leg(outcome: Outcome) -> None:
    story = Story()
    story.calls(0, "a1", A, "101")
    story.decided(0, "a1", "101", ALICJA, BARTEK)
    story.walked(0, "a1", rang(B, outcome), refused(outcome.value))
    story.hangs_up(0, "a1")
    record = story.record()
    assert record.outcome == outcome.value
    assert [(leg.to, leg.outcome, leg.seconds) for leg in record.legs] == [("101", outcome.value, 0)]
    assert record.logins == {A, B}


def test_a_caller_who_gives_up() -> None:
    story = Story()
    story.calls(0, "a1", A, "101")
    story.decided(0, "a1", "101", ALICJA, BARTEK)
    story.rings(0, "b1", "a1", B)
    story.hangs_up(3, "b1")
    story.walked(3, "a1", rang(B, Outcome.CANCELLED))
    story.hangs_up(3, "a1", "CANCEL", by_itself=True)
    record = story.record()
    assert record.outcome == "cancelled"
    assert whys(record) == ["extension_dialled", "caller_hung_up"]


@pytest.mark.parametrize("dialled, refusal", [("7", "no_such_number"), ("x", "incomplete")])
def test_a_wrong_number_failed(dialled: str, refusal: str) -> None:
    story = Story()
    story.calls(0, "a1", A, dialled)
    story.decided(0, "a1", dialled, ALICJA)
    story.walked(0, "a1", refused(refusal))
    story.hangs_up(0, "a1")
    assert (story.record().outcome, story.record().legs) == ("failed", [])


def test_the_echo_test_is_answered_and_has_no_legs() -> None:
    story = Story()
    story.calls(0, "a1", A, "*43")
    story.decided(0, "a1", "*43", ALICJA)
    story.answers(0, "a1")
    story.walked(9, "a1", WalkedStep("start", Outcome.DONE))
    story.hangs_up(9, "a1", by_itself=True)
    assert (story.record().outcome, story.record().legs) == ("answered", [])


def test_three_phones_of_one_account_are_one_leg() -> None:
    story = Story()
    story.calls(0, "a1", A, "101")
    story.decided(0, "a1", "101", ALICJA, BARTEK)
    for phone in ("b1", "b2", "b3"):
        story.rings(0, phone, "a1", B)
    story.answers(2, "b2", "a1")
    story.hangs_up(2, "b1")
    story.hangs_up(2, "b3")
    story.hangs_up(12, "b2")
    story.walked(12, "a1", rang(B, Outcome.ANSWERED))
    story.hangs_up(12, "a1", "ANSWER")
    assert [(leg.outcome, leg.seconds) for leg in story.record().legs] == [("answered", 10)]


def test_a_call_in_progress_has_no_outcome_yet() -> None:
    story = Story()
    story.calls(0, "a1", A, "101")
    story.decided(0, "a1", "101", ALICJA, BARTEK)
    story.rings(0, "b1", "a1", B)
    record = story.record()
    assert (record.outcome, record.ended_at) == ("", None)
    assert [leg.outcome for leg in record.legs] == [""]


def test_a_blind_transfer_adds_a_leg_to_the_same_record() -> None:
    story = Story()
    story.calls(0, "a1", A, "101")
    story.decided(0, "a1", "101", ALICJA, BARTEK)
    story.rings(0, "b1", "a1", B)
    story.answers(2, "b1", "a1")
    story.transfers(10, "a1", "102")
    story.walked(10, "a1", rang(B, Outcome.ANSWERED))
    story.hangs_up(10, "a1", "ANSWER", by_itself=True)
    story.rings(10.1, "c1", "a1", "kwiaty_102")
    story.answers(12, "c1")
    story.hangs_up(30, "c1")
    story.hangs_up(30, "b1")
    story.all_gone(30, "a1")
    record = story.record()
    assert [(leg.to, leg.outcome, leg.seconds) for leg in record.legs] == [
        ("101", "answered", 28),
        ("102", "answered", 18),
    ]
    assert record.ended_at == NOW + timedelta(seconds=30)
    assert "blind_transfer" in whys(record)


@pytest.mark.parametrize("noted_at", [9.9, 10, 10.1])
def test_a_transfer_is_told_before_what_it_led_to(noted_at: float) -> None:
    """The engine writes the transfer down after the transferred party has begun to dial."""
    story = Story()
    story.calls(0, "a1", A, "101")
    story.decided(0, "a1", "101", ALICJA, BARTEK)
    story.rings(0, "b1", "a1", B)
    story.answers(2, "b1", "a1")
    story.walked(9, "a1", rang(B, Outcome.ANSWERED))
    story.decided(10, "b1", "7", BARTEK)
    story.transfers(noted_at, "a1", "7")
    assert whys(story.record()) == ["extension_dialled", "blind_transfer", "no_such_extension"]


def test_an_attended_transfer_leaves_a_record_for_each_of_the_two_calls() -> None:
    story = Story()
    story.calls(0, "a1", A, "101")
    story.rings(0, "b1", "a1", B)
    story.answers(2, "b1", "a1")
    story.calls(5, "a2", A, "102")
    story.rings(5, "c1", "a2", "kwiaty_102")
    story.answers(6, "c1", "a2")
    story.transfers(9, "a1", None)
    story.hangs_up(9, "a2")
    story.hangs_up(9, "a1")
    story.all_gone(9, "a2")
    story.hangs_up(30, "c1")
    story.hangs_up(30, "b1")
    story.all_gone(30, "a1")
    first, second = sorted(story.records(), key=lambda record: record.call_id)
    assert (first.outcome, second.outcome) == ("answered", "answered")
    assert "attended_transfer" in whys(first)
    assert first.ended_at == second.ended_at == NOW + timedelta(seconds=30)


# -- When parts die ----------------------------------------------------------------------------------------------


def test_a_call_that_the_engine_connected_by_itself_says_so() -> None:
    story = Story()
    story.calls(0, "a1", A, "101")
    story.rings(0, "b1", "a1", B)
    story.hangs_up(4, "b1")
    story.hangs_up(4, "a1", "BUSY")
    record = story.record()
    assert (record.outcome, record.to_number, record.plan) == ("busy", "101", None)
    assert [(leg.to, leg.outcome) for leg in record.legs] == [("101", "busy")]
    assert whys(record) == ["planned_without_switchboard"]


@pytest.mark.parametrize(
    "status, outcome",
    [
        ("BUSY", "busy"),
        ("NOANSWER", "no_answer"),
        ("CHANUNAVAIL", "unavailable"),
        ("CONGESTION", "unavailable"),
        ("CANCEL", "cancelled"),
        ("", "failed"),
    ],
)
def test_without_a_switchboard_the_engines_word_is_the_outcome(status: str, outcome: str) -> None:
    story = Story()
    story.calls(0, "a1", A, "101")
    story.hangs_up(4, "a1", status)
    assert story.record().outcome == outcome


@pytest.mark.parametrize("cause, outcome", [(17, "busy"), (19, "no_answer"), (20, "unavailable"), (34, "failed")])
def test_without_a_switchboard_the_outcome_is_what_the_caller_was_told(cause: int, outcome: str) -> None:
    story = Story()
    story.calls(0, "a1", A, "101")
    story.hangs_up(4, "a1", "CONGESTION" if cause == 17 else "", cause=cause)
    assert story.record().outcome == outcome


@pytest.mark.parametrize(
    ("status", "outcome"),
    [("ANSWER", "answered"), ("CANCEL", "cancelled"), ("BUSY", "busy"), ("NOANSWER", "no_answer"), ("", "failed")],
)
def test_of_a_ring_that_is_left_to_the_engine_its_lines_tell(status: str, outcome: str) -> None:
    """Also where nobody answered, and no switchboard was there to go on."""
    story = Story()
    story.calls(0, "a1", A, "101")
    story.left(0, "a1", ALICJA, BARTEK)
    story.rings(0, "b1", "a1", B)
    ringing = story.record()
    assert (ringing.outcome, [leg.outcome for leg in ringing.legs]) == ("", [""])
    if status == "ANSWER":
        story.answers(5, "b1", "a1")
    story.hangs_up(9, "b1")
    story.hangs_up(9, "a1", status)
    record = story.record()
    assert (record.outcome, [leg.outcome for leg in record.legs]) == (outcome, [outcome])
    assert whys(record)[0] == "extension_dialled"


def test_a_caller_who_is_gone_before_the_engine_rings_has_rung_nobody() -> None:
    story = Story()
    story.calls(0, "a1", A, "101")
    story.left(0, "a1", ALICJA, BARTEK)
    story.hangs_up(0, "a1", by_itself=True)
    assert (story.record().outcome, story.record().legs) == ("cancelled", [])


def test_a_ring_that_was_left_to_the_engine_and_went_on_is_not_over_before_it_is_told() -> None:
    story = Story()
    story.calls(0, "a1", A, "101")
    story.left(0, "a1", ALICJA, BARTEK)
    story.rings(0, "b1", "a1", B)
    story.hangs_up(5, "b1")
    story.goes_on(5, "a1")
    story.hangs_up(6, "a1", "BUSY")
    assert story.record().ended_at is None
    story.walked(6, "a1", rang(B, Outcome.BUSY), refused("busy"))
    assert (story.record().outcome, [leg.outcome for leg in story.record().legs]) == ("busy", ["busy"])


WITHOUT_MAILBOX = a_call("101", BARTEK)
WITH_MAILBOX = replace(WITHOUT_MAILBOX, unanswered=Unanswered(mailbox=Mailbox(False, False, False, full=False)))


@pytest.mark.parametrize("is_read_in_between", [False, True])
@pytest.mark.parametrize(
    ("facts", "last", "outcomes", "why"),
    [
        (WITHOUT_MAILBOX, refused("busy"), ["busy", "busy"], "callee_busy"),
        (WITH_MAILBOX, rang(B, Outcome.VOICEMAIL, "busy"), ["voicemail", "busy", "voicemail"], "to_voicemail"),
    ],
    ids=["refused", "mailbox"],
)
def test_what_goes_on_with_another_party_in_the_callers_place_is_on_record(
    facts: CallFacts, last: WalkedStep, outcomes: list[str], why: str, is_read_in_between: bool
) -> None:
    """Alicja has handed the ring over to somebody else: her channel is gone, and nobody has answered."""
    story = Story()
    story.calls(0, "a1", A, "101")
    story.planned_and_left(0, "a1", facts, BARTEK)
    story.rings(0, "b1", "a1", B)
    story.hangs_up(5, "a1", by_itself=True)
    story.hangs_up(9, "b1")
    story.all_gone(9, "a1")
    book = story.book()
    if is_read_in_between:
        book.take_changed()
    now, end = NOW + timedelta(seconds=9), len(story.events) * LINE
    book.apply(WentOn(now, "a1"), end + LINE)
    book.apply(WalkEnded(now, "a1", (rang(B, Outcome.BUSY), last)), end + 2 * LINE)
    (call,) = book.take_changed()
    record = record_of(call)
    assert [record.outcome, *(leg.outcome for leg in record.legs)] == outcomes
    assert whys(record) == ["extension_dialled", why]
    assert not book.channels


def test_who_gives_up_in_the_callers_place_has_cancelled_the_call() -> None:
    """Alicja has handed the ring over, and the party in her place does not wait."""
    story = Story()
    story.calls(0, "a1", A, "101")
    story.left(0, "a1", ALICJA, BARTEK)
    story.rings(0, "b1", "a1", B)
    story.hangs_up(5, "a1")
    story.hangs_up(9, "b1")
    story.all_gone(9, "a1")
    record = story.record()
    assert (record.outcome, [leg.outcome for leg in record.legs]) == ("cancelled", ["cancelled"])
    assert whys(record) == ["extension_dialled", "caller_hung_up"]


def test_a_call_that_may_go_on_is_forgotten_when_it_does_not() -> None:
    story = Story()
    story.calls(0, "a1", A, "101")
    story.left(0, "a1", ALICJA, BARTEK)
    story.hangs_up(0, "a1", by_itself=True)
    story.all_gone(0, "a1")
    book = story.book()
    book.take_changed()
    assert book.channels == {"a1"}
    assert not book.channels_by_call()
    book.apply(Started(NOW + timedelta(seconds=11), "c1", "c1", None, "", "102"), 10 * LINE)
    assert book.channels == {"c1"}


def test_a_call_is_read_anew_from_its_first_line_also_where_that_came_late() -> None:
    """The switchboard had opened the segment before."""
    book = CallBook()
    book.read_from(10 * LINE)
    book.apply(Started(NOW, "a1", "a1", None, "", "102"), 11 * LINE)
    book.read_from(5 * LINE)
    book.apply(WentOn(NOW, "a1"), 6 * LINE)
    assert book.checkpoint == 5 * LINE


def test_a_switchboard_that_died_during_the_call_changes_nothing_about_it() -> None:
    story = an_answered_call()
    story.events = [event for event in story.events if type(event).__name__ != "WalkEnded"]
    story.switchboard_starts(30)
    record = story.record()
    assert (record.outcome, whys(record)) == ("answered", ["extension_dialled"])
    assert [(leg.outcome, leg.seconds) for leg in record.legs] == [("answered", 60)]


@pytest.mark.parametrize("stopped_at, ended_at", [(50, 50), (None, 4)])
def test_an_engine_that_died_interrupts_its_calls(stopped_at: float | None, ended_at: float) -> None:
    """Their end is when somebody saw it die; if nobody did, the last that was heard of the call."""
    story = an_answered_call()
    story.events = story.events[:5]
    story.engine_starts(90, stopped_at)
    record = story.record()
    assert record.outcome == "interrupted"
    assert record.ended_at == NOW + timedelta(seconds=ended_at)
    assert whys(record)[-1] == "engine_stopped"


def test_a_call_that_is_interrupted_while_it_rings_still_says_why_it_rang() -> None:
    story = an_answered_call()
    story.events = story.events[:3]
    story.walked(3, "a1")
    story.engine_starts(90, 3)
    assert whys(story.record()) == ["extension_dialled", "engine_stopped"]


def test_an_engine_that_starts_leaves_ended_calls_alone() -> None:
    story = an_answered_call()
    story.engine_starts(90, 80)
    assert story.record().outcome == "answered"


def test_a_call_that_somebody_else_ended_says_who() -> None:
    story = an_answered_call()
    story.is_ordered_to_end(20, "a1", "Alicja")
    story.is_ordered_to_end(21, "a1", "Bartek")
    found = story.record()
    assert (found.outcome, whys(found)) == ("answered", ["extension_dialled", "hung_up_by_order"])
    assert found.why[-1].values == {"by": "Alicja"}


def test_a_ringing_call_that_somebody_else_ended_was_cancelled_and_not_by_its_caller() -> None:
    story = Story()
    story.calls(0, "a1", A, "101")
    story.decided(0, "a1", "101", ALICJA, BARTEK)
    story.rings(1, "b1", "a1", B)
    story.is_ordered_to_end(5, "a1", "CRM")
    assert "hung_up_by_order" not in whys(story.record()), "it goes on until it has ended"
    for channel in ("b1", "a1"):
        story.hangs_up(6, channel, cause=16)
    story.walked(6, "a1")
    found = story.record()
    assert (found.outcome, whys(found)) == ("cancelled", ["extension_dialled", "hung_up_by_order"])


@pytest.mark.parametrize(("longest", "said"), [(60, ["longest_call"]), (120, [])])
def test_a_call_that_was_ended_for_its_length_says_so(longest: int, said: list[str]) -> None:
    """It talked for sixty seconds."""
    story = an_answered_call()
    decided = story.events[1]
    assert isinstance(decided, Decided)
    story.events[1] = replace(decided, plan=replace(decided.plan, longest=longest))
    assert whys(story.record()) == ["extension_dialled", *said]


def test_a_call_to_the_exchange_itself_counts_from_just_before_its_answer() -> None:
    story = Story()
    story.calls(0, "a1", A, "*43")
    story.decided(0, "a1", "*43", ALICJA)
    decided = story.events[1]
    assert isinstance(decided, Decided)
    story.events[1] = replace(decided, plan=replace(decided.plan, longest=60))
    story.answers(0.4, "a1")
    story.hangs_up(60, "a1")
    story.walked(60, "a1")
    assert whys(story.record()) == ["echo_dialled", "longest_call"]


def test_what_was_talked_before_the_called_side_answered_is_no_part_of_a_calls_length() -> None:
    story = Story()
    story.calls(0, "a1", A, "101")
    story.decided(0, "a1", "101", ALICJA, BARTEK)
    decided = story.events[1]
    assert isinstance(decided, Decided)
    story.events[1] = replace(decided, plan=replace(decided.plan, longest=60))
    story.answers(1, "a1")
    story.rings(10, "b1", "a1", B)
    story.answers(20, "b1")
    for channel in ("b1", "a1"):
        story.hangs_up(70, channel)
    story.walked(70, "a1", rang(B, Outcome.ANSWERED))
    assert whys(story.record()) == ["extension_dialled"]


def test_only_what_lives_of_a_call_can_be_hung_up() -> None:
    story = an_answered_call()
    assert story.book().living_channels("a1") == []
    assert story.book().living_channels("nobody's") == []
    story = Story()
    story.calls(0, "a1", A, "101")
    story.rings(1, "b1", "a1", B)
    story.rings(1, "b2", "a1", B)
    story.hangs_up(2, "b1")
    assert story.book().living_channels("a1") == ["a1", "b2"]


# -- Reading the journal again -----------------------------------------------------------------------------------


def test_the_checkpoint_waits_for_the_oldest_call_that_is_not_over() -> None:
    story = Story()
    story.calls(0, "a1", A, "101")
    story.calls(1, "c1", "kwiaty_102", "7")
    story.hangs_up(1, "c1")
    story.all_gone(1, "c1")
    book = story.book()
    book.take_changed()
    assert book.checkpoint == 0
    story.hangs_up(2, "a1")
    story.all_gone(2, "a1")
    book = story.book()
    book.take_changed()
    assert book.checkpoint == len(story.events) * LINE


def test_a_call_can_still_grow_a_leg_until_nothing_belongs_to_it() -> None:
    story = Story()
    story.calls(0, "a1", A, "101")
    story.hangs_up(1, "a1")
    book = story.book()
    book.take_changed()
    assert book.checkpoint == 0


def test_reading_from_any_checkpoint_gives_the_same_records() -> None:
    """Whatever line the reader dies behind, its successor ends with the same records."""
    story = an_answered_call()
    story.calls(70, "x1", B, "7")
    story.hangs_up(71, "x1")
    story.all_gone(71, "x1")
    whole = {record.call_id: record for record in story.records()}
    for died_behind in range(len(story.events) + 1):
        first = Story()
        first.events = story.events[:died_behind]
        book = first.book()
        kept = {call.call_id: call for call in book.take_changed()}
        rest = Story()
        rest.events = story.events[book.checkpoint // LINE :]
        found = {record.call_id: record for record in rest.records()}
        assert {**{key: whole[key] for key in kept if key in whole}, **found} == whole


def test_lines_that_tell_nothing_are_passed_over() -> None:
    book = an_answered_call().book()
    book.apply(None, 10_000)
    assert len(book.take_changed()) == 1
    assert book.checkpoint == 10_000
