"""The report of a sending: every recipient, with times, pages, price, and why it failed."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pypdfium2
import pytest
from django.utils.translation import override

from centralka.actions.errors import NotAllowed, NotFound
from centralka.actions.fax_reports import fax_report
from centralka.store.models import CallRecord, ExternalNumber, FaxTry, SentFax
from tests import cast

BEGAN = datetime(2026, 11, 3, 9, 30, tzinfo=UTC)


@pytest.fixture
def faxes(kwiaty: cast.Company) -> list[SentFax]:
    """One arrived, the other found no fax machine after three tries."""
    account = cast.phone(kwiaty.tenant, "100", "Łucja", caller_id=cast.line_outside(kwiaty.tenant))
    document = cast.fax_document(kwiaty.tenant, name="Umowa – żółta.pdf")
    ExternalNumber.objects.create(tenant=kwiaty.tenant, e164="+48222223344", name="Urząd Źródła")
    done = cast.sent_fax(account, document=document, state="done", reason="done", pages_sent=2, tries=1)
    failed = cast.sent_fax(account, "+48222225566", document=document, state="failed", reason="no_fax", tries=2)
    _tried(done, "a", "0.1200", station="+48 22 222 33 44", reason="done")
    _tried(failed, "b", None, reason="busy")
    _tried(failed, "c", "0.2000", reason="no_fax", number=2)
    return [done, failed]


def _tried(fax: SentFax, call: str, price: str | None, **fields: object) -> None:
    ended = BEGAN + timedelta(seconds=95)
    given = {"number": 1, "node": "node1", "began_at": BEGAN, "ended_at": ended, "state": "ended", **fields}
    FaxTry.objects.create(fax=fax, call_id=call, **given)
    CallRecord.objects.create(call_id=call, tenant=fax.tenant, started_at=BEGAN, ended_at=ended, price=price)


def lines(pdf: bytes) -> Sequence[str]:
    (page,) = pypdfium2.PdfDocument(pdf)
    told: str = page.get_textpage().get_text_bounded()
    return told.splitlines()


def beside(told: Sequence[str], label: str) -> list[str]:
    """What stands beside a label, each time it stands there."""
    return [line.removeprefix(label).strip() for line in told if line.startswith(f"{label} ")]


def test_it_tells_of_each_recipient_of_the_sending(kwiaty: cast.Company, faxes: list[SentFax]) -> None:
    with override("pl"):
        told, other = (lines(fax_report(kwiaty.manager, fax.pk, BEGAN)) for fax in faxes)
    assert told == other, "one report for one sending"
    assert "22 222 33 44 · Urząd Źródła" in told
    assert "22 222 55 66" in told
    assert beside(told, "Dokument") == ["Umowa – żółta.pdf · stron: 2"]
    assert beside(told, "Z konta") == ["100 Łucja · 22 123 45 67"]
    assert beside(told, "Stan") == ["na 3 listopada 2026, 10:30:00", "Wysłany w całości", "Niewysłany"]
    assert beside(told, "Potwierdzone strony") == ["2 z 2", "0 z 2"]
    assert beside(told, "Ostatnie połączenie") == ["3 listopada 2026, 10:30:00 – 10:31:35 (1:35)"] * 2
    assert beside(told, "Urządzenie odbiorcy") == ["+48 22 222 33 44"]
    assert beside(told, "Próby") == ["1", "2"]
    assert beside(told, "Cena") == ["0,12 PLN netto", "0,20 PLN netto"]
    assert beside(told, "Jak się skończyło")[1].startswith("Ktoś odebrał, ale")


def test_it_is_written_in_the_readers_language(kwiaty: cast.Company, faxes: list[SentFax]) -> None:
    with override("en"):
        told = lines(fax_report(kwiaty.manager, faxes[1].pk))
    assert beside(told, "Price") == ["PLN 0.12 net", "PLN 0.20 net"]
    assert beside(told, "Pages confirmed") == ["2 of 2", "0 of 2"]


def test_a_fax_of_a_deleted_account_that_was_never_tried_has_a_report(kwiaty: cast.Company) -> None:
    account = cast.phone(kwiaty.tenant, "100")
    fax = cast.sent_fax(account)
    SentFax.objects.update(sip_account=None)
    with override("en"):
        told = lines(fax_report(kwiaty.manager, fax.pk))
    assert beside(told, "From the account") == ["deleted"]
    assert beside(told, "Price") == []


def test_strangers_and_readers_get_none(kwiaty: cast.Company, ksiegi: cast.Company, faxes: list[SentFax]) -> None:
    with pytest.raises(NotFound):
        fax_report(ksiegi.manager, faxes[0].pk)
    with pytest.raises(NotAllowed):
        fax_report(kwiaty.reader, faxes[0].pk)
