"""Sending a fax in the panel: the document, its pages, to whom, and what becomes of it."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from django.utils.formats import date_format

from centralka.store.models import CallRecord, ExternalNumber, FaxDocument, FaxTry, SentFax, SipAccount
from tests import cast
from tests.documents import a_pdf

from .conftest import SignIn
from .page import Page


@pytest.fixture
def account(kwiaty: cast.Company) -> SipAccount:
    cast.fax_account(kwiaty.tenant, "15", "Faks biura")
    return cast.phone(kwiaty.tenant, "100", "Biuro", caller_id=cast.line_outside(kwiaty.tenant))


def file(content: bytes) -> dict[str, SimpleUploadedFile]:
    return {"file": SimpleUploadedFile("Umowa.pdf", content, "application/pdf")}


def test_a_document_is_shown_as_it_will_be_sent_and_goes_out_once(
    kwiaty: cast.Company, account: SipAccount, signed_in: SignIn
) -> None:
    client = signed_in(kwiaty.manager, "pl")
    ExternalNumber.objects.create(tenant=kwiaty.tenant, e164="+48222223344", name="Urząd")
    assert "Wyślij faks" in Page(client.get("/faksy/")).text
    answer = client.post("/faksy/wyslij/", file(a_pdf([["0 g 0 0 99 99 re f"]] * 2)))
    page = Page(client.get(answer.headers["Location"]))
    assert "Umowa.pdf · 2 strony" in page.text
    assert page.html.count("<img") >= 2
    typed = {**page.form, "account": "100", "saved": "+48222223344", "to": "15"}
    for _twice in range(2):
        client.post(answer.headers["Location"], typed)
    assert sorted(SentFax.objects.values_list("number", flat=True)) == ["+48222223344", "15"]
    listed = Page(client.get("/faksy/wyslane/")).text
    assert "Urząd" in listed
    assert "Faks biura" in listed
    assert listed.count("Czeka na wysłanie") == 2


@pytest.mark.parametrize(
    ("language", "said"), [("pl", "Plik jest uszkodzony"), ("en", "The file is broken, or has no page")]
)
def test_a_file_that_cannot_be_faxed_is_said_beside_its_field(
    kwiaty: cast.Company, signed_in: SignIn, language: str, said: str
) -> None:
    page = Page(signed_in(kwiaty.manager, language).post("/faksy/wyslij/", file(b"%PDF-1.4 and no more")))
    assert said in page.text
    assert "field-wrong" in page.html
    assert not FaxDocument.objects.exists()


def test_one_for_later_says_when_and_is_not_watched_for_days(
    kwiaty: cast.Company, account: SipAccount, signed_in: SignIn
) -> None:
    client, document = signed_in(kwiaty.manager, "pl"), cast.fax_document(kwiaty.tenant)
    path, tomorrow = f"/faksy/wyslij/{document.pk}/", timezone.localtime() + timedelta(days=1)
    typed = {"account": "100", "to": "15", "send_at": f"{tomorrow:%Y-%m-%dT%H:%M}"}
    page = Page(client.post(path, typed, follow=True))
    (fax,) = SentFax.objects.all()
    assert fax.next_at == tomorrow.replace(second=0, microsecond=0)
    assert f"1 faks czeka do {date_format(tomorrow, 'j E Y, H:i')}" in page.text
    assert "Zostanie wysłany:" in page.text
    assert "Odwołaj" in page.text
    assert "data-again" not in page.html
    listed = Page(client.get("/faksy/wyslane/"))
    assert f"{tomorrow:%H:%M}" in listed.text
    assert "data-again" not in listed.html


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("2026-01-31T12:00", "Ten czas już minął"),
        ("2099-01-31T12:00", "najwyżej na 60 dni"),
        ("2027-03-28T02:30", "Takiej godziny nie ma"),
        ("jutro", "Podaj datę i godzinę"),
    ],
)
def test_a_time_at_which_nothing_can_be_sent_is_said_beside_its_field_and_kept(
    kwiaty: cast.Company, account: SipAccount, signed_in: SignIn, typed: str, said: str
) -> None:
    document = cast.fax_document(kwiaty.tenant)
    given = {"account": "100", "to": "15", "send_at": typed}
    page = Page(signed_in(kwiaty.manager, "pl").post(f"/faksy/wyslij/{document.pk}/", given))
    assert said in page.text
    assert page.form["send_at"] == typed
    assert not SentFax.objects.exists()


def test_without_a_file_nothing_is_kept(kwiaty: cast.Company, signed_in: SignIn) -> None:
    assert "Wybierz plik" in Page(signed_in(kwiaty.manager, "pl").post("/faksy/wyslij/", {})).text


def test_nothing_typed_is_lost_when_something_is_wrong(
    kwiaty: cast.Company, account: SipAccount, signed_in: SignIn
) -> None:
    document = cast.fax_document(kwiaty.tenant)
    typed = {"account": "100", "to": "15\n112"}
    page = Page(signed_in(kwiaty.manager, "pl").post(f"/faksy/wyslij/{document.pk}/", typed))
    assert "„112” nie jest numerem" in page.text or "“112” nie jest numerem" in page.text
    assert page.form["to"].split() == ["15", "112"]
    assert not SentFax.objects.exists()


def test_the_page_of_a_fax_tells_how_far_it_is(kwiaty: cast.Company, account: SipAccount, signed_in: SignIn) -> None:
    client, fax = signed_in(kwiaty.manager, "pl"), cast.sent_fax(account)
    path = f"/faksy/wyslane/{fax.pk}/"
    assert "Odwołaj" in Page(client.get(path)).text
    SentFax.objects.update(state="sending", pages_sent=1)
    page = Page(client.get(path))
    assert "Strona 2 z 2" in page.text
    assert "data-again" in page.html
    began = fax.created_at
    CallRecord.objects.create(call_id="node1-fax-1", tenant=kwiaty.tenant, started_at=began)
    FaxTry.objects.create(fax=fax, number=1, node="node1", call_id="node1-fax-1", began_at=began, reason="unknown")
    SentFax.objects.update(state="unknown", reason="unknown")
    page = Page(client.get(path))
    assert "zapytaj odbiorcę" in page.text
    assert "/polaczenia/node1-fax-1/" in page.html
    assert "data-again" not in page.html
    SentFax.objects.update(tries=1)
    assert f"{path}raport.pdf" in Page(client.get(path)).html
    report = client.get(f"{path}raport.pdf")
    assert (report.headers["Content-Type"], report.content[:5]) == ("application/pdf", b"%PDF-")
    assert report.headers["Content-Disposition"].startswith('attachment; filename="raport-faksu-2')


def test_one_that_waits_is_called_off(kwiaty: cast.Company, account: SipAccount, signed_in: SignIn) -> None:
    client, fax = signed_in(kwiaty.manager, "pl"), cast.sent_fax(account)
    path = f"/faksy/wyslane/{fax.pk}/"
    assert "Faks jest odwołany" in Page(client.post(f"{path}odwolaj", follow=True)).text
    assert "nie dało się go odwołać" in Page(client.post(f"{path}odwolaj", follow=True)).text


def test_one_that_did_not_arrive_is_sent_once_more_without_typing(
    kwiaty: cast.Company, account: SipAccount, signed_in: SignIn
) -> None:
    cast.phone(kwiaty.tenant, "99", "Sekretariat")
    client, fax = signed_in(kwiaty.manager, "pl"), cast.sent_fax(account, state="failed", reason="busy")
    again = f"/faksy/wyslij/{fax.document_id}/?again={fax.pk}"
    assert again.removeprefix("/faksy") in Page(client.get(f"/faksy/wyslane/{fax.pk}/")).html
    form = Page(client.get(again)).form
    assert (form["to"], form["account"]) == ("22 222 33 44", "100")
    client.post(again, form)
    assert list(SentFax.objects.values_list("number", "state").order_by("pk")) == [
        ("+48222223344", "failed"), ("+48222223344", "queued"),
    ]  # fmt: skip
    assert client.get(f"/faksy/wyslij/{fax.document_id}/?again=999999").status_code == 404
