"""Forwarding in a browser: by keyboard, and with a number saved without leaving the form."""

import re
from collections.abc import Callable

from playwright.sync_api import BrowserContext, Page, expect

from centralka.store.models import ExternalNumber, Forward
from tests import cast

from .conftest import Screen, SignIn
from .test_accounts import tab_to
from .test_every_page import complaints


def test_a_number_is_saved_from_the_form_which_keeps_what_was_typed(
    page: Page, context: BrowserContext, screen: Screen, sign_in: SignIn, kwiaty: cast.Company, mistakes: list[str]
) -> None:
    account = cast.phone(kwiaty.tenant, "100", "Sekretariat")
    sign_in(context, kwiaty.manager)
    page.goto(f"/konta-sip/{account.pk}/zmien")
    page.locator("#id_name").fill("Recepcja")
    tab_to(page, page.locator("[data-for=id_forward_busy]"))
    page.keyboard.press("Enter")
    dialog, number = page.get_by_role("dialog"), page.locator("#external_number")
    expect(number).to_be_focused()
    page.keyboard.type("112")
    page.keyboard.press("Enter")
    expect(dialog.locator(".field-errors").first).to_be_visible()
    expect(number).to_be_focused()
    assert complaints(page) == []
    number.fill("600 100 200")
    page.keyboard.press("Tab")
    page.keyboard.type("Nocna zmiana")
    page.keyboard.press("Enter")
    expect(dialog).to_be_hidden()
    busy = page.locator("#id_forward_busy")
    expect(busy).to_be_focused()
    expect(busy).to_have_value("external:+48600100200")
    for other in ("no_answer", "unavailable"):
        expect(page.locator(f"#id_forward_{other}")).to_have_value("")
        expect(page.locator(f"#id_forward_{other} option[value='external:+48600100200']")).to_have_count(1)
    page.locator("#save").click()
    expect(page).to_have_url(re.compile("/konta-sip/$"))
    account.refresh_from_db()
    assert account.name == "Recepcja"
    assert Forward.objects.get().external == ExternalNumber.objects.get(name="Nocna zmiana")
    assert mistakes == []


def test_escape_closes_the_dialog_and_changes_nothing(
    page: Page, context: BrowserContext, sign_in: SignIn, kwiaty: cast.Company
) -> None:
    sign_in(context, kwiaty.manager)
    page.goto("/konta-sip/dodaj")
    opener = page.locator("[data-for=id_forward_no_answer]")
    opener.click()
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(opener).to_be_focused()
    opener.click()
    page.locator("#external-dialog [data-close]").click()
    expect(page.get_by_role("dialog")).to_be_hidden()
    assert not ExternalNumber.objects.exists()


def test_without_scripts_the_plus_leads_to_a_page(
    new_context: Callable[..., BrowserContext], screen: Screen, sign_in: SignIn, kwiaty: cast.Company
) -> None:
    context = new_context(java_script_enabled=False, viewport={"width": screen.width, "height": 800})
    sign_in(context, kwiaty.manager)
    page = context.new_page()
    page.goto("/konta-sip/dodaj")
    with context.expect_page() as opened:
        page.locator("[data-for=id_forward_busy]").click()
    form = opened.value
    form.locator("#id_number").fill("600 100 200")
    form.locator("#id_name").fill("Nocna zmiana")
    form.locator(".form-end .btn-primary").click()
    expect(form.locator("tbody th")).to_have_text("Nocna zmiana")
