"""Faxes in the panel: adding an account, looking at faxes, mailing one on."""

from pytest_django import Settings

from centralka.store.models import CallRecord, Fax, Forward, Mail, Number, SipAccount
from tests import cast

from .conftest import SignIn
from .page import Page

TYPED = {"extension": "15", "name": "Faks biura", "emails": "a@b.example\nc@d.example", "station": "+48 22 1"}


def test_a_fax_account_is_added_from_the_list_and_shown(kwiaty: cast.Company, signed_in: SignIn) -> None:
    client = signed_in(kwiaty.manager, "pl")
    assert "Dodaj dla: Odbierania faksów" in Page(client.get("/konta-sip/")).text
    client.post("/konta-sip/faks/dodaj", TYPED)
    made = SipAccount.objects.get()
    assert (made.kind, made.fax_emails) == ("fax", "a@b.example\nc@d.example")
    shown = Page(client.get(f"/konta-sip/faks/{made.pk}/")).text
    assert all(words in shown for words in ("15 Faks biura", "a@b.example, c@d.example", "+48 22 1"))
    listed = Page(client.get("/konta-sip/")).text
    assert "Odbiera faksy" in listed
    assert "kwiaty_15" not in listed, "it has no login"


def test_nothing_typed_is_lost_when_something_is_wrong(kwiaty: cast.Company, signed_in: SignIn) -> None:
    page = Page(signed_in(kwiaty.manager, "pl").post("/konta-sip/faks/dodaj", {**TYPED, "emails": "a@b.example\nx"}))
    assert "To nie jest adres e-mail: x" in page.text
    assert page.form["emails"].split() == ["a@b.example", "x"]
    assert page.form["station"] == "+48 22 1"
    assert not SipAccount.objects.exists()


def test_who_saves_second_is_told_what_the_first_did(kwiaty: cast.Company, signed_in: SignIn) -> None:
    account = cast.fax_account(kwiaty.tenant, fax_emails="a@b.example", version=2)
    page = Page(
        signed_in(kwiaty.manager, "pl").post(
            f"/konta-sip/faks/{account.pk}/zmien",
            {
                **TYPED,
                "version": "1",
                "initial-extension": "15",
                "initial-name": "Dawny",
                "initial-emails": "a@b.example",
            },
        )
    )
    assert "Jeszcze nie zapisano" in page.text
    assert SipAccount.objects.get().name == "Faks"


def test_each_field_is_changed_there(kwiaty: cast.Company, signed_in: SignIn) -> None:
    account = cast.fax_account(kwiaty.tenant)
    signed_in(kwiaty.manager, "pl").post(
        f"/konta-sip/faks/{account.pk}/zmien", {**TYPED, "extension": "16", "version": "1"}
    )
    account.refresh_from_db()
    assert (account.login, account.name, account.fax_station) == ("kwiaty_16", "Faks biura", "+48 22 1")


def test_a_voice_accounts_address_does_not_open_a_fax_account(kwiaty: cast.Company, signed_in: SignIn) -> None:
    fax, phone = cast.fax_account(kwiaty.tenant), cast.phone(kwiaty.tenant, "100")
    client = signed_in(kwiaty.manager, "pl")
    assert client.get(f"/konta-sip/{fax.pk}/").status_code == 404
    assert client.get(f"/konta-sip/faks/{phone.pk}/").status_code == 404


def test_faxes_are_listed_with_who_sent_them_and_what_is_missing(kwiaty: cast.Company, signed_in: SignIn) -> None:
    account = cast.fax_account(kwiaty.tenant)
    fax = cast.fax(account, state=Fax.State.BROKEN_OFF, station="BIURO")
    client = signed_in(kwiaty.manager, "pl")
    listed = Page(client.get("/faksy/")).text
    assert all(words in listed for words in ("600 100 200", "2 strony", "15 Faks", "Przerwany"))
    page = client.get(f"/faksy/{fax.pk}/")
    assert page.content.decode().count("/strona-") == 2
    assert "Transmisja została przerwana" in Page(page).text
    assert "BIURO" in Page(page).text


def test_links_lead_to_the_fax_account_and_to_the_call_while_it_is_on_record(
    kwiaty: cast.Company, signed_in: SignIn
) -> None:
    fax = cast.fax(cast.fax_account(kwiaty.tenant))
    phone = cast.phone(kwiaty.tenant, "100")
    Number.objects.create(tenant=kwiaty.tenant, e164="+48221234567", sip_account=fax.sip_account)
    Forward.objects.create(sip_account=phone, condition="busy", kind="extension", target=fax.sip_account)
    client, page = signed_in(kwiaty.manager, "pl"), f"/konta-sip/faks/{fax.sip_account_id}/"
    for where in ("/numery/", f"/konta-sip/{phone.pk}/"):
        assert page in signed_in(kwiaty.reader, "pl").get(where).content.decode()
    assert "/polaczenia/node1-1" not in client.get(f"/faksy/{fax.pk}/").content.decode()
    CallRecord.objects.create(call_id="node1-1", tenant=kwiaty.tenant, started_at=fax.received_at)
    assert "/polaczenia/node1-1" in client.get(f"/faksy/{fax.pk}/").content.decode()


def test_the_filter_says_when_no_fax_account_has_the_extension(kwiaty: cast.Company, signed_in: SignIn) -> None:
    cast.phone(kwiaty.tenant, "100")
    cast.fax(cast.fax_account(kwiaty.tenant))
    client = signed_in(kwiaty.manager, "pl")
    assert "Żadne konto faksowe nie ma tego numeru" in Page(client.get("/faksy/?account=100")).text
    assert "600 100 200" in Page(client.get("/faksy/?account=15")).text


def test_the_pdf_is_a_file_to_keep(kwiaty: cast.Company, signed_in: SignIn) -> None:
    fax = cast.fax(cast.fax_account(kwiaty.tenant))
    answer = signed_in(kwiaty.manager, "pl").get(f"/faksy/{fax.pk}/faks.pdf")
    assert (answer.headers["Content-Type"], answer.content) == ("application/pdf", b"%PDF-1.4")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="kwiaty_15-2026-01-31-130000.pdf"'


def test_a_fax_is_mailed_on(kwiaty: cast.Company, signed_in: SignIn, settings: Settings) -> None:
    fax = cast.fax(cast.fax_account(kwiaty.tenant))
    client = signed_in(kwiaty.manager, "pl")
    wrong = Page(client.post(f"/faksy/{fax.pk}/wyslij", {"address": "ktoś"}))
    assert "To nie jest adres e-mail: ktoś" in wrong.text
    client.post(f"/faksy/{fax.pk}/wyslij", {"address": "ktos@b.example"})
    assert Mail.objects.get().to == "ktos@b.example"


def test_deleting_is_asked_first(kwiaty: cast.Company, signed_in: SignIn) -> None:
    fax = cast.fax(cast.fax_account(kwiaty.tenant))
    client = signed_in(kwiaty.manager, "pl")
    assert "Usunąć ten faks?" in Page(client.get(f"/faksy/{fax.pk}/usun")).text
    client.post(f"/faksy/{fax.pk}/usun")
    assert not Fax.objects.exists()
