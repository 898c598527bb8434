"""Channels by ring, and how long each ring rang and talked."""

from collections.abc import Sequence
from datetime import datetime

from ..call import Line
from ..endpoints import Endpoint
from ..plan import Outcome
from .leg import LegOutcome

Ring = list[Line]
"""The phones of one account that rang together, or a number over one trunk."""

_NEVER_RANG = frozenset({Outcome.UNAVAILABLE, Outcome.NO_SUCH_NUMBER})


def rings_of(lines: Sequence[Line]) -> list[Ring]:
    """Return the rings in the order in which they began."""
    rings: list[Ring] = []
    for line in lines:
        together = next((ring for ring in reversed(rings) if ring[0].endpoint == line.endpoint), None)
        if together and not any(_done_before(other, line.started) for other in together):
            together.append(line)
        elif line.endpoint:
            rings.append([line])
    return rings


def _done_before(line: Line, moment: datetime) -> bool:
    done = line.answered or line.ended
    return done is not None and done < moment


def take(rings: list[Ring], endpoint: Endpoint) -> Ring:
    """Take the first ring of `endpoint` out of `rings`; [] if there is none."""
    ring = next((ring for ring in rings if ring[0].endpoint == endpoint), None)
    if ring:
        rings.remove(ring)
    return ring or []


def seconds_of(ring: Ring) -> int:
    """Return the whole seconds that the leg talked, or rang if nobody answered; 0 while it goes on."""
    talking = [line for line in ring if line.answered]
    begun = min((line.answered or line.started for line in talking or ring), default=None)
    ended = max((line.ended for line in talking or ring if line.ended), default=None)
    # A clock that was set back in the meantime makes no call shorter than nothing.
    return max(0, round((ended - begun).total_seconds())) if begun and ended else 0


def rang_of(ring: Ring, outcome: LegOutcome) -> int:
    """Return the whole seconds that the leg rang until it was answered or ended; 0 if nothing was there to ring."""
    begun = min((line.started for line in ring), default=None)
    ended = min((line.answered for line in ring if line.answered), default=None)
    ended = ended or max((line.ended for line in ring if line.ended), default=None)
    if begun is None or ended is None or outcome in _NEVER_RANG:
        return 0
    return max(0, round((ended - begun).total_seconds()))
