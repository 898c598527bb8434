"""Firmy: one company as the operator sees it, what is decided about it, and money by hand."""

import json
from decimal import Decimal
from html import unescape
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from pytest_django import Settings

from centralka.actions import money
from centralka.draining import begin_draining, end_draining
from centralka.store.models import LedgerEntry, Number, Person, PriceList
from tests import cast
from tests.operators import top_up

from .conftest import SignIn
from .mailboxes import a_greeting, a_message
from .page import Page, say_yes
from .test_bad_input import HOSTILE
from .test_calls import a_call

BOOKING = {"kind": "top_up", "net": "100,50", "note": "Przelew 7/2026", "key": "jeden"}


def plain(page: Page) -> str:
    return page.text.replace("\u00a0", " ")


def test_a_company_is_shown_with_its_money_and_what_it_has(
    olga: Person, kwiaty: cast.Company, signed_in: SignIn
) -> None:
    cast.phone(kwiaty.tenant, "100")
    Number.objects.create(e164="+48221234567", tenant=kwiaty.tenant)
    client, url = signed_in(olga, "pl"), f"/firmy/{kwiaty.tenant.pk}/"
    assert "Tu widać doładowania, połączenia i opłaty, od najnowszych." in Page(client.get(url)).text
    money.top_up(cast.OPERATOR, kwiaty.tenant.pk, Decimal(1000), "Przelew 7/2026")
    page = plain(Page(client.get(url)))
    assert "Saldo 1 000,00 zł netto 1 230,00 zł brutto" in page
    assert "Cennik Brak: żadnych połączeń na zewnątrz" in page
    assert "Doładowanie Przelew 7/2026 1 000,00 zł 1 000,00 zł" in page
    assert "1 000,00 zł" in plain(Page(client.get("/firmy/")))


def test_what_the_operator_decides_is_changed(olga: Person, kwiaty: cast.Company, signed_in: SignIn) -> None:
    prices = PriceList.objects.create(name="Standard")
    client, url = signed_in(olga, "pl"), f"/firmy/{kwiaty.tenant.pk}/zmien"
    form = Page(client.get(url)).form
    assert (form["price_list"], form["credit_limit"], form["max_rate"]) == ("", "0,00", "1,00")
    assert "premium_allowed" not in form
    changes = {"price_list": str(prices.pk), "credit_limit": "50", "max_rate": "0,5", "premium_allowed": "on"}
    page = Page(client.post(url, form | changes | {"international": "world"}, follow=True))
    assert "Zapisano: Kwiaciarnia Alicja." in page.text
    tenant = kwiaty.tenant
    tenant.refresh_from_db()
    assert (tenant.price_list, tenant.credit_limit, tenant.max_rate) == (prices, Decimal(50), Decimal("0.5"))
    assert (tenant.premium_allowed, tenant.satellite_allowed, tenant.international) == (True, False, "world")
    client.post(url, Page(client.get(url)).form | {"price_list": ""})
    tenant.refresh_from_db()
    assert (tenant.price_list, tenant.premium_allowed) == (None, True)


def test_two_operators_who_change_different_things_do_not_undo_each_other(
    olga: Person, kwiaty: cast.Company, signed_in: SignIn
) -> None:
    client, url = signed_in(olga), f"/firmy/{kwiaty.tenant.pk}/zmien"
    mine = theirs = Page(client.get(url)).form
    client.post(url, theirs | {"max_rate": "2.00", "satellite_allowed": "on"})
    client.post(url, mine | {"credit_limit": "10.00"})
    kwiaty.tenant.refresh_from_db()
    assert (kwiaty.tenant.max_rate, kwiaty.tenant.credit_limit) == (Decimal(2), Decimal(10))
    assert kwiaty.tenant.satellite_allowed


@pytest.mark.parametrize(
    ("field", "bad"),
    [("name", " "), ("language", "de"), ("price_list", "999999"), ("credit_limit", "-1"), ("credit_limit", ""),
     ("international", "moon"), ("max_rate", "drogo"), ("max_rate", "1000,01"), ("max_rate", "")],
)  # fmt: skip
def test_what_is_wrong_stands_beside_its_field(
    olga: Person, kwiaty: cast.Company, signed_in: SignIn, field: str, bad: str
) -> None:
    client, url = signed_in(olga), f"/firmy/{kwiaty.tenant.pk}/zmien"
    page = Page(client.post(url, Page(client.get(url)).form | {field: bad, "premium_allowed": "on"}))
    assert page.beside(field)
    kwiaty.tenant.refresh_from_db()
    assert not kwiaty.tenant.premium_allowed


