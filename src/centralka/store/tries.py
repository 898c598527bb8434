"""Tell when things that wait are tried next: mails, text messages, events for programs."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import Q


def is_due(now: datetime, latest: timedelta) -> Q:
    """Match what is due, or waits longer than anything should: the clock was wrong when that was written."""
    return Q(next_at__lte=now) | Q(next_at__gt=now + latest)


def pause_after(attempts: int, pauses: Sequence[timedelta]) -> timedelta:
    """Return the pause after so many tries; the last pause is repeated, and before the first try it is the first."""
    return pauses[min(max(attempts, 1), len(pauses)) - 1]
