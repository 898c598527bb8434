"""The last two digits of a called number decide what it does."""

import pytest

from centralka.carrier.behaviour import Behaviour, behaviour_of


@pytest.mark.parametrize(
    "called, behaviour",
    [
        ("+48221234500", Behaviour.ANSWER),
        ("221234501", Behaviour.BUSY),
        ("0048221234502", Behaviour.RING),
        ("48221234503", Behaviour.UNALLOCATED),
        ("+4915112345604", Behaviour.ECHO),
        ("221234505", Behaviour.FAX),
        ("221234506", Behaviour.CONGESTION),
        ("221234507", Behaviour.RING_THEN_ANSWER),
        ("112", Behaviour.RING_THEN_ANSWER),
        ("0", Behaviour.RING_THEN_ANSWER),
        ("", Behaviour.RING_THEN_ANSWER),
    ],
)
def test_the_last_two_digits_decide_in_every_spelling(called: str, behaviour: Behaviour) -> None:
    assert behaviour_of(called) is behaviour
