"""Which phones are registered now, for pages that show it live. The switchboard writes the rows."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Count, Max

from centralka.store.models import Registration, SipAccount

from ..actor import Actor
from .accounts import sip_accounts

Mark = tuple[int, int | None, datetime | None]


def registrations_mark() -> Mark:
    """Return a mark that changes whenever any phone of any company comes or goes, by one small statement.

    Row ids are never used twice, so a phone that goes and one that comes at once do not cancel out.
    """
    found = Registration.objects.aggregate(rows=Count("id"), newest=Max("id"), latest=Max("since"))
    return found["rows"], found["newest"], found["latest"]


def registered_count(actor: Actor) -> int:
    """Count the tenant's accounts that have a phone registered now."""
    rows = Registration.objects.filter(sip_account__tenant=actor.tenant)
    return rows.aggregate(accounts=Count("sip_account", distinct=True))["accounts"] or 0


def registrations_snapshot(actor: Actor, account_ids: Iterable[int]) -> dict[int, SipAccount]:
    """Return the accounts among these that belong to the tenant, each with its present registrations."""
    return sip_accounts(actor).in_bulk(list(account_ids))
