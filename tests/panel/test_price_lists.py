"""Cenniki: made, filled from files, searched, deleted; and the VAT rate."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http.response import HttpResponseBase
from django.utils import timezone

from centralka.actions.prices import revisions, uploads
from centralka.actions.prices.uploads import Upload
from centralka.calls.tariffs import Rate
from centralka.store.models import Installation, Person, Price, PriceList, PriceListRevision, Tenant
from centralka.store.price_lists import begin_loading, current_revision
from tests import cast

from .conftest import SignIn
from .page import Page, say_yes
from .test_bad_input import HOSTILE

HEADER = "prefiks;opis;cena za minutę;opłata za połączenie;pierwszy takt;kolejny takt"
FILE = f"{HEADER}\n48;Polska;0,05;0;1;1\n4822;Warszawa;0,0345;0;1;1\n49;Niemcy;1234,5;0,10;60;30\n".replace(
    "1234,5", "999,5"
)
NEW = {"name": "Standard", "account_activation": "20,50", "account_monthly": "1 234.5"}


@pytest.fixture
def standard(db: None) -> PriceList:
    return PriceList.objects.create(name="Standard")


def csv(text: str | bytes) -> dict[str, SimpleUploadedFile]:
    content = text if isinstance(text, bytes) else text.encode("cp1250")
    return {"file": SimpleUploadedFile("ceny.csv", content, "text/csv")}


def test_without_price_lists_the_list_says_what_to_do(olga: Person, signed_in: SignIn) -> None:
    assert "Dodaj pierwszy cennik" in Page(signed_in(olga, "pl").get("/cenniki/")).text


def test_a_price_list_is_added_and_asks_for_its_prices(olga: Person, signed_in: SignIn) -> None:
    client = signed_in(olga, "pl")
    page = Page(client.post("/cenniki/dodaj", NEW, follow=True))
    assert "Dodano: Standard. Teraz wgraj ceny." in page.text
    made = PriceList.objects.get()
    assert (made.account_activation, made.account_monthly) == (Decimal("20.5"), Decimal("1234.5"))
    page = Page(client.get("/cenniki/"))
    assert "Standard brak: wgraj Standard 0 20,50 zł 1 234,50 zł" in page.text.replace("\u00a0", " ")
    assert "Nie ma jeszcze cen" in Page(client.get(f"/cenniki/{made.pk}/")).text


def test_fees_are_changed(olga: Person, standard: PriceList, signed_in: SignIn) -> None:
    client, url = signed_in(olga), f"/cenniki/{standard.pk}/zmien"
    form = Page(client.get(url)).form
    assert (form["name"], form["account_monthly"]) == ("Standard", "0.00")
    client.post(url, form | {"account_monthly": "9.99"})
    standard.refresh_from_db()
    assert standard.account_monthly == Decimal("9.99")


@pytest.mark.parametrize(
    ("field", "bad"),
    [("name", " "), ("name", "x" * 61), ("account_activation", ""), ("account_activation", "-1"),
     ("account_monthly", "dużo"), ("account_monthly", "0,00001"), ("account_monthly", "99999")],
)  # fmt: skip
def test_what_is_wrong_stands_beside_its_field(olga: Person, signed_in: SignIn, field: str, bad: str) -> None:
    page = Page(signed_in(olga, "pl").post("/cenniki/dodaj", NEW | {field: bad}))
    assert page.beside(field)
    assert page.form[field] == bad
    assert not PriceList.objects.exists()


def test_a_file_is_uploaded_and_its_prices_are_shown(olga: Person, standard: PriceList, signed_in: SignIn) -> None:
    client = signed_in(olga, "pl")
    page = Page(client.post(f"/cenniki/{standard.pk}/wgraj", csv(FILE), follow=True))
    assert "Wgrano. Liczba cen w cenniku: 3." in page.text
    text = page.text.replace("\u00a0", " ")
    assert "+4822 Warszawa 0,0345 zł 0,04 zł brutto 0,00 zł 1/1 s" in text
    assert "+49 Niemcy 999,50 zł 1 229,39 zł brutto 0,10 zł 60/30 s" in text
    client.post(f"/cenniki/{standard.pk}/wgraj", csv(f"{HEADER}\n420;Czechy;0,20;0;1;1\n"))
    assert [price.prefix for price in cast.prices_now(standard)] == ["420"]


def test_a_start_that_is_over_is_refused_and_the_file_is_not_forgotten(
    olga: Person, standard: PriceList, signed_in: SignIn
) -> None:
    client, url = signed_in(olga, "pl"), f"/cenniki/{standard.pk}/wgraj"
    for bad, told in (("2025-12-01T00:00", "Ten moment już minął"), ("lipiec", "Podaj dzień i godzinę.")):
        page = Page(client.post(url, csv(FILE) | {"holds_from": bad}))
        assert told in page.beside("holds_from")
        assert (page.form["holds_from"], "„ceny.csv” jest tu zachowany" in page.text) == (bad, True)
        assert not Price.objects.exists()
    page = Page(client.post(url, page.form | {"holds_from": ""}, follow=True))
    assert "Wgrano. Liczba cen w cenniku: 3." in page.text
    assert PriceListRevision.objects.get(state="ready").file_name == "ceny.csv"
    assert "Wybierz plik." in Page(client.post(url, {"kept": "999", "holds_from": "2099-01-01T00:00"})).beside("file")


def test_prices_are_searched(olga: Person, standard: PriceList, signed_in: SignIn) -> None:
    client, url = signed_in(olga), f"/cenniki/{standard.pk}/"
    client.post(f"{url}wgraj", csv(FILE))
    assert "Niemcy" not in Page(client.get(url, {"search": "22 123 45 67"})).text
    assert "+48 Polska" in Page(client.get(url, {"search": "22 123 45 67"})).text
    fragment = client.get(url, {"search": "niem"}, headers={"HX-Request": "true"}).content.decode()
    assert "Niemcy" in fragment
    assert "Polska" not in fragment
    assert "<html" not in fragment
    assert "Nothing found" in Page(client.get(url, {"search": "zzz"})).text


def test_mistakes_are_told_line_by_line_and_no_price_changes(
    olga: Person, standard: PriceList, signed_in: SignIn
) -> None:
    client, url = signed_in(olga, "pl"), f"/cenniki/{standard.pk}/wgraj"
    client.post(url, csv(FILE))
    wrong = f"{HEADER}\n420;Czechy;-1;0;1;1\n<script>alert(1)</script>;Nic;x;0;1;1\n"
    page = Page(client.post(url, csv(wrong)))
    assert "w pliku są 3 błędy" in page.inside("errors")
    assert "wiersz 2 Cena za minutę „-1” to mniej niż zero." in page.inside("mistakes")
    assert "wiersz 3 Prefiks" in page.inside("mistakes")
    assert "<script>alert" not in page.html
    assert Price.objects.count() == 3


def test_of_thousands_of_mistakes_the_first_hundred_are_listed(
    olga: Person, standard: PriceList, signed_in: SignIn
) -> None:
    page = Page(signed_in(olga).post(f"/cenniki/{standard.pk}/wgraj", csv(f"{HEADER}\n" + "x;x;0;0;1;1\n" * 3000)))
    assert "the file has 3000 mistakes" in page.inside("errors").replace(",", "")
    assert "The first 100 are listed here." in page.inside("errors")
    assert page.inside("mistakes").count("line ") == 100


@pytest.mark.parametrize("content", [b"", b"\0\1", b"\xff" * 99, b"PK\x03\x04", b"x" * 20_000_001, b'"' * 500])
def test_what_is_no_price_list_is_told_so(olga: Person, standard: PriceList, signed_in: SignIn, content: bytes) -> None:
    page = Page(signed_in(olga, "pl").post(f"/cenniki/{standard.pk}/wgraj", csv(content)))
    assert page.inside("mistakes")
    assert page.html.count("Error") == 0


def test_a_carriers_file_is_explained_once_and_then_read_by_itself(
    olga: Person, standard: PriceList, signed_in: SignIn
) -> None:
    client, url = signed_in(olga, "pl"), f"/cenniki/{standard.pk}/wgraj"
    file = "Hurt 2026\nKierunek;Numery;Cena $;Uwagi\nPolska;4850,4851;0.012301;x\nPremium;4870;1200;\n"
    page = Page(client.post(url, csv(file)))
    assert "Brakuje kolumny" in page.inside("mistakes") or page.inside("mistakes")
    kept = PriceListRevision.objects.get(state="reading")
    columns = f"/cenniki/{standard.pk}/kolumny/{kept.pk}"
    page = Page(client.get(columns))
    assert "Numery" in page.text
    assert "4850,4851" in page.text
    said = page.form | {"column_1": "prefix", "column_2": "per_minute", "increments": "60/1", "factor": "4"}
    page = Page(client.post(columns, said))
    assert "„1200”" in page.inside("mistakes")
    assert page.form["column_2"] == "per_minute"
    assert not Price.objects.exists()
    client.post(columns, page.form | {"bar_high": "on"})
    assert {
        (one.prefix, str(one.per_minute), one.first_increment, one.next_increment, one.barred)
        for one in cast.prices_now(standard)
    } == {("4850", "0.0493", 60, 1, False), ("4851", "0.0493", 60, 1, False), ("4870", "0.0000", 60, 1, True)}
    client.post(url, csv(file.replace("4850,4851", "4852")))
    assert {one.prefix for one in cast.prices_now(standard)} == {"4852", "4870"}
    assert not PriceListRevision.objects.filter(state="reading").exists()


def test_without_a_file_the_form_asks_for_one(olga: Person, standard: PriceList, signed_in: SignIn) -> None:
    for sent in ({}, {"file": "text and no file"}):
        page = Page(signed_in(olga, "pl").post(f"/cenniki/{standard.pk}/wgraj", sent))
        assert page.beside("file") == "Wybierz plik."


def test_a_list_that_a_company_has_is_not_deleted(
    olga: Person, standard: PriceList, kwiaty: cast.Company, signed_in: SignIn
) -> None:
    Tenant.objects.update(price_list=standard)
    client, url = signed_in(olga), f"/cenniki/{standard.pk}/usun"
    assert "Give them another one first: Kwiaciarnia Alicja" in Page(client.get(url)).text
    assert "Give them another one first" in Page(client.post(url)).text
    Tenant.objects.update(price_list=None)
    assert "No company has it." in Page(client.get(url)).text
    assert "Deleted: Standard." in say_yes(client, url).text
    assert not PriceList.objects.exists()


def test_the_vat_rate_is_changed(olga: Person, signed_in: SignIn) -> None:
    client = signed_in(olga, "pl")
    assert 'value="23,00"' in Page(client.get("/instalacja/")).html
    assert "Ustawienia zostały zapisane." in Page(client.post("/instalacja/", {"vat_percent": "8"}, follow=True)).text
    assert Installation.objects.get().vat_percent == 8
    client.post("/instalacja/", {"vat_percent": "0"})
    assert Installation.objects.get().vat_percent == 0


@pytest.mark.parametrize("field", [*NEW, "vat_percent"])
def test_the_forms_take_anything(olga: Person, standard: PriceList, signed_in: SignIn, field: str) -> None:
    client = signed_in(olga)
    urls = ["/instalacja/"] if field == "vat_percent" else ["/cenniki/dodaj", f"/cenniki/{standard.pk}/zmien"]
    for what, value in HOSTILE.items():
        for number, url in enumerate(urls):
            response = client.post(url, NEW | {"name": f"{what} {number}", field: value})
            assert response.status_code in (200, 302), what
            assert "<script>alert" not in response.content.decode(), what
            if response.status_code == 200:
                assert Page(response).beside(field), what


@pytest.mark.parametrize("name", ["search", "page"])
def test_addresses_take_anything(olga: Person, standard: PriceList, signed_in: SignIn, name: str) -> None:
    for what, value in HOSTILE.items():
        response = signed_in(olga).get(f"/cenniki/{standard.pk}/", {name: value})
        assert response.status_code == 200, what
        assert "<script>alert" not in response.content.decode(), what


# -- Prices of text messages -------------------------------------------------------------------------------------


def test_prices_of_messages_stand_as_people_of_that_language_write_them(
    olga: Person, standard: PriceList, signed_in: SignIn
) -> None:
    url = f"/cenniki/{standard.pk}/sms"
    client = signed_in(olga, "pl")
    client.post(url, {"prices": "48; 0,09; 0.1625; Polska\n\n49; 1,5; -; Niemcy"})
    assert Page(client.get(url)).form["prices"] == "48; 0,09; 0,1625; Polska\n49; 1,50; -; Niemcy"
    assert Page(signed_in(olga, "en").get(url)).form["prices"].startswith("48; 0.09; 0.1625; Polska")


def test_a_wrong_price_of_a_message_is_told_with_its_line(olga: Person, standard: PriceList, signed_in: SignIn) -> None:
    url = f"/cenniki/{standard.pk}/sms"
    client = signed_in(olga, "en")
    page = Page(client.post(url, {"prices": "48; 0,09; 0,16; Poland\n\n49; 500; -; Germany\n49; 0,01"}))
    assert page.beside("prices") == "Line 3: Give at most 100. Line 4: The prefix 49 is there twice."
    assert "no prices: 1, 2" in Page(client.post(url, {"prices": "48; 1.000\n49; 1e3"})).beside("prices")
    assert not standard.sms_prices.exists()


def test_a_wrong_vat_rate_is_called_a_rate(olga: Person, signed_in: SignIn) -> None:
    page = Page(signed_in(olga).post("/instalacja/", {"vat_percent": "dużo"}))
    assert page.beside("vat_percent") == "Give a rate in percent, e.g. 23."


def test_a_missing_column_is_called_as_the_page_calls_it(olga: Person, standard: PriceList, signed_in: SignIn) -> None:
    page = Page(signed_in(olga, "pl").post(f"/cenniki/{standard.pk}/wgraj", csv("48;Polska;0,05;0;1;1\n")))
    assert "W pierwszym wierszu brakuje kolumny „Cena za minutę”." in page.text


# -- Earlier and later revisions -------------------------------------------------------------------------------------

EARLIER = {"48": "0.05", "4822": "0.03", "49": "0.50", "1": "0.20", "33": "barred"}
LATER = {"48": "0.05", "4822": "0.04", "49": "0.50", "33": "0.10", "34": "0.10", "35": "0.10"}


def _upload(prices: PriceList, costs: dict[str, str], holds_from: datetime | None = None) -> PriceListRevision:
    rates = [
        Rate(prefix, "", Decimal(0 if cost == "barred" else cost), Decimal(0), 1, 1, barred=cost == "barred")
        for prefix, cost in costs.items()
    ]
    return uploads.hand_over(cast.OPERATOR, prices, rates, Upload(holds_from=holds_from))


def _holding(prices: PriceList) -> int:
    found = current_revision(prices.pk, timezone.now())
    assert found
    return found.pk


def test_bringing_prices_back_asks_first_and_tells_what_changes(
    olga: Person, standard: PriceList, kwiaty: cast.Company, signed_in: SignIn
) -> None:
    Tenant.objects.filter(pk=kwiaty.tenant.pk).update(price_list=standard)
    earlier, later = _upload(standard, EARLIER), _upload(standard, LATER)
    client, where = signed_in(olga, "pl"), f"/cenniki/{standard.pk}/wersje/"
    assert f'href="{where}{earlier.pk}/przywroc"' in Page(client.get(where)).html
    asked = Page(client.get(f"{where}{earlier.pk}/przywroc")).text
    for said in (
        "Zmienią się 2 ceny.", "Dojdzie 1 prefiks.", "Znikną 2 prefiksy", "w 1 firmie, które się dopiero zaczną",
    ):  # fmt: skip
        assert said in asked
    assert "zastąpią je" not in asked
    assert _holding(standard) == later.pk
    client.post(f"{where}{earlier.pk}/przywroc", _answer(client.get(f"{where}{earlier.pk}/przywroc")))
    assert _holding(standard) == earlier.pk


def _answer(asked: HttpResponseBase) -> dict[str, str]:
    """Return what the press sends that says yes."""
    return dict(re.findall(r'name="(between|stop)" value="([^"]*)"', asked.content.decode()))  # type: ignore[attr-defined]


def _bring_back(prices: PriceList, which: PriceListRevision) -> None:
    revisions.bring_back(cast.OPERATOR, prices.pk, which.pk)


def _change_now(prices: PriceList, prefix: str) -> None:
    changed = next(price for price in cast.prices_now(prices) if price.prefix == prefix)
    revisions.change_price(cast.OPERATOR, prices.pk, changed.pk, {"per_minute": Decimal("0.06")})


def _change_earlier(prices: PriceList, which: PriceListRevision) -> None:
    held = current_revision(prices.pk, timezone.now())
    assert held
    _bring_back(prices, which)
    _change_now(prices, "48")
    _bring_back(prices, held)


MEANWHILE: dict[str, tuple[Callable[[PriceList, PriceListRevision], object], str]] = {
    "other prices hold": (lambda prices, _: _upload(prices, EARLIER | {"48": "0.06"}), "Zmieni się 1 cena."),
    "a price that holds was changed": (
        lambda prices, _: _change_now(prices, "49"),
        "Zmienią się 3 ceny.",
    ),
    "a price that is to be brought back was changed": (_change_earlier, "Zmienią się 3 ceny."),
    "they hold already": (_bring_back, "Żadna cena się nie zmieni"),
    "others are to hold tomorrow": (
        lambda prices, _: _upload(prices, LATER, timezone.now() + timedelta(days=1)),
        "zastąpią je ceny",
    ),
    "another company has the list": (
        lambda prices, _: Tenant.objects.create(slug="nowa", name="Nowa", price_list=prices),
        "w 2 firmach, które się dopiero zaczną",
    ),
    "a company has it no more": (lambda *_: Tenant.objects.update(price_list=None), "w 0 firmach, które"),
}


@pytest.mark.parametrize("what", MEANWHILE)
def test_what_is_otherwise_since_the_question_about_prices_is_asked_anew(
    what: str, olga: Person, standard: PriceList, kwiaty: cast.Company, signed_in: SignIn
) -> None:
    Tenant.objects.filter(pk=kwiaty.tenant.pk).update(price_list=standard)
    happen, told = MEANWHILE[what]
    earlier, _later = _upload(standard, EARLIER), _upload(standard, LATER)
    client, url = signed_in(olga, "pl"), f"/cenniki/{standard.pk}/wersje/{earlier.pk}/przywroc"
    answer = _answer(client.get(url))
    happen(standard, earlier)
    holding = _holding(standard)
    response = client.post(url, answer)
    asked = Page(response)
    assert "Jeszcze nie zrobiono: w międzyczasie coś się tu zmieniło" in asked.inside("errors")
    assert told in asked.text
    assert _holding(standard) == holding
    assert "w międzyczasie" not in Page(client.post(url, _answer(response), follow=True)).text
    assert _holding(standard) == earlier.pk


def test_removing_prices_asks_first(olga: Person, standard: PriceList, signed_in: SignIn) -> None:
    earlier, now = _upload(standard, EARLIER), _upload(standard, LATER)
    planned = _upload(standard, LATER, timezone.now() + timedelta(days=3))
    client, where = signed_in(olga, "pl"), f"/cenniki/{standard.pk}/wersje/"
    shown = Page(client.get(where)).html
    assert f'href="{where}{earlier.pk}/usun"' in shown
    assert f"{where}{now.pk}/usun" not in shown
    asked = Page(client.get(f"{where}{earlier.pk}/usun")).text
    assert "Zostanie usuniętych 5 cen; nie będzie można ich przywrócić." in asked
    assert "Miały obowiązywać od" not in asked
    assert "Miały obowiązywać od" in Page(client.get(f"{where}{planned.pk}/usun")).text
    assert "Obowiązują te ceny" not in Page(client.get(f"{where}{earlier.pk}/usun", follow=True)).text
    assert PriceListRevision.objects.get(pk=earlier.pk).state == "ready"
    assert "Usunięto." in say_yes(client, f"{where}{earlier.pk}/usun").text
    assert PriceListRevision.objects.get(pk=earlier.pk).state == "dropped"
    for refused in (client.get, client.post):
        assert "te ceny obowiązują" in Page(refused(f"{where}{now.pk}/usun", follow=True)).text.lower()


def test_an_upload_is_stopped_by_one_press_while_it_is_one(
    olga: Person, standard: PriceList, signed_in: SignIn
) -> None:
    loading = begin_loading(standard, 5, timezone.now())
    client, where = signed_in(olga), f"/cenniki/{standard.pk}/wersje/"
    stop = _answer(client.get(where))
    loaded = _upload(standard, LATER, timezone.now() + timedelta(days=3))
    assert "cannot be brought back then" in Page(client.post(f"{where}{loaded.pk}/usun", stop)).text
    client.post(f"{where}{loading.pk}/usun", stop)
    states = PriceListRevision.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == ["dropped", "ready"]


def test_prices_that_are_to_hold_later_are_told_where_they_end_what_is_brought_back(
    olga: Person, standard: PriceList, signed_in: SignIn
) -> None:
    earlier, _now = _upload(standard, EARLIER), _upload(standard, EARLIER)
    planned = _upload(standard, LATER, timezone.now() + timedelta(days=3))
    client, where = signed_in(olga), f"/cenniki/{standard.pk}/wersje/"
    asked = Page(client.get(f"{where}{earlier.pk}/przywroc")).text
    assert "No price changes: they are those that hold now." in asked
    assert "those hold that are to hold from then" in asked
    asked = Page(client.get(f"{where}{planned.pk}/przywroc")).text
    assert "2 prices are others then." in asked
    assert "those hold that are to hold from then" not in asked
    assert "for calls of 0 companies" in asked


def test_prices_that_are_still_loaded_are_not_asked_about(olga: Person, standard: PriceList, signed_in: SignIn) -> None:
    loading = begin_loading(standard, 5, timezone.now())
    answer = signed_in(olga).get(f"/cenniki/{standard.pk}/wersje/{loading.pk}/przywroc", follow=True)
    assert "not loaded yet" in Page(answer).text
