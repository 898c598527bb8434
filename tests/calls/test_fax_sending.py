"""What became of a fax that was sent, and whether it is tried again."""

import pytest

from centralka.calls.fax_sending import MOST_REPEATS, FaxEnd, SentPages, end_of_call, end_of_sending, is_repeated
from centralka.calls.plan import Outcome, Refusal


@pytest.mark.parametrize("end", [FaxEnd.BUSY, FaxEnd.NO_ANSWER, FaxEnd.UNAVAILABLE])
def test_where_nobody_answered_it_is_tried_three_times_more(end: FaxEnd) -> None:
    assert [is_repeated(end, tries) for tries in range(1, 6)] == [True] * MOST_REPEATS + [False] * 2


@pytest.mark.parametrize("end", [FaxEnd.DONE, FaxEnd.NO_FAX, FaxEnd.BROKEN_OFF, FaxEnd.REFUSED, FaxEnd.UNKNOWN])
def test_where_somebody_did_or_it_is_forbidden_it_is_not(end: FaxEnd) -> None:
    assert not is_repeated(end, 1)


@pytest.mark.parametrize(
    ("sent", "end"),
    [
        (SentPages("SUCCESS", "", 2, heard_fax=True), FaxEnd.DONE),
        (SentPages("SUCCESS", "HANGUP", 2, heard_fax=True), FaxEnd.DONE),
        (SentPages("SUCCESS", "", 1, heard_fax=True), FaxEnd.BROKEN_OFF),
        (SentPages("FAILED", "3RD_FRM_LEN", 1, heard_fax=False), FaxEnd.BROKEN_OFF),
        (SentPages("FAILED", "", 0, heard_fax=True), FaxEnd.BROKEN_OFF),
        (SentPages("FAILED", "TIMEOUT", 0, heard_fax=False), FaxEnd.NO_FAX),
        (SentPages("", "", 0, heard_fax=False), FaxEnd.NO_FAX),
    ],
)
def test_how_the_sending_of_two_pages_ended(sent: SentPages, end: FaxEnd) -> None:
    assert end_of_sending(sent, 2) is end


@pytest.mark.parametrize(
    ("outcome", "refusal", "end"),
    [
        (Outcome.BUSY, None, FaxEnd.BUSY),
        (Outcome.NO_ANSWER, None, FaxEnd.NO_ANSWER),
        (Outcome.NO_MONEY, None, FaxEnd.REFUSED),
        (Outcome.STOPPED, None, FaxEnd.REFUSED),
        (Outcome.DONE, Refusal.NOT_PERMITTED, FaxEnd.REFUSED),
        (Outcome.DONE, Refusal.BUSY, FaxEnd.BUSY),
        (Outcome.DONE, Refusal.NO_SUCH_NUMBER, FaxEnd.REFUSED),
        (Outcome.DONE, Refusal.DRAINING, FaxEnd.UNAVAILABLE),
        (None, None, FaxEnd.UNAVAILABLE),
    ],
)
def test_how_a_call_ended_that_nobody_answered(outcome: Outcome | None, refusal: Refusal | None, end: FaxEnd) -> None:
    assert end_of_call(outcome, refusal) is end
