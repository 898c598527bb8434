"""The ledger as a CSV file."""

from collections.abc import AsyncIterator
from decimal import Decimal

from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from centralka.calls.tariffs import gross
from centralka.store.models import LedgerEntry

from ..csv_lines import BEGINNING, Cell, line
from .bookings import what_for


async def lines(entries: QuerySet[LedgerEntry], language: str, vat: Decimal) -> AsyncIterator[bytes]:
    """Write the file line by line, however long the ledger is. `vat`: in percent."""
    with translation.override(language):
        head = line(_head())
    yield BEGINNING + head
    async for entry in entries.aiterator(chunk_size=500):
        with translation.override(language):
            written = line(_cells(entry, vat))
        yield written


def _head() -> list[str]:
    return [
        _("Booked"),
        _("Kind"),
        _("What for"),
        _("Net (PLN)"),
        _("Gross (PLN)"),
        _("Balance after, net (PLN)"),
        _("Booking"),
    ]


def _cells(entry: LedgerEntry, vat: Decimal) -> list[Cell]:
    return [
        entry.at,
        entry.get_kind_display(),
        what_for(entry),
        entry.net,
        gross(entry.net, vat),
        entry.balance_after,
        entry.key,
    ]
