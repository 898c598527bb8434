"""What the database itself refuses: a booking is never changed, whoever asks and how."""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction

from centralka.store import money
from centralka.store.models import LedgerEntry
from tests import cast

NOW = datetime(2026, 11, 16, 12, tzinfo=UTC)


@pytest.fixture
def entry(kwiaty: cast.Company) -> LedgerEntry:
    """3 zł that came in."""
    made = money.book(kwiaty.tenant.pk, key="top-up", kind=LedgerEntry.Kind.TOP_UP, net=Decimal(3), at=NOW)
    assert made is not None
    return made


def with_sql(entry: LedgerEntry) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE ledger_entry SET net = net WHERE id = %s", [entry.pk])


def with_a_query(entry: LedgerEntry) -> None:
    LedgerEntry.objects.filter(pk=entry.pk).update(details={"note": "other"})


def by_saving(entry: LedgerEntry) -> None:
    entry.balance_after = Decimal(100)
    entry.save()


def in_bulk(entry: LedgerEntry) -> None:
    entry.by = "somebody"
    LedgerEntry.objects.bulk_update([entry], ["by"])


def to_another_company(entry: LedgerEntry) -> None:
    LedgerEntry.objects.filter(pk=entry.pk).update(tenant=cast.celinas_company().tenant)


@pytest.mark.parametrize("change", [with_sql, with_a_query, by_saving, in_bulk, to_another_company])
def test_a_booking_is_not_changed(entry: LedgerEntry, change: Callable[[LedgerEntry], None]) -> None:
    with pytest.raises(DatabaseError, match="a booking is never changed"), transaction.atomic():
        change(entry)
    kept = LedgerEntry.objects.get(pk=entry.pk)
    assert (kept.net, kept.balance_after, kept.tenant.slug) == (Decimal(3), Decimal(3), "kwiaty")


def test_another_booking_can_be_made(entry: LedgerEntry) -> None:
    kind = LedgerEntry.Kind.CORRECTION
    assert money.book(entry.tenant_id, key="correction", kind=kind, net=Decimal(-1), at=NOW) is not None


def test_a_booking_is_not_removed_by_the_program(entry: LedgerEntry) -> None:
    with pytest.raises(TypeError, match="book a correction"):
        entry.delete()


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite's tests empty tables by deletion")
def test_a_booking_is_not_removed_by_sql(entry: LedgerEntry) -> None:
    with pytest.raises(DatabaseError, match="a booking is never changed"), transaction.atomic():
        LedgerEntry.objects.all().delete()
