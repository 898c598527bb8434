"""What the phones of an account do, from calls as the journal tells them."""

from dataclasses import replace
from datetime import UTC, datetime

from centralka.calls.call import Call, Line
from centralka.calls.doing import Doing, WhoDoesWhat, doing_in
from centralka.calls.endpoints import Carrier, Endpoint, Phone

NOW = datetime(2026, 11, 28, 9, 0, tzinfo=UTC)
ALICJA, BARTEK = "kwiaty_100", "kwiaty_101"


def line(endpoint: Endpoint | None, *, answered: bool = False, ended: bool = False) -> Line:
    return Line("1.1", endpoint, NOW, NOW if answered else None, NOW if ended else None)


def call(*lines: Line, call_id: str = "1") -> Call:
    return Call(call_id, 0, "100", "101", list(lines))


def test_who_calls_is_in_a_call_from_the_first_moment_and_who_is_called_rings() -> None:
    assert doing_in(call(line(Phone(ALICJA)), line(Phone(BARTEK)))) == {ALICJA: Doing.IN_CALL, BARTEK: Doing.RINGING}


def test_who_answered_is_in_a_call() -> None:
    found = doing_in(call(line(Phone(ALICJA), answered=True), line(Phone(BARTEK), answered=True)))
    assert found == {ALICJA: Doing.IN_CALL, BARTEK: Doing.IN_CALL}


def test_who_was_rung_in_vain_or_has_left_does_nothing() -> None:
    found = doing_in(call(line(Phone(ALICJA), answered=True, ended=True), line(Phone(BARTEK), ended=True)))
    assert found == {}


def test_carriers_and_channels_of_nobody_are_no_accounts() -> None:
    assert doing_in(call(line(Carrier(7)), line(None), line(Phone(BARTEK)))) == {BARTEK: Doing.RINGING}


def test_of_several_phones_of_one_account_the_one_that_talks_counts() -> None:
    both = line(Phone(BARTEK), answered=True), line(Phone(BARTEK))
    for phones in (both, both[::-1]):
        assert doing_in(call(line(Carrier(7)), *phones)) == {BARTEK: Doing.IN_CALL}


class TestWhoDoesWhat:
    def test_who_talks_and_is_called_again_is_in_a_call_until_both_are_over(self) -> None:
        book = WhoDoesWhat()
        talks = call(line(Phone(ALICJA), answered=True), line(Phone(BARTEK), answered=True))
        rings = call(line(Carrier(7)), line(Phone(BARTEK)), call_id="2")
        book.note(talks)
        book.note(rings)
        assert book.of(BARTEK) is Doing.IN_CALL
        for one in talks.lines:
            one.ended = NOW
        book.note(talks)
        assert (book.of(ALICJA), book.of(BARTEK)) == (None, Doing.RINGING)
        rings.lines[1].ended = NOW
        book.note(rings)
        assert book.of(BARTEK) is None

    def test_it_counts_what_changes_and_nothing_else(self) -> None:
        book, one = WhoDoesWhat(), call(line(Phone(ALICJA)))
        book.note(one)
        book.note(replace(one))
        assert book.changes == 1
        one.lines[0].ended = NOW
        book.note(one)
        book.note(one)
        assert book.changes == 2

    def test_it_keeps_nothing_of_calls_that_are_over(self) -> None:
        book, over = WhoDoesWhat(), call(line(Phone(ALICJA)))
        book.note(over)
        over.lines[0].ended = NOW
        book.note(over)
        assert not vars(book)["_in_call"]
        assert not vars(book)["_calls_of"]
