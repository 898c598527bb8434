"""The operator deletes a company. Its bookings stay: they are never removed, and bookkeepers have to keep them.

So a company that was ever charged or paid anything is closed: everything else of it is gone, and its name, its short
name and its bookings are left for the operator. One without bookings, calls and accounts goes without a trace.
"""

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from centralka.store.models import CallRecord, Person, Reservation, Tenant

from ..actor import Operator
from ..errors import InUse, Problem
from .tenants import locked_customer, tenant


@dataclass(frozen=True, slots=True)
class Contents:
    """Numbers of things that go when the company goes."""

    accounts: int
    numbers: int
    """They go back into the stock."""
    people: int
    calls: int
    messages: int
    bookings: int
    """These stay."""


def contents(operator: Operator, tenant_id: int) -> Contents:
    """Count everything that the company has. Raises `NotFound`."""
    found = tenant(operator, tenant_id)
    return Contents(
        accounts=found.sip_accounts.count(),
        numbers=found.numbers.count(),
        people=found.memberships.count(),
        calls=found.call_records.count(),
        messages=sum(account.voicemail_messages.count() for account in found.sip_accounts.all()),
        bookings=found.ledger_entries.count(),
    )


def no_deletion(operator: Operator, tenant_id: int) -> Problem | None:
    """Tell why the company cannot be deleted now; None: it can."""
    return _no_deletion(tenant(operator, tenant_id))


def _no_deletion(found: Tenant) -> Problem | None:
    if found.blocked_at is None:
        return Problem("not_blocked", _("Block the company first, so that no call begins while it is deleted."))
    if calls := CallRecord.objects.filter(tenant=found, ended_at__isnull=True).count():
        said = _("Calls of the company are going on (%(count)s). Wait until they end, or end them.")
        return Problem("calls", said % {"count": calls})
    if Reservation.objects.filter(tenant=found).exists():
        return Problem("not_booked", _("A call of the company is not booked yet. Wait a moment."))
    return None


def delete_tenant(operator: Operator, tenant_id: int) -> None:
    """Delete a blocked company without running calls; `InUse` says why not. Its numbers go back into the stock,
    logins that open nothing else are gone, phones cannot register any more."""
    with transaction.atomic():
        found = locked_customer(tenant_id)
        if problem := _no_deletion(found):
            raise InUse({"tenant": [problem]})
        leaves_nothing = _leaves_nothing(found)
        _empty(found)
        if leaves_nothing:
            found.delete()
        else:
            found.closed_at, found.webhook, found.webhook_secret = timezone.now(), "", ""
            found.save(update_fields=["closed_at", "webhook", "webhook_secret"])


def _leaves_nothing(found: Tenant) -> bool:
    """Tell whether nothing needs the company's row: no booking, and no call that could still be written down."""
    kept = (found.ledger_entries, found.consents, found.sip_accounts, found.call_records)
    return not any(rows.exists() for rows in kept)


def _empty(found: Tenant) -> None:
    found.numbers.update(tenant=None, sip_account=None)
    people = list(found.memberships.values_list("person_id", flat=True))
    for rows in (
        found.memberships,
        found.api_tokens,
        found.request_keys,
        found.mails,
        found.call_records,
        found.sms,
        found.sms_stops,
        found.sip_accounts,
        found.sms_names,
        found.webhook_deliveries,
        found.sent_faxes,
        found.fax_documents,
        found.external_numbers,
    ):
        rows.all().delete()
    found.audit_entries.all().delete()
    Person.objects.filter(pk__in=people, is_operator=False, memberships__isnull=True).delete()
