"""Tell how well an account could be reached in the last 30 days, as its monitoring saw it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from centralka.calls.availability import DAYS, Day, days_of, share_of
from centralka.store.models import SipAccount
from centralka.store.monitoring import outages

from ..actor import Actor
from .accounts import sip_account

MOST_OUTAGES = 100


@dataclass(frozen=True, slots=True)
class Availability:
    """The last 30 days of an account. Times before it was watched, and those while nobody could look, are no outage."""

    since: datetime | None
    """Since when it is watched; None: it is not."""
    share: float | None
    """The part of the watched time in which it could be reached, 0 to 1."""
    days: list[Day]
    outages: list[tuple[datetime, datetime | None]]
    """The last ones, newest first; None for the end of one that goes on."""


def availability(actor: Actor, account_id: int, now: datetime | None = None) -> Availability:
    """Return how well an account could be reached. Raises `NotFound` for an account of another company."""
    return availability_of(sip_account(actor, account_id), now or timezone.now())


def availability_of(account: SipAccount, now: datetime) -> Availability:
    """Return how well an account could be reached until now."""
    if account.missed is None:
        return Availability(None, None, [], [])
    since = account.missed.created_at
    found = list(outages(account, max(since, now - timedelta(days=DAYS))))
    days = days_of([(began, ended or now) for began, ended in found], since, now, timezone.get_current_timezone())
    return Availability(since, share_of(days), days, found[:MOST_OUTAGES])
