"""The audit log as a CSV file."""

from collections.abc import AsyncIterator

from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from centralka.store.models import AuditEntry

from ..csv_lines import BEGINNING, Cell, line
from .words import DID, changes_in_words, what_in_words, who_in_words, with_numbers


async def lines(entries: QuerySet[AuditEntry], language: str, *, for_operator: bool) -> AsyncIterator[bytes]:
    """Write the file line by line, however long the log is."""
    with translation.override(language):
        head = line(_head(for_operator))
    yield BEGINNING + head
    async for entry in entries.aiterator(chunk_size=500):
        with translation.override(language):
            written = line(_cells(entry, for_operator))
        yield written


def _head(for_operator: bool) -> list[str]:
    company = [_("Company")] if for_operator else []
    return [
        _("When"),
        *company,
        _("Who"),
        _("From where"),
        pgettext("audit log", "Change"),
        _("What"),
        _("Name"),
        _("Fields"),
    ]


def _cells(entry: AuditEntry, for_operator: bool) -> list[Cell]:
    company: list[Cell] = [entry.tenant.name if entry.tenant else None] if for_operator else []
    hidden = entry.by_operator and not for_operator
    return [
        entry.at,
        *company,
        who_in_words(entry, for_operator=for_operator),
        "" if hidden else entry.address,
        str(DID[AuditEntry.Did(entry.did)]),
        what_in_words(entry.what),
        with_numbers(entry.title),
        "; ".join(map(str, changes_in_words(entry, for_operator=for_operator))),
    ]
