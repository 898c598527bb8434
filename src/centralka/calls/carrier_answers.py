"""Read a carrier's final SIP status for a call outside: as the end of it, or a reason to try the next trunk.

A status says either something of the called person or number, which is true over every trunk, or something of this
trunk. Only the second leads on: a person who has declined is not called again (RFC 3261 21.6, RFC 8197). The statuses
are from RFC 3261 21.3 to 21.6 where nothing else is named.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from .plan import Outcome, Refusal
from .prompts import Prompt
from .reasons import Why


@dataclass(frozen=True, slots=True)
class Meaning:
    """The meaning of a status, or of silence."""

    outcome: Outcome
    """The trunk's outcome; `UNAVAILABLE`: the next trunk is tried, and the field below is for when there is none."""
    refusal: Refusal
    """The answer that our phone gets."""
    why: Why
    say: Prompt

    @property
    def final(self) -> bool:
        """Tell whether no other trunk is tried."""
        return self.outcome is not Outcome.UNAVAILABLE


BUSY = Meaning(Outcome.BUSY, Refusal.BUSY, Why.NUMBER_BUSY, Prompt.NUMBER_BUSY)
DECLINED = Meaning(Outcome.DECLINED, Refusal.BUSY, Why.NUMBER_DECLINED, Prompt.NUMBER_BUSY)
NO_ANSWER = Meaning(Outcome.NO_ANSWER, Refusal.NO_ANSWER, Why.NUMBER_NOT_ANSWERED, Prompt.NO_ANSWER)
NO_SUCH_NUMBER = Meaning(
    Outcome.NO_SUCH_NUMBER, Refusal.NO_SUCH_NUMBER, Why.NUMBER_NOT_KNOWN, Prompt.NUMBER_UNALLOCATED
)
NEXT_TRUNK = Meaning(Outcome.UNAVAILABLE, Refusal.NO_ROUTE, Why.NO_TRUNK_WORKED, Prompt.NO_TRUNK)
MEANINGS = (BUSY, DECLINED, NO_ANSWER, NO_SUCH_NUMBER, NEXT_TRUNK)

ANSWERS: Mapping[int, Meaning] = {
    # A redirection would start a call that nobody decided on, so it is not followed; it is nobody's "busy" either.
    300: NEXT_TRUNK,  # Multiple Choices
    301: NEXT_TRUNK,  # Moved Permanently
    302: NEXT_TRUNK,  # Moved Temporarily
    305: NEXT_TRUNK,  # Use Proxy
    380: NEXT_TRUNK,  # Alternative Service
    400: NEXT_TRUNK,  # Bad Request
    401: NEXT_TRUNK,  # Unauthorized: this carrier does not take our password
    402: NEXT_TRUNK,  # Payment Required
    403: NEXT_TRUNK,  # Forbidden: this carrier does not carry such calls, or not for this caller ID
    404: NO_SUCH_NUMBER,  # Not Found
    405: NEXT_TRUNK,  # Method Not Allowed
    406: NEXT_TRUNK,  # Not Acceptable
    407: NEXT_TRUNK,  # Proxy Authentication Required
    408: NEXT_TRUNK,  # Request Timeout: where to find the number could not be told in time
    410: NO_SUCH_NUMBER,  # Gone
    413: NEXT_TRUNK,  # Request Entity Too Large
    414: NEXT_TRUNK,  # Request-URI Too Long
    415: NEXT_TRUNK,  # Unsupported Media Type
    416: NEXT_TRUNK,  # Unsupported URI Scheme
    420: NEXT_TRUNK,  # Bad Extension
    421: NEXT_TRUNK,  # Extension Required
    422: NEXT_TRUNK,  # Session Interval Too Small (RFC 4028)
    423: NEXT_TRUNK,  # Interval Too Brief
    428: NEXT_TRUNK,  # Use Identity Header (RFC 8224)
    433: DECLINED,  # Anonymity Disallowed (RFC 5079): the called person takes no calls without a number
    436: NEXT_TRUNK,  # Bad Identity Info (RFC 8224)
    437: NEXT_TRUNK,  # Unsupported Credential (RFC 8224)
    438: NEXT_TRUNK,  # Invalid Identity Header (RFC 8224)
    480: NO_ANSWER,  # Temporarily Unavailable: switched off, or nobody is there
    481: NEXT_TRUNK,  # Call/Transaction Does Not Exist
    482: NEXT_TRUNK,  # Loop Detected: among carriers
    483: NEXT_TRUNK,  # Too Many Hops: among carriers
    484: NO_SUCH_NUMBER,  # Address Incomplete
    485: NO_SUCH_NUMBER,  # Ambiguous
    486: BUSY,  # Busy Here
    487: NO_ANSWER,  # Request Terminated: not by us, so the carrier has rung long enough
    488: NEXT_TRUNK,  # Not Acceptable Here: no common codec with this carrier
    491: NEXT_TRUNK,  # Request Pending
    493: NEXT_TRUNK,  # Undecipherable
    494: NEXT_TRUNK,  # Security Agreement Required (RFC 3329)
    500: NEXT_TRUNK,  # Server Internal Error
    501: NEXT_TRUNK,  # Not Implemented
    502: NEXT_TRUNK,  # Bad Gateway
    503: NEXT_TRUNK,  # Service Unavailable
    504: NEXT_TRUNK,  # Server Time-out
    505: NEXT_TRUNK,  # Version Not Supported
    513: NEXT_TRUNK,  # Message Too Large
    580: NEXT_TRUNK,  # Precondition Failure (RFC 3312)
    # The whole class is the called person's answer: the call would be taken nowhere else.
    600: BUSY,  # Busy Everywhere
    603: DECLINED,  # Decline
    604: NO_SUCH_NUMBER,  # Does Not Exist Anywhere
    606: DECLINED,  # Not Acceptable
    607: DECLINED,  # Unwanted (RFC 8197)
    608: DECLINED,  # Rejected (RFC 8688)
}

SOUND_NOT_UNDERSTOOD = frozenset({415, 488, 606})
"""The offered sound, or how it would be sent, is none that the other side takes."""
_LAST_CLASS = range(600, 700)
_PHONE_SAYS_BUSY = frozenset({401, 403, 407, 433, 486, *_LAST_CLASS})
_TAKES_LONG = frozenset({408, 504})


def meaning_of(status: int) -> Meaning:
    """Return the meaning of a final status (300 to 699); a status not in the table means what its class does (RFC
    3261 8.1.3.2)."""
    return ANSWERS.get(status, DECLINED if status in _LAST_CLASS else NEXT_TRUNK)


def takes_long(status: int) -> bool:
    """Tell whether the carrier waited for another party before this answer, as long as if it had said nothing."""
    return status in _TAKES_LONG


def phone_says_busy(status: int) -> bool:
    """Tell whether one of our phones is busy or its owner refused the call, rather than out of reach."""
    return status in _PHONE_SAYS_BUSY
