"""Two processes write the journal, so a line of one can overtake a line of the other; the records do not show it."""

import pytest

from centralka.calls.facts import Account
from centralka.calls.journal_events import CallEvent, Decided, WalkedStep, WalkEnded
from centralka.calls.plan import Outcome
from centralka.calls.record.outcome import CallOutcome
from centralka.calls.record.record import Record

from .people import ALICJA, BARTEK
from .story import LINE, Story, rang, refused

A, B = ALICJA.login, BARTEK.login
CELINA = Account(3, "kwiaty_102", "102", "Celina", None, 20, call_waiting=True)


def a_declined_call() -> Story:
    story = Story()
    story.calls(0, "a1", A, "101")
    story.decided(0, "a1", "101", ALICJA, BARTEK)
    story.rings(0, "b1", "a1", B)
    story.hangs_up(2, "b1")
    story.walked(2, "a1", rang(B, Outcome.BUSY), refused("busy"))
    story.hangs_up(2, "a1", "NOANSWER")
    story.all_gone(2, "a1")
    return story


def is_ours(event: CallEvent) -> bool:
    return isinstance(event, Decided | WalkEnded)


def orders() -> list[list[CallEvent]]:
    """Every way in which the switchboard's two lines can stand among the engine's five."""
    events = a_declined_call().events
    engines = [event for event in events if not is_ours(event)]
    decided, walked = (event for event in events if is_ours(event))
    places = range(len(engines) + 1)
    return [
        [*engines[:one], decided, *engines[one:two], walked, *engines[two:]]
        for one in places
        for two in places
        if one <= two
    ]


def only(records: list[Record]) -> Record:
    (record,) = records
    return record


@pytest.mark.parametrize("events", orders())
def test_the_order_of_lines_from_two_writers_does_not_matter(events: list[CallEvent]) -> None:
    story = Story()
    story.events = events
    assert only(story.records()) == only(a_declined_call().records())


@pytest.mark.parametrize("events", orders())
def test_nor_does_it_matter_where_a_switchboard_died_that_the_next_one_reads_on(events: list[CallEvent]) -> None:
    """A decision that stands before the engine's first line is still known then."""
    for died in range(len(events) + 1):
        before = Story()
        before.events = events[:died]
        book = before.book()
        book.take_changed()
        story = Story()
        story.events = events[book.checkpoint // LINE :]
        # None: it was done with by then.
        assert story.records() in ([], a_declined_call().records())


def test_a_call_is_closed_only_when_it_is_known_what_came_of_its_plan() -> None:
    """Its outcome would change otherwise, after somebody has read it."""
    story = a_declined_call()
    walked = story.events.pop(4)
    assert (story.record().outcome, story.record().ended_at) == ("", None)
    story.events.append(walked)
    assert story.record().outcome == "busy"


@pytest.mark.parametrize("who", ["switchboard", "engine"])
def test_a_call_is_closed_when_nobody_is_left_to_tell(who: str) -> None:
    story = a_declined_call()
    del story.events[4]
    if who == "engine":
        story.engine_starts(9)
    else:
        story.switchboard_starts(9)
    assert (story.record().outcome, [leg.outcome for leg in story.record().legs]) == ("no_answer", ["no_answer"])
    book = story.book()
    book.take_changed()
    assert book.checkpoint == len(story.events) * LINE


def test_the_word_of_a_switchboard_that_died_can_be_early_too() -> None:
    story = a_declined_call()
    engines = [event for event in story.events if not is_ours(event)]
    decided = story.events[1]
    story.events = [decided]
    story.switchboard_starts(0)
    story.events += engines
    assert only(story.records()).outcome == "no_answer"


def test_what_is_said_of_a_channel_that_has_not_begun_is_read_again_after_a_restart() -> None:
    story = a_declined_call()
    story.events = [story.events[1]]
    assert story.book().checkpoint == 0


def test_what_is_said_of_a_call_that_is_done_with_is_let_go() -> None:
    """A caller who hung up at once is decided about a little too late."""
    story = Story()
    story.decided(0, "a1", "101", ALICJA, BARTEK)
    story.calls(11, "x1", A, "7")
    story.hangs_up(11, "x1")
    story.all_gone(11, "x1")
    book = story.book()
    book.take_changed()
    assert book.checkpoint == len(story.events) * LINE


@pytest.mark.parametrize("late", [False, True])
def test_a_phone_that_did_not_encrypt_has_not_answered(late: bool) -> None:
    """It took the call as encrypted, and was given up: its answer is none, whichever line comes first."""
    story = Story()
    story.calls(0, "a1", A, "101")
    story.decided(0, "a1", "101", ALICJA, BARTEK)
    story.rings(0, "b1", "a1", B + ".dtls")
    if not late:
        story.answers(1, "b1")
    story.walked(6, "a1", WalkedStep("start", Outcome.UNAVAILABLE, B, status=488), refused("unavailable"))
    if late:
        story.answers(1, "b1")
    story.hangs_up(6, "b1")
    story.hangs_up(6, "a1", "CHANUNAVAIL")
    story.all_gone(6, "a1")
    record = only(story.records())
    assert (record.outcome, record.answered_at) == (CallOutcome.UNAVAILABLE, None)
    assert [leg.outcome for leg in record.legs] == [Outcome.UNAVAILABLE]


@pytest.mark.parametrize("decided_again", [5, 7])
def test_a_phone_that_did_not_encrypt_has_not_answered_whatever_is_decided_next(decided_again: float) -> None:
    """Its caller was sent on to another account, before or after it was noted what became of the first decision."""
    story = Story()
    story.calls(0, "a1", A, "101")
    story.decided(0, "a1", "101", ALICJA, BARTEK)
    story.rings(0, "b1", "a1", B + ".dtls")
    story.decided(decided_again, "a1", "102", ALICJA, CELINA)
    story.walked(6, "a1", WalkedStep("start", Outcome.UNAVAILABLE, B, status=488))
    story.answers(1, "b1")
    story.hangs_up(6, "b1")
    story.rings(7, "c1", "a1", CELINA.login)
    story.hangs_up(8, "c1")
    story.walked(8, "a1", rang(CELINA.login, Outcome.BUSY), refused("busy"))
    story.hangs_up(8, "a1", "NOANSWER")
    story.all_gone(8, "a1")
    record = only(story.records())
    assert record.answered_at is None
    assert [leg.outcome for leg in record.legs] == [Outcome.UNAVAILABLE, Outcome.BUSY]
