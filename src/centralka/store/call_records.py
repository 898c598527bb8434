"""Records → rows, and how far the journal is in them: both in one transaction, so nothing is lost or doubled."""

from collections.abc import Sequence

from django.db import transaction

from centralka.calls.record import Record

from .models import CallRecord, JournalPosition, SipAccount, Tenant
from .models.call_record import CallRecordAccount

_WRITTEN = [
    "from_number",
    "from_name",
    "to_number",
    "answered_at",
    "ended_at",
    "outcome",
    "legs",
    "why",
    "plan",
]


def write_records(records: Sequence[Record], *, node: str, position: int) -> None:
    """Write each record (again, if it is there already) and note that the journal is read up to here."""
    with transaction.atomic():
        _write(records, node)
        JournalPosition.objects.update_or_create(node=node, defaults={"position": position})


def journal_position(node: str) -> int:
    """Where the node's recorder has to go on reading; 0 for a new node."""
    return JournalPosition.objects.filter(node=node).values_list("position", flat=True).first() or 0


def _write(records: Sequence[Record], node: str) -> None:
    tenants = _tenants({tenant_slug(record) for record in records})
    known = [record for record in records if tenant_slug(record) in tenants]
    rows = CallRecord.objects.bulk_create(
        [_row(record, tenants[tenant_slug(record)], node) for record in known],
        update_conflicts=True,
        unique_fields=["call_id"],
        update_fields=_WRITTEN,
    )
    accounts = _accounts({login for record in known for login in record.logins})
    CallRecordAccount.objects.bulk_create(
        [
            CallRecordAccount(call_record=row, sip_account_id=accounts[login])
            for row, record in zip(rows, known, strict=True)
            for login in record.logins & accounts.keys()
        ],
        ignore_conflicts=True,
    )


def tenant_slug(record: Record) -> str:
    """Whose call it is. By login, so that it is kept even if the account was deleted during the call."""
    return (record.from_login or "").rpartition("_")[0]


def _tenants(slugs: set[str]) -> dict[str, int]:
    return dict(Tenant.objects.filter(slug__in=slugs).values_list("slug", "id"))


def _accounts(logins: set[str]) -> dict[str, int]:
    return dict(SipAccount.objects.filter(login__in=logins).values_list("login", "id"))


def _row(record: Record, tenant_id: int, node: str) -> CallRecord:
    return CallRecord(
        call_id=record.call_id,
        node=node,
        tenant_id=tenant_id,
        from_number=record.from_number[:40],
        from_name=record.from_name[:60],
        to_number=record.to_number[:80],
        started_at=record.started_at,
        answered_at=record.answered_at,
        ended_at=record.ended_at,
        outcome=record.outcome,
        legs=record.legs,
        why=record.why,
        plan=record.plan,
    )
