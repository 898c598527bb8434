"""Our words for how calling somebody ended; `switch.wire.engine_words` reads them from the engine's own."""

from enum import StrEnum


class DialResult(StrEnum):
    """The result of `Dial`. Cause and SIP status, where there are any, tell better why a call came to nothing."""

    ANSWERED = "answered"
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    CANCELLED = "cancelled"
    """The caller hung up before."""
    UNREACHABLE = "unreachable"
    """There was nobody to ring, or no way there."""
    FAILED = "failed"
    """Another result, for which we have no word."""
