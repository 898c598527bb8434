"""The calls whose first ring, of an account or outside, the engine carries out by itself: what is to be done where
nobody answers.

Most calls end in their first ring, answered or given up. The engine carries that out alone, and the switchboard hears
of them no more: each time it is woken costs a call as much as deciding it (docs/decisions/0013).
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

from centralka.calls.plan import Plan

from ..money.bank import Reserved
from ..wire.agi import AgiRequest

_GRACE = 60.0
"""Seconds for which a call is known beyond its ring time: an overloaded engine begins late."""


@dataclass(frozen=True, slots=True)
class LeftCall:
    """A call whose first step the engine carries out by itself. `request`: that of the channel as it came."""

    plan: Plan
    tenant_id: int
    request: AgiRequest
    reserved: Reserved | None = None
    """Money that was put aside for it."""


class LeftCalls:
    """The calls that may come back to this switchboard.

    Each by the engine's thread and by its name in the engine's log: both stay when a transfer puts another party, with
    another channel's name and id, into the caller's place, and no two calls have both. One that asks anew what to do is
    taken out first: it does not go on with what it left.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._calls: dict[tuple[str, str], tuple[float, LeftCall]] = {}
        """Until when, for each."""

    def keep(self, call: LeftCall, seconds: int) -> None:
        """Remember the call for as long as it can come back. `seconds`: for which it rings at most."""
        now = self._clock()
        while self._calls and now > self._calls[oldest := next(iter(self._calls))][0]:
            del self._calls[oldest]
        self._calls[_key(call.request)] = (now + seconds + _GRACE, call)

    def take(self, request: AgiRequest) -> LeftCall | None:
        """Return the call that goes on with this request, once; None: none is known."""
        return self._calls.pop(_key(request), (0.0, None))[1]


def _key(request: AgiRequest) -> tuple[str, str]:
    return request.thread, request.engine_call
