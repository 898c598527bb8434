"""The way of a message out. Reports may come twice, late and out of order: a state is never downgraded."""

from enum import StrEnum


class State(StrEnum):
    """The values are the message's."""

    QUEUED = "queued"
    """Nobody outside has it yet."""
    SENDING = "sending"
    """The worker is handing it to a gateway, or died while it did."""
    UNKNOWN = "unknown"
    """The gateway may have it: it did not answer. It is asked before anything is sent again."""
    ACCEPTED = "accepted"
    """The gateway has it."""
    SENT = "sent"
    """The network has it."""
    DELIVERED = "delivered"
    FAILED = "failed"
    RECEIVED = "received"
    """It came in."""


_RANK = {
    State.QUEUED: 0,
    State.SENDING: 1,
    State.UNKNOWN: 2,
    State.ACCEPTED: 3,
    State.SENT: 4,
    State.FAILED: 5,
    State.DELIVERED: 6,
}
OPEN = frozenset({State.QUEUED, State.SENDING, State.UNKNOWN})
"""Nothing is booked yet: money is put aside."""


def after_report(now: State, reported: State) -> State | None:
    """Return the state that a report leads to; None: it says nothing new.

    A company that was told "delivered" is never told otherwise. A phone that was given up may still have it.
    """
    if now is State.RECEIVED or reported not in (State.ACCEPTED, State.SENT, State.DELIVERED, State.FAILED):
        return None
    return reported if _RANK[reported] > _RANK[now] else None


def is_final(state: State) -> bool:
    """Tell whether no further report is waited for."""
    return state in (State.DELIVERED, State.FAILED, State.RECEIVED)
