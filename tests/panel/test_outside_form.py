"""The account form's part about calls outside, and the question about costs."""

from decimal import Decimal

import pytest

from centralka.store import money
from centralka.store.models import Consent, Installation, LedgerEntry, Number, PriceList, SipAccount
from centralka.store.pins import is_pin
from tests import cast

from .conftest import SignIn
from .page import Page, say_yes
from .test_accounts import GOOD, NEW

OFFICE, MOBILE = "+48221234567", "+48600100200"
ADD = "/konta-sip/dodaj"


@pytest.fixture
def numbers(kwiaty: cast.Company) -> list[Number]:
    return [Number.objects.create(e164=e164, tenant=kwiaty.tenant) for e164 in (OFFICE, MOBILE)]


@pytest.fixture
def fees(kwiaty: cast.Company) -> PriceList:
    """Kwiaty pays 10.00 once and 5.00 a month for each account, and has 100.00. PLN net."""
    made = PriceList.objects.create(name="Dla firm", account_activation=Decimal(10), account_monthly=Decimal(5))
    kwiaty.tenant.price_list = made
    kwiaty.tenant.save(update_fields=["price_list"])
    _has(kwiaty, "100")
    return made


def _has(company: cast.Company, net: str) -> None:
    kind = LedgerEntry.Kind.TOP_UP
    at = company.tenant.created_at
    money.book(company.tenant.pk, key=f"top-up:{net}", kind=kind, net=Decimal(net), at=at)


def _filled(page: Page, **typed: str) -> dict[str, str]:
    """Without the token against forged requests, which is another one on each page."""
    form = {name: value for name, value in page.form.items() if name != "csrfmiddlewaretoken"}
    return form | NEW | {"caller_id": form["caller_id"]} | typed


@pytest.mark.usefixtures("numbers")
def test_the_form_offers_the_companys_numbers_and_hiding_them(
    kwiaty: cast.Company, ksiegi: cast.Company, signed_in: SignIn
) -> None:
    Number.objects.create(e164="+48222222222", tenant=ksiegi.tenant)
    page = Page(signed_in(kwiaty.manager, "pl").get(ADD))
    assert page.form["caller_id"] == OFFICE
    assert "22 123 45 67 600 100 200 Numer zastrzeżony" in page.text
    assert "22 222 22 22" not in page.text


def test_a_company_without_numbers_begins_with_hiding(kwiaty: cast.Company, signed_in: SignIn) -> None:
    assert Page(signed_in(kwiaty.manager).get(ADD)).form["caller_id"] == "restricted"


def test_the_form_says_what_the_company_allows(kwiaty: cast.Company, signed_in: SignIn) -> None:
    page = Page(signed_in(kwiaty.manager, "pl").get(ADD))
    assert "Użyj globalnych uprawnień (teraz: Tylko Polska)" in page.text
    assert "Stosuj globalną maksymalną minutową stawkę na rozmowy (tj. 1,00 zł / minutę)" in page.text
    assert page.form["max_rate_inherited"] == "on"
    assert "asks_pin" not in page.form


@pytest.mark.usefixtures("numbers")
def test_what_is_chosen_is_saved_and_shown_but_for_the_pin(kwiaty: cast.Company, signed_in: SignIn) -> None:
    client = signed_in(kwiaty.manager, "pl")
    typed = _filled(Page(client.get(ADD)), caller_id=MOBILE, international="world", max_rate="2,5", outbound_pin="4711")
    del typed["max_rate_inherited"]
    assert "4711" not in Page(client.post(ADD, typed | {"asks_pin": "on"})).text
    account = kwiaty.tenant.sip_accounts.get()
    assert account.caller_id
    assert (account.caller_id.e164, account.international, account.max_rate) == (MOBILE, "world", Decimal("2.5"))
    assert is_pin("4711", account.outbound_pin_digest)
    shown = Page(client.get(f"/konta-sip/{account.pk}/")).text
    for said in ("Prezentacja numeru 600 100 200", "Cały świat", "2,50 zł", "PIN przed połączeniem Wymagany"):
        assert said in shown
    form = Page(client.get(f"/konta-sip/{account.pk}/zmien")).form
    kept = {name: form.get(name) for name in ("caller_id", "international", "max_rate", "asks_pin", "outbound_pin")}
    assert kept == {
        "caller_id": MOBILE, "international": "world", "max_rate": "2,50", "asks_pin": "on", "outbound_pin": "",
    }  # fmt: skip
    assert "600 100 200" in Page(client.get("/konta-sip/")).inside("results")


