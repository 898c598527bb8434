"""The behaviour of a number of the outside world when it is called."""

from enum import StrEnum


class Behaviour(StrEnum):
    """The words are those of `received.jsonl`."""

    ANSWER = "answer"
    BUSY = "busy"
    RING = "ring"
    UNALLOCATED = "unallocated"
    ECHO = "echo"
    FAX = "fax"
    CONGESTION = "congestion"
    RING_THEN_ANSWER = "ring then answer"


BY_LAST_DIGITS = {
    "00": Behaviour.ANSWER,
    "01": Behaviour.BUSY,
    "02": Behaviour.RING,
    "03": Behaviour.UNALLOCATED,
    "04": Behaviour.ECHO,
    "05": Behaviour.FAX,
    "06": Behaviour.CONGESTION,
}


def behaviour_of(called: str) -> Behaviour:
    """Return what the last two digits of a called number ask for, in any spelling; other numbers ring, then answer."""
    return BY_LAST_DIGITS.get(called[-2:], Behaviour.RING_THEN_ANSWER)
