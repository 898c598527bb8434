"""Calls outside in a browser: the form and its question about costs, numbers, finances; by keyboard, and accessible."""

import re
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect

from centralka.store import money
from centralka.store.models import CallRecord, Consent, LedgerEntry, Number, PriceList, SipAccount, Tenant
from tests import cast

from .conftest import EVERY_SCREEN, Screen, SignIn
from .test_accounts import tab_to
from .test_every_page import LONG, complaints

ADD = "/konta-sip/dodaj"
Kind = LedgerEntry.Kind


@pytest.fixture
def numbers(kwiaty: cast.Company) -> list[Number]:
    return [Number.objects.create(e164=e164, tenant=kwiaty.tenant) for e164 in ("+48221234567", "+48600100200")]


@pytest.fixture
def fees(kwiaty: cast.Company) -> PriceList:
    """10.00 once and 5.00 a month for each account; there are 100.00. PLN net."""
    made = PriceList.objects.create(name="Dla firm", account_activation=Decimal(10), account_monthly=Decimal(5))
    Tenant.objects.filter(pk=kwiaty.tenant.pk).update(price_list=made)
    _book(kwiaty, "100", Kind.TOP_UP, days=20, note="Przelew 7/2026")
    return made


def _book(company: cast.Company, net: str, kind: Kind, days: int, **details: object) -> None:
    key, at = f"test:{LedgerEntry.objects.count()}", timezone.now() - timedelta(days=days)
    money.book(company.tenant.pk, key=key, kind=kind, net=Decimal(net), at=at, details=details)


def _fill(page: Page) -> None:
    page.goto(ADD)
    page.locator("#id_extension").fill("105")
    page.locator("#id_name").fill("Sekretariat")
    page.locator(".generate").click()
    expect(page.locator("#id_password")).to_have_value(re.compile(".{16}"))


@pytest.mark.usefixtures("numbers")
def test_the_forms_settings_of_calls_outside_work_by_keyboard(
    page: Page, context: BrowserContext, screen: Screen, sign_in: SignIn, kwiaty: cast.Company, mistakes: list[str]
) -> None:
    sign_in(context, kwiaty.manager)
    _fill(page)
    tab_to(page, page.locator("#id_caller_id"))
    page.keyboard.press("ArrowDown")
    tab_to(page, page.locator("#id_international"))
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    rate, pin = page.locator("#id_max_rate"), page.locator("#id_outbound_pin")
    expect(rate).to_be_hidden()
    tab_to(page, page.locator("#id_max_rate_inherited"))
    page.keyboard.press("Space")
    expect(rate).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.type("0,75")
    expect(pin).to_be_hidden()
    tab_to(page, page.locator("#id_asks_pin"))
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.type("4711")
    assert complaints(page) == []
    page.keyboard.press("Enter")
    expect(page.locator("#login")).to_have_text("kwiaty_105")
    made = SipAccount.objects.get()
    assert made.caller_id
    assert (made.caller_id.e164, made.international, made.max_rate) == ("+48600100200", "eea", Decimal("0.75"))
    assert made.outbound_pin_digest
    assert mistakes == []


@pytest.mark.usefixtures("fees")
def test_costs_are_asked_in_a_dialog_that_escape_and_no_close_and_yes_accepts(
    page: Page, context: BrowserContext, screen: Screen, sign_in: SignIn, kwiaty: cast.Company, mistakes: list[str]
) -> None:
    sign_in(context, kwiaty.manager)
    _fill(page)
    password = page.locator("#id_password").input_value()
    save, dialog = page.locator("#save"), page.get_by_role("dialog")
    save.click()
    expect(dialog).to_be_visible()
    expect(dialog).to_contain_text(screen.say("Wyrażam zgodę na obciążenie mnie kosztami:", "I agree to be charged"))
    expect(dialog).to_contain_text(screen.say("12,30 zł brutto", "PLN 12.30 gross"))
    no, yes = dialog.get_by_role("button").all()
    expect(no).to_be_focused()
    assert complaints(page) == []
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(save).to_be_focused()
    expect(page.locator("#id_password")).to_have_value(password)
    page.keyboard.press("Enter")
    expect(no).to_be_focused()
    page.keyboard.press("Enter")
    expect(dialog).to_be_hidden()
    assert not SipAccount.objects.exists()
    page.locator("#id_name").fill("Recepcja")
    save.click()
    expect(no).to_be_focused()
    page.keyboard.press("Tab")
    expect(yes).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#password")).to_have_text(password)
    assert SipAccount.objects.get().name == "Recepcja"
    assert Consent.objects.count() == 1
    assert mistakes == []


@pytest.mark.usefixtures("fees")
def test_a_double_click_on_yes_charges_once(
    page: Page, context: BrowserContext, screen: Screen, sign_in: SignIn, kwiaty: cast.Company
) -> None:
    sign_in(context, kwiaty.manager)
    _fill(page)
    page.locator("#save").click()
    page.get_by_role("dialog").get_by_role("button").last.dblclick()
    expect(page.locator("#login")).to_have_text("kwiaty_105")
    assert SipAccount.objects.count() == Consent.objects.count() == 1
    assert LedgerEntry.objects.filter(kind=Kind.ACTIVATION).count() == 1


