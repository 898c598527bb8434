"""Why a channel was hung up, by number (ITU-T Q.850), and what each number means here.

The numbers of an exchange's own refusals are those which chan_pjsip turns into the SIP status that the refusal promises
(`hangup_cause2sip`), and the ones in which the engine tells what became of a phone. What a carrier means is read from
its SIP status (`carrier_answers`): several statuses share a cause.
"""

from collections.abc import Mapping
from enum import IntEnum

from .plan import Refusal


class Cause(IntEnum):
    """The causes that we send, or read something from."""

    NONE = 0
    """The engine's own: neither side told a cause."""
    UNALLOCATED = 1
    NORMAL = 16
    BUSY = 17
    NO_USER_RESPONSE = 18
    NO_ANSWER = 19
    SUBSCRIBER_ABSENT = 20
    REJECTED = 21
    """The cause that 603 and 403 become."""
    INVALID_NUMBER = 28
    NO_CIRCUIT = 34
    SWITCH_CONGESTION = 42
    TIMER_EXPIRED = 102


SENT: Mapping[Refusal, Cause] = {
    Refusal.BUSY: Cause.BUSY,  # 486
    Refusal.NO_ANSWER: Cause.NO_ANSWER,  # 480
    Refusal.UNAVAILABLE: Cause.SUBSCRIBER_ABSENT,  # 480
    Refusal.NO_SUCH_NUMBER: Cause.UNALLOCATED,  # 404
    Refusal.INCOMPLETE: Cause.INVALID_NUMBER,  # 484
    Refusal.NOT_PERMITTED: Cause.REJECTED,  # 403
    Refusal.NO_ROUTE: Cause.NO_CIRCUIT,  # 503
    Refusal.DRAINING: Cause.SWITCH_CONGESTION,  # 503
}
"""With which cause each refusal ends a channel."""

_TOLD: Mapping[int, Refusal] = {cause: refusal for refusal, cause in SENT.items()}
_SILENT = frozenset({Cause.NONE, Cause.NO_USER_RESPONSE, Cause.SUBSCRIBER_ABSENT, Cause.TIMER_EXPIRED})
_PHONE_SAYS_BUSY = frozenset({Cause.BUSY, Cause.REJECTED})


def refusal_told(cause: int) -> Refusal | None:
    """Return the refusal that a caller was told with this cause; None: it is no refusal's."""
    return _TOLD.get(cause)


def is_silence(cause: int) -> bool:
    """Tell whether a carrier that gave no final status did not answer the INVITE at all."""
    return cause in _SILENT


def phone_says_busy(cause: int) -> bool:
    """Tell whether one of our phones is busy, or its owner declined."""
    return cause in _PHONE_SAYS_BUSY
