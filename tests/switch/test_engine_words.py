"""The engine's words are read at the wire."""

import pytest

from centralka.calls.dial_result import DialResult
from centralka.switch.wire.engine_words import dial_result, dial_result_if_any


@pytest.mark.parametrize(
    "status, result",
    [
        ("ANSWER", DialResult.ANSWERED),
        ("BUSY", DialResult.BUSY),
        ("NOANSWER", DialResult.NO_ANSWER),
        ("CANCEL", DialResult.CANCELLED),
        ("CHANUNAVAIL", DialResult.UNREACHABLE),
        ("CONGESTION", DialResult.UNREACHABLE),
        ("INVALIDARGS", DialResult.FAILED),
        ("answer", DialResult.FAILED),
    ],
)
def test_each_word_is_read(status: str, result: DialResult) -> None:
    assert dial_result(status) is dial_result_if_any(status) is result


def test_no_word_means_that_nobody_was_dialled() -> None:
    assert dial_result_if_any("") is None