def test_an_empty_pin_keeps_the_one_there_is_and_no_tick_removes_it(kwiaty: cast.Company, signed_in: SignIn) -> None:
    client = signed_in(kwiaty.manager)
    client.post(ADD, NEW | {"asks_pin": "on", "outbound_pin": "4711"})
    account = kwiaty.tenant.sip_accounts.get()
    url = f"/konta-sip/{account.pk}/zmien"
    client.post(url, Page(client.get(url)).form | {"name": "Biuro"})
    account.refresh_from_db()
    assert account.name == "Biuro"
    assert is_pin("4711", account.outbound_pin_digest)
    form = Page(client.get(url)).form
    del form["asks_pin"]
    client.post(url, form)
    account.refresh_from_db()
    assert account.outbound_pin_digest == ""


def test_what_is_missing_or_wrong_stands_beside_its_field(kwiaty: cast.Company, signed_in: SignIn) -> None:
    client = signed_in(kwiaty.manager)
    typed = NEW | {"asks_pin": "on", "international": "mars", "caller_id": OFFICE}
    del typed["max_rate_inherited"]
    page = Page(client.post(ADD, typed))
    assert page.beside("max_rate") == "Give a price, or use the company's."
    assert page.beside("outbound_pin") == "Give the PIN to ask for."
    assert page.beside("international")
    assert page.beside("caller_id")
    assert "max_rate_inherited" not in page.form
    page = Page(client.post(ADD, typed | {"outbound_pin": "12", "max_rate": "-3"}))
    assert page.beside("outbound_pin") == "A PIN has 4 to 10 digits."
    assert page.beside("max_rate") == "Give 0 or more."
    assert (page.form["outbound_pin"], page.form["max_rate"]) == ("12", "-3")


def test_a_hidden_field_of_no_effect_is_not_judged(kwiaty: cast.Company, signed_in: SignIn) -> None:
    saved = Page(signed_in(kwiaty.manager).post(ADD, NEW | {"max_rate": "???", "outbound_pin": "x"}))
    assert saved.inside("password") == GOOD


def test_a_number_that_is_not_the_companys_any_more_is_named_and_refused(
    kwiaty: cast.Company, ksiegi: cast.Company, signed_in: SignIn, numbers: list[Number]
) -> None:
    account = cast.phone(kwiaty.tenant, "105", caller_id=numbers[0])
    Number.objects.filter(pk=numbers[0].pk).update(tenant=ksiegi.tenant)
    client = signed_in(kwiaty.manager)
    assert "22 123 45 67 not the company's any more" in Page(client.get("/konta-sip/")).text
    url = f"/konta-sip/{account.pk}/zmien"
    form = Page(client.get(url)).form
    assert form["caller_id"] == OFFICE
    assert Page(client.post(url, form)).beside("caller_id") == "This number is not one of the company's."
    client.post(url, form | {"caller_id": MOBILE})
    account.refresh_from_db()
    assert account.caller_id == numbers[1]


def test_an_account_from_before_there_were_numbers_can_be_renamed(kwiaty: cast.Company, signed_in: SignIn) -> None:
    account = cast.phone(kwiaty.tenant, "105")
    client = signed_in(kwiaty.manager)
    url = f"/konta-sip/{account.pk}/zmien"
    form = Page(client.get(url)).form
    assert form["caller_id"] == ""
    client.post(url, form | {"name": "Biuro"})
    account.refresh_from_db()
    assert (account.name, account.caller_id, account.caller_id_restricted) == ("Biuro", None, False)


