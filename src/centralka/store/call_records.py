"""Records → rows, and how far the journal is in them: both in one transaction, so nothing is lost or doubled."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from centralka.calls.record import Record

from .models import CallRecord, JournalPosition, Tenant

# Written out, not through the ORM: each call is written two or three times while it lives, and bulk_create costs six
# times what the database takes (`make bench`; docs/decisions/0005).
_RECORD = """
INSERT INTO call_record (call_id, node, tenant_id, direction, from_number, from_name, to_number,
                         started_at, answered_at, ended_at, outcome, legs, why, plan)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (call_id) DO UPDATE SET
    from_number = excluded.from_number, from_name = excluded.from_name, to_number = excluded.to_number,
    answered_at = excluded.answered_at, ended_at = excluded.ended_at, outcome = excluded.outcome,
    legs = excluded.legs, why = excluded.why, plan = excluded.plan
"""
# An account that was deleted during the call is not there any more, and gets no row.
_ACCOUNT = """
INSERT INTO call_record_account (call_record_id, sip_account_id)
SELECT r.id, a.id FROM call_record r, sip_account a WHERE r.call_id = %s AND a.login = %s
ON CONFLICT DO NOTHING
"""


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
    with connection.cursor() as cursor:
        cursor.executemany(_RECORD, [_row(record, tenants[tenant_slug(record)], node) for record in known])
        cursor.executemany(_ACCOUNT, [(record.call_id, login) for record in known for login in sorted(record.logins)])


def tenant_slug(record: Record) -> str:
    """Whose call it is. By login, so that it is kept even if the account was deleted during the call."""
    return (record.from_login or "").rpartition("_")[0]


def _tenants(slugs: set[str]) -> dict[str, int]:
    return dict(Tenant.objects.filter(slug__in=slugs).values_list("slug", "id"))


def _row(record: Record, tenant_id: int, node: str) -> tuple[Any, ...]:
    return (
        record.call_id,
        node,
        tenant_id,
        CallRecord.Direction.INTERNAL.value,
        record.from_number[:40],
        record.from_name[:60],
        record.to_number[:80],
        _time(record.started_at),
        _time(record.answered_at),
        _time(record.ended_at),
        record.outcome,
        json.dumps(record.legs),
        json.dumps(record.why),
        None if record.plan is None else json.dumps(record.plan),
    )


def _time(moment: datetime | None) -> Any:
    """As Django writes it for this database."""
    return connection.ops.adapt_datetimefield_value(moment)
