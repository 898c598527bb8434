"""Everything of a company in one file, before it is deleted."""

import json
from collections.abc import AsyncIterator
from decimal import Decimal
from tempfile import TemporaryFile
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZipFile

from asgiref.sync import async_to_sync
from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone

from centralka.actions.actor import Operator
from centralka.actions.tenants import export as actions
from centralka.store.models import Tenant

from ..tables import calls as calls_table
from ..tables import ledger as ledger_table
from ..tables.people import People


def export(operator: Operator, company: Tenant, language: str, vat: Decimal) -> IO[bytes]:
    """Write a ZIP file of company, calls, bookings, recordings and faxes, at its beginning. `vat`: in percent."""
    file = TemporaryFile()  # noqa: SIM115  # the answer closes it
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        _write_json(archive, "firma.json", actions.company_data(operator, company))
        people = People(actions.names(operator, company))
        calls = calls_table.lines(actions.calls(operator, company), people, language, vat)
        _write_lines(archive, "polaczenia.csv", calls)
        _write_lines(archive, "operacje.csv", ledger_table.lines(actions.bookings(operator, company), language, vat))
        for message, wav in actions.messages(operator, company):
            when = timezone.localtime(message.received_at)
            archive.writestr(f"wiadomosci/{message.sip_account.login}-{when:%Y-%m-%d-%H%M%S}-{message.pk}.wav", wav)
        for fax, pdf in actions.faxes(operator, company):
            when = timezone.localtime(fax.received_at)
            archive.writestr(f"faksy/{fax.sip_account.login}-{when:%Y-%m-%d-%H%M%S}-{fax.pk}.pdf", pdf)
        for greeting, wav in actions.greetings(operator, company):
            archive.writestr(f"zapowiedzi/{greeting.sip_account.login}.wav", wav)
    file.seek(0)
    return file


def _write_json(archive: ZipFile, name: str, data: Any) -> None:
    archive.writestr(name, json.dumps(data, ensure_ascii=False, indent=2, cls=DjangoJSONEncoder))


def _write_lines(archive: ZipFile, name: str, lines: AsyncIterator[bytes]) -> None:
    @async_to_sync
    async def write() -> None:
        with archive.open(name, "w", force_zip64=True) as out:
            async for line in lines:
                out.write(line)

    write()