def test_the_second_who_saves_sees_what_the_first_changed_there(
    kwiaty: cast.Company, signed_in: SignIn, numbers: list[Number]
) -> None:
    account = cast.phone(kwiaty.tenant, "105", caller_id=numbers[0])
    client, url = signed_in(kwiaty.manager), f"/konta-sip/{account.pk}/zmien"
    his = Page(client.get(url)).form
    hers = his | {"caller_id": "restricted", "max_rate": "0.5", "asks_pin": "on", "outbound_pin": "4711"}
    del hers["max_rate_inherited"]
    signed_in(kwiaty.owner).post(url, hers)
    page = Page(client.post(url, his | {"name": "Biuro"}))
    told = page.inside("errors")
    assert "was “22 123 45 67”, is now “Restricted number”" in told
    assert "Own highest price : was “–”, is now “0.50”" in told
    assert "The caller has to enter a PIN before the call : was “off”, is now “on”" in told
    client.post(url, page.form)
    account.refresh_from_db()
    assert (account.name, account.caller_id_restricted, account.max_rate) == ("Biuro", True, Decimal("0.5"))
    assert is_pin("4711", account.outbound_pin_digest)


def test_deleting_says_which_numbers_point_at_the_account(
    kwiaty: cast.Company, signed_in: SignIn, numbers: list[Number]
) -> None:
    account = cast.phone(kwiaty.tenant, "105")
    Number.objects.update(sip_account=account)
    client, url = signed_in(kwiaty.manager, "pl"), f"/konta-sip/{account.pk}/usun"
    asked = Page(client.get(url)).text
    assert "wskazują 2 publiczne numery" in asked
    assert "22 123 45 67 , 600 100 200" in asked
    assert "Nic innego" not in asked
    told = say_yes(client, url).text
    assert "Te numery nie dzwonią teraz nigdzie: 22 123 45 67, 600 100 200." in told


@pytest.mark.usefixtures("fees")
def test_what_costs_is_asked_before_anything_is_written(kwiaty: cast.Company, signed_in: SignIn) -> None:
    client = signed_in(kwiaty.manager, "pl")
    typed = _filled(Page(client.get(ADD)), ring_timeout="45", outbound_pin="4711", asks_pin="on")
    page = Page(client.post(ADD, typed))
    assert "Wyrażam zgodę na obciążenie mnie kosztami:" in page.text
    assert "Aktywacja (jednorazowa) 12,30 zł brutto (10,00 zł netto)" in page.text
    assert "Opłata miesięczna 6,15 zł brutto (5,00 zł netto)" in page.text
    assert not SipAccount.objects.exists()
    assert not Consent.objects.exists()
    assert {name: page.form.get(name) for name in typed} == typed


@pytest.mark.usefixtures("fees")
def test_a_yes_makes_the_account_charges_it_and_keeps_who_agreed(kwiaty: cast.Company, signed_in: SignIn) -> None:
    client = signed_in(kwiaty.manager, "pl")
    asked = Page(client.post(ADD, _filled(Page(client.get(ADD)))))
    agreed = asked.form | {"agreed": _prices(asked)}
    saved = Page(client.post(ADD, agreed))
    assert (saved.inside("login"), saved.inside("password")) == ("kwiaty_105", GOOD)
    consent = Consent.objects.get()
    assert (consent.person, consent.address) == (kwiaty.manager.person, "127.0.0.1")
    spent = 100 - _balance(kwiaty)
    assert spent > 10
    assert Page(client.post(ADD, agreed)).inside("login") == "kwiaty_105", "a double click or a reload"
    assert SipAccount.objects.count() == Consent.objects.count() == 1
    assert 100 - _balance(kwiaty) == spent


@pytest.mark.usefixtures("fees")
def test_a_no_leaves_the_form_as_it_was_typed(kwiaty: cast.Company, signed_in: SignIn) -> None:
    client = signed_in(kwiaty.manager)
    typed = _filled(
        Page(client.get(ADD)), caller_id="restricted", international="eea", max_rate="3", outbound_pin="4711"
    )
    del typed["max_rate_inherited"], typed["call_waiting"]
    asked = Page(client.post(ADD, typed | {"asks_pin": "on"}))
    page = Page(client.post(ADD, asked.form | {"decline": "1"}))
    assert {name: page.form.get(name) for name in typed} == typed
    assert "max_rate_inherited" not in page.form
    assert page.inside("errors") == ""
    assert "I agree" not in page.text
    assert not SipAccount.objects.exists()


