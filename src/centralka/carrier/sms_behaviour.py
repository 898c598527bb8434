"""Decide what a number of the outside world does with a message."""

from dataclasses import dataclass
from enum import StrEnum


class TextBehaviour(StrEnum):
    """The words are those of `sms.jsonl`."""

    DELIVER = "deliver"
    REFUSE = "refuse"
    DELAY = "delay"
    FAIL = "fail"
    ECHO = "echo"
    STOP = "stop"
    SILENT = "silent"
    BUSY = "busy"
    MUDDLE = "muddle"
    HTML = "html"
    DELIVER_SOON = "deliver soon"


BY_LAST_DIGITS = {
    "00": TextBehaviour.DELIVER,
    "01": TextBehaviour.REFUSE,
    "02": TextBehaviour.DELAY,
    "03": TextBehaviour.FAIL,
    "04": TextBehaviour.ECHO,
    "05": TextBehaviour.STOP,
    "06": TextBehaviour.SILENT,
    "07": TextBehaviour.BUSY,
    "08": TextBehaviour.MUDDLE,
    "09": TextBehaviour.HTML,
}


@dataclass(frozen=True, slots=True)
class Later:
    """News that are told so many seconds after a message was taken: a state with its reason, or an answer."""

    after: float
    state: str = ""
    reason: str = ""
    answer: str = ""
    """"=" is the message itself."""


_DELIVERED = Later(0.2, "delivered")
_LATER: dict[TextBehaviour, tuple[Later, ...]] = {
    TextBehaviour.DELAY: (Later(0.2, "sent"), Later(10, "delivered")),
    TextBehaviour.FAIL: (Later(0.2, "sent"), Later(1, "failed", "absent subscriber")),
    TextBehaviour.ECHO: (_DELIVERED, Later(1, answer="=")),
    TextBehaviour.STOP: (_DELIVERED, Later(1, answer="STOP")),
    TextBehaviour.MUDDLE: (Later(0.2, "delivered"), Later(0.4, "sent"), Later(0.6, "delivered"), Later(0.8, "failed")),
    TextBehaviour.DELIVER_SOON: (Later(0.2, "sent"), Later(2, "delivered")),
}


def text_behaviour(number: str) -> TextBehaviour:
    """Return what the last two digits of a number ask for; other numbers have the message after two seconds."""
    return BY_LAST_DIGITS.get(number[-2:], TextBehaviour.DELIVER_SOON)


def told_later(behaviour: TextBehaviour) -> tuple[Later, ...]:
    """Return what is told after a message was taken."""
    return _LATER.get(behaviour, (_DELIVERED,))