def test_a_top_up_sent_twice_is_booked_once(olga: Person, kwiaty: cast.Company, signed_in: SignIn) -> None:
    client, url = signed_in(olga, "pl"), f"/firmy/{kwiaty.tenant.pk}/zaksieguj"
    form = Page(client.get(url)).form | {"net": "100,50", "note": "Przelew 7/2026"}
    assert len(form["key"]) > 10
    for _ in range(2):
        assert "Zaksięgowano." in Page(client.post(url, form, follow=True)).text
    entry = LedgerEntry.objects.get()
    assert (entry.net, entry.details["note"], entry.by) == (Decimal("100.5"), "Przelew 7/2026", "olga@operator.example")
    page = Page(client.post(url, form | {"net": "7"}))
    assert "Ten formularz już coś zaksięgował" in page.inside("errors")
    assert LedgerEntry.objects.count() == 1
    client.post(url, page.form)
    assert {entry.net for entry in LedgerEntry.objects.all()} == {Decimal("100.5"), Decimal(7)}


@pytest.mark.parametrize(
    ("language", "net", "asked"),
    [
        ("pl", "1.000", "Napisz 1,00 albo 1000,00"),
        ("pl", "1,500", "Napisz 1,50 albo 1500,00"),
        ("en", "12.345", "Write 12.3450 or 12345.00"),
    ],
)
def test_an_amount_that_can_be_read_in_two_ways_is_asked_and_not_booked(
    olga: Person, kwiaty: cast.Company, signed_in: SignIn, language: str, net: str, asked: str
) -> None:
    client, url = signed_in(olga, language), f"/firmy/{kwiaty.tenant.pk}/zaksieguj"
    page = Page(client.post(url, BOOKING | {"net": net}))
    assert asked in page.beside("net")
    assert page.form["net"] == net
    assert not LedgerEntry.objects.exists()
    client.post(url, BOOKING | {"net": "1.000,00"})
    assert LedgerEntry.objects.get().net == Decimal(1000)


def test_a_correction_goes_both_ways_and_needs_a_reason(olga: Person, kwiaty: cast.Company, signed_in: SignIn) -> None:
    client, url = signed_in(olga), f"/firmy/{kwiaty.tenant.pk}/zaksieguj"
    client.post(url, BOOKING)
    correction = {"kind": "correction", "net": "−30", "note": ""}
    assert Page(client.post(url, correction)).beside("note")
    client.post(url, correction | {"note": "Pomyłka"})
    assert money.funds(kwiaty.tenant).balance == Decimal("70.5")
    page = Page(client.post(url, correction | {"net": "-71", "note": "Za dużo"}))
    assert page.beside("net")
    assert page.form["net"] == "-71"


@pytest.mark.parametrize("field", BOOKING)
def test_the_booking_form_takes_anything(olga: Person, kwiaty: cast.Company, signed_in: SignIn, field: str) -> None:
    client, url = signed_in(olga), f"/firmy/{kwiaty.tenant.pk}/zaksieguj"
    for what, value in HOSTILE.items():
        response = client.post(url, BOOKING | {"key": what, field: value})
        assert response.status_code in (200, 302), what
        assert "<script>alert" not in response.content.decode(), what
        if response.status_code == 200:
            assert Page(response).inside("errors"), what


@pytest.mark.parametrize(
    "field",
    ["name", "price_list", "credit_limit", "max_rate", "international", "initial-max_rate", "initial-price_list"],
)
def test_the_company_form_takes_anything(olga: Person, kwiaty: cast.Company, signed_in: SignIn, field: str) -> None:
    client, url = signed_in(olga), f"/firmy/{kwiaty.tenant.pk}/zmien"
    form = Page(client.get(url)).form
    for what, value in HOSTILE.items():
        response = client.post(url, form | {field: value})
        assert response.status_code in (200, 302), what
        assert "<script>alert" not in response.content.decode(), what


# -- Blocked, deleted ------------------------------------------------------------------------------------------------

WHY = "Nieopłacona faktura 7/2026"


def test_the_operator_blocks_a_company_and_its_people_read_why(
    olga: Person, kwiaty: cast.Company, signed_in: SignIn
) -> None:
    url = f"/firmy/{kwiaty.tenant.pk}/"
    client = signed_in(olga, "pl")
    assert Page(client.post(f"{url}zablokuj", {"reason": " "})).beside("reason")
    assert WHY in Page(client.post(f"{url}zablokuj", {"reason": WHY}, follow=True)).text
    assert "Zablokowana" in Page(client.get("/firmy/")).text
    owner = signed_in(kwiaty.owner, "pl")
    page = Page(owner.get("/konta-sip/")).text
    assert "Firma jest zablokowana" in page
    assert WHY in page
    typed = {"extension": "105", "name": "Nowe", "password": cast.SIP_PASSWORD}
    refused = owner.post("/konta-sip/dodaj", typed, headers={"Origin": "http://testserver"})
    assert refused.status_code == 403
    assert "Nie zapisano: firma jest zablokowana" in Page(refused).text
    assert Page(refused).form.items() >= typed.items()  # to be sent again, once it is not blocked
    assert not kwiaty.tenant.sip_accounts.exists()
    client = signed_in(olga, "pl")
    client.post(f"{url}odblokuj")
    assert WHY not in Page(signed_in(kwiaty.owner, "pl").get("/konta-sip/")).text


