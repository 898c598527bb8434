"""The call history as a CSV file."""

from collections.abc import AsyncIterator
from decimal import Decimal

from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from centralka.actions.reason_words import sentences
from centralka.calls.tariffs import gross
from centralka.store.models import CallRecord

from ..csv_lines import BEGINNING, Cell, line
from .people import People


async def lines(records: QuerySet[CallRecord], people: People, language: str, vat: Decimal) -> AsyncIterator[bytes]:
    """Write the file line by line, however long the history is. `vat`: in percent."""
    with translation.override(language):
        head = line(_head())
    yield BEGINNING + head
    async for record in records.aiterator(chunk_size=500):
        with translation.override(language):
            written = line(_cells(record, people, vat))
        yield written


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
        _("Direction"),
        _("Price net (PLN)"),
        _("Price gross (PLN)"),
        _("Trunk"),
        _("Price list entry"),
        _("Ended"),
        _("Answered by"),
        _("Why"),
        _("Call"),
    ]


def _cells(record: CallRecord, people: People, vat: Decimal) -> list[Cell]:
    caller, callee, targets = people.caller(record), people.callee(record), record.targets
    return [
        record.started_at,
        caller.number,
        caller.name,
        callee.number,
        callee.name,
        str(record.ring_seconds) if record.ended_at else "",
        str(record.talk_seconds) if record.ended_at else "",
        record.get_outcome_display() if record.ended_at else _("In progress"),
        record.get_direction_display(),
        record.price,
        None if record.price is None else gross(record.price, vat),
        ", ".join(leg.trunk for leg in targets if leg.trunk),
        ", ".join(leg.rate.description or leg.rate.prefix for leg in targets if leg.rate),
        record.ended_at,
        str(people.answered(record)),
        "; ".join(sentences(record.reasons)),
        record.call_id,
    ]