@pytest.mark.usefixtures("fees")
def test_without_scripts_the_question_is_a_page(
    new_context: Callable[..., BrowserContext], screen: Screen, sign_in: SignIn, kwiaty: cast.Company
) -> None:
    context = new_context(
        java_script_enabled=False,
        locale={"pl": "pl-PL", "en": "en-GB"}[screen.language],
        viewport={"width": screen.width, "height": 800},
    )
    sign_in(context, kwiaty.manager)
    page = context.new_page()
    page.goto(ADD)
    password = "Mq7-tRw2-Zk9x"
    for field, value in {"extension": "105", "name": "Biuro", "password": password, "confirmation": password}.items():
        page.locator(f"#id_{field}").fill(value)
    page.locator("#save").click()
    question = page.locator("dialog.consent")
    expect(question).to_be_visible()
    expect(page.locator("#id_name")).to_be_hidden()
    question.locator("[name=decline]").click()
    expect(question).to_have_count(0)
    expect(page.locator("#id_name")).to_have_value("Biuro")
    page.locator("#save").click()
    question.locator("[name=agreed]").click()
    expect(page.locator("#password")).to_have_text(password)
    assert Consent.objects.count() == 1


def test_a_number_gets_its_target_at_once(
    page: Page,
    context: BrowserContext,
    screen: Screen,
    sign_in: SignIn,
    kwiaty: cast.Company,
    numbers: list[Number],
    mistakes: list[str],
) -> None:
    account = cast.phone(kwiaty.tenant, "100", LONG, caller_id=numbers[0])
    sign_in(context, kwiaty.manager)
    page.goto("/numery/")
    assert complaints(page) == []
    choice = page.locator(f"#target-{numbers[1].pk}")
    choice.select_option(str(account.pk))
    expect(page.locator(f"#saved-{numbers[1].pk}")).to_contain_text(screen.say("Zapisano", "Saved"))
    numbers[1].refresh_from_db()
    assert numbers[1].sip_account == account
    assert complaints(page) == []
    page.reload()
    expect(choice).to_have_value(str(account.pk))
    assert mistakes == []


@pytest.mark.usefixtures("fees")
@EVERY_SCREEN
def test_finances_have_a_chart_and_a_ledger_that_filters(
    page: Page, context: BrowserContext, screen: Screen, sign_in: SignIn, kwiaty: cast.Company, mistakes: list[str]
) -> None:
    for days, net in enumerate(["-1.2345", "-7.5", "-0.12", "-3", "-12.2"]):
        call = {"call": "node1-1", "from": "100", "number": "+48600100200", "seconds": 61 * days}
        _book(kwiaty, net, Kind.CALL, days=days * 3, **call)
    _book(kwiaty, "-5", Kind.MONTHLY, days=5, extension="100", name=LONG, month="2026-11")
    sign_in(context, kwiaty.owner)
    page.goto("/finanse/")
    chart = page.locator("svg.chart-bars")
    expect(chart).to_be_visible()
    expect(page.get_by_role("img", name=screen.say("Wydatki według dni", "Spending by day"))).to_be_visible()
    assert complaints(page) == []
    page.locator(".chart-table summary").click()
    expect(page.locator(".chart-table tbody tr")).to_have_count(6)
    if screen.narrow:
        page.locator(".fold-button").click()
    page.locator("#id_kind").select_option("monthly")
    expect(page.locator(".rows-ledger tbody tr")).to_have_count(1)
    expect(page).to_have_url(re.compile("kind=monthly"))
    assert complaints(page) == []
    assert mistakes == []


@EVERY_SCREEN
def test_permissions_of_the_company_and_calls_outside_fit_the_screen(
    page: Page, context: BrowserContext, screen: Screen, sign_in: SignIn, kwiaty: cast.Company, mistakes: list[str]
) -> None:
    now = timezone.now()
    rate = {
        "prefix": "48600", "description": LONG, "per_minute": "0.1200", "connection_fee": "0.0500",
        "first_increment": 60, "next_increment": 1,
    }  # fmt: skip
    leg = {"to": "+48600100200", "outcome": "answered", "seconds": 60, "trunk": LONG, "rate": rate, "price": "0.1700"}
    for direction, caller, dialled in (("out", "100", "600100200"), ("in", "", "+48221234567")):
        CallRecord.objects.create(
            call_id=f"call-{direction}", tenant=kwiaty.tenant, from_number=caller, to_number=dialled,
            direction=direction, started_at=now, answered_at=now, ended_at=now, outcome="answered",
            price=Decimal("0.1700"), legs=[leg],
        )  # fmt: skip
    sign_in(context, kwiaty.manager)
    for url in ("/ustawienia/zewnetrzne", "/polaczenia/", "/polaczenia/call-out/", "/polaczenia/call-in/"):
        page.goto(url)
        assert complaints(page) == [], url
    page.goto("/ustawienia/zewnetrzne")
    page.locator("#id_international_2").check()
    page.locator("#id_max_rate").fill("0,50")
    page.locator(".form-end .btn-primary").click()
    expect(page.locator(".note-success")).to_be_visible()
    kwiaty.tenant.refresh_from_db()
    assert (kwiaty.tenant.international, kwiaty.tenant.max_rate) == ("world", Decimal("0.5"))
    assert mistakes == []
