"""The call history as a CSV file that Polish Excel opens with a double click.

Semicolons and a byte order mark: that is what Excel in Polish takes for columns and for UTF-8.
"""

import csv
from collections.abc import AsyncIterator
from datetime import datetime
from io import StringIO

from django.db.models import QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from centralka.actions.explain import sentences
from centralka.store.models import CallRecord

from .names import callee_name

_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n")


async def lines(records: QuerySet[CallRecord], language: str) -> AsyncIterator[bytes]:
    """The file line by line, however long the history is."""
    with translation.override(language):
        head = _line(_head())
    yield b"\xef\xbb\xbf" + head
    async for record in records.aiterator(chunk_size=500):
        with translation.override(language):
            line = _line(_cells(record))
        yield line


def _head() -> list[str]:
    return [
        _("Started"),
        _("Caller"),
        _("Caller's name"),
        _("Dialled"),
        _("Dialled account's name"),
        _("Ringing (s)"),
        _("Talk (s)"),
        _("Outcome"),
        _("Ended"),
        _("Why"),
        _("Call"),
    ]


def _cells(record: CallRecord) -> list[str]:
    return [
        _time(record.started_at),
        record.from_number,
        record.from_name,
        record.to_number,
        callee_name(record),
        str(record.ring_seconds) if record.ended_at else "",
        str(record.talk_seconds) if record.ended_at else "",
        record.get_outcome_display() if record.ended_at else _("In progress"),
        _time(record.ended_at),
        "; ".join(sentences(record.why)),
        record.call_id,
    ]


def _time(when: datetime | None) -> str:
    return timezone.localtime(when).strftime("%Y-%m-%d %H:%M:%S") if when else ""


def _line(cells: list[str]) -> bytes:
    out = StringIO()
    csv.writer(out, delimiter=";", lineterminator="\r\n").writerow([_harmless(cell) for cell in cells])
    return out.getvalue().encode()


def _harmless(cell: str) -> str:
    """A caller's name could be a formula; a quote before it makes any spreadsheet take it as text."""
    return f"'{cell}" if cell.startswith(_DANGEROUS) else cell
