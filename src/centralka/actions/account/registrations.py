"""Read which phones are registered and what they do, for pages that show it live. The switchboard writes the rows."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Count, Max, Q

from centralka.calls.doing import Doing
from centralka.store.models import AccountWatch, Registration, SipAccount
from centralka.store.models.call_record import CallRecordAccount

from ..actor import Actor
from .accounts import sip_accounts

Mark = tuple[int | datetime | None, ...]


def registrations_mark() -> Mark:
    """Return a mark that changes whenever any phone of any company comes, goes, falls silent or does something else,
    by three small statements.

    Row ids are never used twice, so a phone that goes and one that comes at once do not cancel out.
    """
    phones = Registration.objects.aggregate(
        rows=Count("id"),
        newest=Max("id"),
        latest=Max("since"),
        silent=Count("id", filter=Q(answers=False)),
        answers_latest=Max("answers_since"),
    )
    in_calls = CallRecordAccount.objects.filter(doing__isnull=False).aggregate(
        rows=Count("id"), newest=Max("id"), talking=Count("id", filter=Q(doing=Doing.IN_CALL))
    )
    missed = AccountWatch.objects.exclude(told=AccountWatch.Told.WELL).aggregate(
        rows=Count("pk"), latest=Max("told_at")
    )
    return *phones.values(), *in_calls.values(), *missed.values()


def registered_count(actor: Actor) -> int:
    """Count the tenant's accounts that have a phone registered now."""
    rows = Registration.objects.filter(sip_account__tenant=actor.tenant)
    return rows.aggregate(accounts=Count("sip_account", distinct=True))["accounts"] or 0


def registrations_snapshot(actor: Actor, account_ids: Iterable[int]) -> dict[int, SipAccount]:
    """Return the accounts among these that belong to the tenant, each with its present registrations and what
    it does."""
    return sip_accounts(actor).in_bulk(list(account_ids))
