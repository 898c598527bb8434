"""Nights, which often go over midnight."""

import pytest

from centralka.calls.night import minutes_left


@pytest.mark.parametrize(
    ("begin", "end", "time", "left"),
    [
        ("21:00", "08:00", "20:59", 0),
        ("21:00", "08:00", "21:00", 11 * 60),
        ("21:00", "08:00", "00:00", 8 * 60),
        ("21:00", "08:00", "07:59", 1),
        ("21:00", "08:00", "08:00", 0),
        ("01:00", "06:00", "00:59", 0),
        ("01:00", "06:00", "05:30", 30),
        ("01:00", "06:00", "06:00", 0),
        ("22:00", "22:00", "22:00", 0),
    ],
)
def test_a_night_ends(begin: str, end: str, time: str, left: int) -> None:
    assert minutes_left(begin, end, time) == left
