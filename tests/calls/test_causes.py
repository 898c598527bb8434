"""One table of causes."""

import pytest

from centralka.calls.causes import SENT, Cause, is_silence, phone_says_busy, refusal_told
from centralka.calls.plan import Refusal


@pytest.mark.parametrize("refusal", list(Refusal))
def test_each_refusal_has_a_cause_of_its_own(refusal: Refusal) -> None:
    assert refusal_told(SENT[refusal]) is refusal
    assert refusal_told(int(SENT[refusal])) is refusal


def test_a_call_that_ended_as_calls_do_was_refused_by_nobody() -> None:
    assert [refusal_told(cause) for cause in (Cause.NONE, Cause.NORMAL, 127, -1)] == [None] * 4


def test_who_says_nothing_is_not_who_says_busy() -> None:
    numbers = range(128)
    assert [number for number in numbers if is_silence(number)] == [0, 18, 20, 102]
    assert [number for number in numbers if phone_says_busy(number)] == [17, 21]
