"""How the engine says that calling somebody ended, in our words; `switch.wire.engine_words` reads them from its own."""

from enum import StrEnum


class DialResult(StrEnum):
    """Of `Dial`. Why a call came to nothing is told better by cause and SIP status, where there are any."""

    ANSWERED = "answered"
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    CANCELLED = "cancelled"
    """The caller hung up before."""
    UNREACHABLE = "unreachable"
    """There was nobody to ring, or no way there."""
    FAILED = "failed"
    """Nothing that we know a word for."""