def test_an_owner_gets_a_new_first_password_in_the_panel(olga: Person, kwiaty: cast.Company, signed_in: SignIn) -> None:
    owner = kwiaty.tenant.memberships.get(person=kwiaty.owner.person)
    client, url = signed_in(olga, "pl"), f"/firmy/{kwiaty.tenant.pk}/"
    assert owner.person.email in Page(client.get(url)).text
    asked = f"{url}wlasciciele/{owner.pk}/haslo"
    assert "nowe pierwsze hasło" in Page(client.get(asked)).text.lower()
    given = Page(client.post(asked))
    password = given.html.split('id="password">')[1].split("<")[0]
    owner.person.refresh_from_db()
    assert owner.person.check_password(unescape(password))
    assert owner.person.must_change_password


def test_a_company_is_downloaded_and_then_deleted(olga: Person, kwiaty: cast.Company, signed_in: SignIn) -> None:
    account = cast.phone(kwiaty.tenant, "100", "Sekretariat", voicemail_enabled=True)
    a_message(account)
    a_greeting(account)
    a_call(kwiaty)
    top_up(kwiaty.tenant)
    owner, client, url = signed_in(kwiaty.owner), signed_in(olga, "pl"), f"/firmy/{kwiaty.tenant.pk}/"
    answer: Any = client.get(f"{url}eksport.zip")
    with ZipFile(BytesIO(b"".join(answer.streaming_content))) as archive:
        names = archive.namelist()
        data = json.loads(archive.read("firma.json"))
        assert b"1234,5" in archive.read("operacje.csv")
        assert archive.read("polaczenia.csv").count(b"\r\n") == 2
    assert [name.split("/")[0] for name in names[3:]] == ["wiadomosci", "zapowiedzi"]
    assert data["sip_accounts"][0]["login"] == "kwiaty_100"
    assert "digest" not in json.dumps(data)
    page = Page(client.get(f"{url}usun")).text
    assert "Najpierw zablokuj firmę" in page
    assert client.post(f"{url}usun").status_code == 200
    client.post(f"{url}zablokuj", {"reason": WHY})
    said = say_yes(client, f"{url}usun").text
    assert f"Usunięto: {kwiaty.tenant.name}." in said
    assert "Usunięte firmy" in said
    assert "1 234,50 zł" in plain(Page(client.get(url)))
    assert client.get(f"{url}zmien").status_code == 404
    assert owner.get("/sesja").status_code == 401


def test_numbers_are_given_ten_at_once(olga: Person, kwiaty: cast.Company, signed_in: SignIn) -> None:
    made = [Number.objects.create(e164=f"+4822123450{digit}").pk for digit in range(10)]
    client = signed_in(olga, "pl")
    assert Page(client.get("/zasob-numerow/")).html.count('name="numbers"') == 10
    give = "/zasob-numerow/przydziel"
    nobody = Page(client.post(give, {"numbers": made, "company": ""}, follow=True)).text
    assert "Nic nie zmieniono" in nobody
    assert "Najpierw zaznacz numery." in Page(client.post(give, {"company": "stock"}, follow=True)).text
    said = Page(client.post(give, {"numbers": made, "company": kwiaty.tenant.pk}, follow=True)).text
    assert "10" in said
    assert kwiaty.tenant.numbers.count() == 10
    client.post(give, {"numbers": made[:4], "company": "stock"})
    assert kwiaty.tenant.numbers.count() == 6


@pytest.mark.parametrize(
    ("language", "said", "running"),
    [
        ("en", "New calls are refused", "1 call is still running"),
        ("pl", "Centrala nie przyjmuje nowych połączeń", "Trwa jeszcze 1 połączenie."),
    ],
)
def test_an_exchange_that_takes_no_new_calls_says_so_to_its_operator(
    olga: Person,
    kwiaty: cast.Company,
    signed_in: SignIn,
    settings: Settings,
    tmp_path: Path,
    language: str,
    said: str,
    running: str,
) -> None:
    settings.HOME = tmp_path
    (tmp_path / "run").mkdir()
    a_call(kwiaty)
    a_call(kwiaty, "call-2", node=settings.NODE, ended_at=None)
    a_call(kwiaty, "call-3", node="another", ended_at=None)
    for address in ("/firmy/", "/instalacja/"):
        assert said not in Page(signed_in(olga, language).get(address)).text
        begin_draining(tmp_path)
        page = Page(signed_in(olga, language).get(address)).text
        assert said in page
        assert running in page
        end_draining(tmp_path)


@pytest.mark.parametrize(("language", "said"), [("en", "The disk fills up"), ("pl", "Kończy się miejsce na dysku")])
def test_a_disk_that_fills_up_is_told_to_the_operator(
    olga: Person, signed_in: SignIn, settings: Settings, language: str, said: str
) -> None:
    settings.DISK_WARN_MB = 0
    assert said not in Page(signed_in(olga, language).get("/firmy/")).text
    settings.DISK_WARN_MB = 10**9
    assert said in Page(signed_in(olga, language).get("/firmy/")).text
