"""Co się stanie, gdy ktoś zadzwoni? in a browser: the picture follows the questions and the form."""

import re
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from centralka.actions.account.accounts import change_sip_account
from centralka.actions.account.forwarding import ForwardChoice
from centralka.store.models import SipAccount
from tests import cast

from .conftest import EVERY_SCREEN, Screen, SignIn
from .test_every_page import LONG, complaints


@pytest.fixture
def ala(kwiaty: cast.Company) -> SipAccount:
    """With every kind of step behind her, and long names in it."""
    made = cast.phone(kwiaty.tenant, "100", LONG)
    cast.phone(kwiaty.tenant, "101", "Magazyn")
    cast.phone(kwiaty.tenant, "102", LONG)
    cast.phone(kwiaty.tenant, "103", "Portiernia")
    changes = {
        "voicemail_enabled": True,
        "voicemail_pin": "7391",
        "forward_no_answer": ForwardChoice("extension", extension="102"),
        "forward_busy": ForwardChoice("extension", extension="101"),
    }
    return change_sip_account(kwiaty.manager, made.pk, changes)


def test_the_picture_follows_the_question(
    page: Page,
    context: BrowserContext,
    screen: Screen,
    sign_in: SignIn,
    kwiaty: cast.Company,
    ala: SipAccount,
    mistakes: list[str],
) -> None:
    sign_in(context, kwiaty.reader)
    page.goto("/co-sie-stanie/")
    seen = page.locator(".plan-picture:visible")
    expect(seen).to_have_count(1)
    expect(seen).to_have_class(re.compile("plan-narrow" if screen.narrow else "plan-wide"))
    expect(seen).to_contain_text(screen.say("Dzwoni 100", "Rings 100"))
    assert complaints(page) == []
    page.locator("#id_who").select_option("102")
    expect(seen).to_contain_text(screen.say("Pominięte: 102", "Skipped: 102"))
    page.locator("#id_to").fill("*98")
    expect(seen).to_contain_text(screen.say("Nieudane: nie", "Refused: no"))
    expect(page).to_have_url(re.compile("who=102"))
    page.locator("#id_who").select_option("outside")
    expect(page.locator("#results [role=alert]")).to_be_visible()
    assert complaints(page) == []
    assert mistakes == []


@EVERY_SCREEN
def test_the_picture_on_the_form_follows_what_is_typed(
    page: Page,
    context: BrowserContext,
    screen: Screen,
    sign_in: SignIn,
    kwiaty: cast.Company,
    ala: SipAccount,
    mistakes: list[str],
) -> None:
    sign_in(context, kwiaty.manager)
    page.goto(f"/konta-sip/{ala.pk}/zmien")
    seen = page.locator("#plan-preview .plan-picture:visible")
    expect(seen).to_contain_text("102")
    page.locator(".preview summary").click()
    assert complaints(page) == []
    page.locator("#id_ring_timeout").fill("17")
    expect(seen).to_contain_text("17 s")
    expect(page.locator("#preview-steps")).to_contain_text("17 s")
    expect(page.locator("#preview-steps")).to_be_visible()
    page.locator("#id_ring_timeout").fill("1")
    note = page.locator("#preview-note")
    expect(note).to_be_visible()
    expect(seen).to_contain_text("17 s")
    assert complaints(page) == []
    page.locator("#id_ring_timeout").fill("18")
    expect(seen).to_contain_text("18 s")
    expect(note).to_be_hidden()
    expect(seen.locator(".plan-ring")).to_have_count(3)
    page.locator("#id_forward_busy").select_option("")
    expect(seen.locator(".plan-ring")).to_have_count(2)
    assert SipAccount.objects.get(pk=ala.pk).ring_timeout == 30
    assert mistakes == []


def test_who_calls_on_the_form_is_chosen_by_keyboard(
    page: Page, context: BrowserContext, sign_in: SignIn, kwiaty: cast.Company, ala: SipAccount
) -> None:
    sign_in(context, kwiaty.manager)
    page.goto(f"/konta-sip/{ala.pk}/zmien")
    expect(page.locator("#preview-colleague")).to_be_checked()
    page.locator("#preview-colleague").focus()
    page.keyboard.press("ArrowUp")
    expect(page.locator("#plan-preview .plan-picture:visible .plan-caller use")).to_have_attribute(
        "href", re.compile("#globe2")
    )
    expect(page.locator("#preview-outside")).to_be_checked()
    expect(page.locator("#preview-outside")).to_be_focused()


def test_no_secret_is_sent_for_a_picture(
    page: Page, context: BrowserContext, sign_in: SignIn, kwiaty: cast.Company
) -> None:
    sign_in(context, kwiaty.manager)
    page.goto("/konta-sip/dodaj")
    expect(page.locator("#preview-note")).to_be_visible()
    page.locator("#id_password").fill("Bardzo-tajne-7")
    page.locator("#id_voicemail_enabled").check()
    page.locator("#id_voicemail_pin").fill("73915")
    page.locator("#id_extension").fill("105")
    with page.expect_request(lambda request: "name=Nowe" in (request.post_data or "")) as asked:
        page.locator("#id_name").fill("Nowe")
    sent = parse_qs(asked.value.post_data or "", keep_blank_values=True)
    assert sent["extension"] == ["105"]
    assert not {"password", "confirmation", "voicemail_pin", "outbound_pin"} & set(sent)
    expect(page.locator("#plan-preview .plan-picture:visible")).to_contain_text("105 Nowe")
    assert not SipAccount.objects.exists()