@pytest.mark.usefixtures("fees")
def test_nobody_agrees_to_prices_that_they_did_not_see(kwiaty: cast.Company, signed_in: SignIn) -> None:
    client = signed_in(kwiaty.manager)
    asked = Page(client.post(ADD, _filled(Page(client.get(ADD)))))
    PriceList.objects.update(account_activation=Decimal(99))
    again = Page(client.post(ADD, asked.form | {"agreed": _prices(asked)}))
    assert "PLN 121.77 gross" in again.text
    Installation.objects.create(pk=1, vat_percent=Decimal(5))
    assert "PLN 103.95 gross" in Page(client.post(ADD, asked.form | {"agreed": _prices(again)})).text
    assert not SipAccount.objects.exists()


@pytest.mark.usefixtures("fees")
def test_what_is_wrong_is_told_before_the_costs(kwiaty: cast.Company, signed_in: SignIn) -> None:
    client = signed_in(kwiaty.manager)
    for wrong in ({"extension": "1"}, {"confirmation": "other"}):
        page = Page(client.post(ADD, _filled(Page(client.get(ADD))) | wrong))
        assert page.beside(next(iter(wrong)))
        assert "I agree" not in page.text
    page = Page(client.post(ADD, _filled(Page(client.get(ADD))) | {"confirmation": "other", "agreed": "x"}))
    assert page.beside("confirmation")
    assert _balance(kwiaty) == 100


def test_free_of_charge_is_asked_too_and_without_prices_nobody_is(
    kwiaty: cast.Company, ksiegi: cast.Company, signed_in: SignIn
) -> None:
    ksiegi.tenant.price_list = PriceList.objects.create(name="Gratis")
    ksiegi.tenant.save(update_fields=["price_list"])
    client = signed_in(ksiegi.manager, "pl")
    asked = Page(client.post(ADD, _filled(Page(client.get(ADD)))))
    assert "Aktywacja (jednorazowa) 0,00 zł brutto (0,00 zł netto)" in asked.text
    assert Page(client.post(ADD, asked.form | {"agreed": _prices(asked)})).inside("login") == "ksiegi_105"
    assert Page(signed_in(kwiaty.manager).post(ADD, NEW)).inside("login") == "kwiaty_105"


@pytest.mark.usefixtures("fees")
def test_too_little_money_says_how_much_is_needed_and_keeps_what_was_typed(
    kwiaty: cast.Company, signed_in: SignIn
) -> None:
    PriceList.objects.update(account_activation=Decimal(200))
    client = signed_in(kwiaty.manager)
    asked = Page(client.post(ADD, _filled(Page(client.get(ADD)))))
    page = Page(client.post(ADD, asked.form | {"agreed": _prices(asked)}))
    assert "too little money" in page.inside("errors")
    assert "Available: PLN 123.00 gross" in page.inside("errors")
    assert (page.form["extension"], page.form["password"]) == ("105", GOOD)
    assert not SipAccount.objects.exists()
    _has(kwiaty, "200")
    asked = Page(client.post(ADD, page.form))
    assert Page(client.post(ADD, asked.form | {"agreed": _prices(asked)})).inside("login") == "kwiaty_105"


def test_going_back_for_another_account_makes_another_one(kwiaty: cast.Company, signed_in: SignIn) -> None:
    client = signed_in(kwiaty.manager)
    typed = _filled(Page(client.get(ADD)))
    assert typed["request"]
    assert Page(client.post(ADD, typed)).inside("login") == "kwiaty_105"
    assert Page(client.post(ADD, typed | {"extension": "106"})).inside("login") == "kwiaty_106"
    page = Page(client.post(ADD, typed | {"name": "Inna"}))
    assert "This form has made its account already" in page.inside("errors")
    assert SipAccount.objects.count() == 2


def _prices(asked: Page) -> str:
    return asked.html.split('name="agreed" value="', 1)[1].split('"', 1)[0]


def _balance(company: cast.Company) -> Decimal:
    company.tenant.refresh_from_db()
    return company.tenant.balance
