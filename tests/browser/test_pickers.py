"""Lists that are sought: by keyboard, as a screen reader is told of them, by mouse, and without scripts."""

import re

from playwright.sync_api import Browser, BrowserContext, Page, expect

from centralka.store.models import Number, SipAccount
from tests import cast
from tests.server import Server

from .conftest import Screen, SignIn
from .test_accounts import tab_to
from .test_every_page import complaints


def a_big_company(kwiaty: cast.Company) -> SipAccount:
    SipAccount.objects.bulk_create(
        SipAccount(tenant=kwiaty.tenant, extension=str(n), login=f"kwiaty_{n}", name=f"Telefon {n}")
        for n in range(200, 260)
    )
    cast.phone(kwiaty.tenant, "22", "Magazyn Łódź")
    return cast.phone(kwiaty.tenant, "100", "Sekretariat")


def test_a_forward_is_sought_and_taken_with_the_keyboard_alone(
    page: Page, context: BrowserContext, screen: Screen, sign_in: SignIn, kwiaty: cast.Company, mistakes: list[str]
) -> None:
    account = a_big_company(kwiaty)
    sign_in(context, kwiaty.manager)
    page.goto(f"/konta-sip/{account.pk}/zmien")
    field = page.locator("#id_forward_busy")
    tab_to(page, field)
    expect(field).to_have_attribute("role", "combobox")
    expect(field).to_have_attribute("aria-expanded", "false")
    page.keyboard.type("lodz")
    listed = page.get_by_role("listbox")
    option = listed.get_by_role("option", name="22 – Magazyn Łódź (kwiaty_22)")
    expect(option).to_be_visible()
    expect(page.locator("#said")).not_to_be_empty()
    assert complaints(page) == []
    page.keyboard.press("ArrowDown")
    expect(option).to_have_attribute("aria-selected", "true")
    assert field.get_attribute("aria-activedescendant") == option.get_attribute("id")
    assert field.get_attribute("aria-controls") == listed.get_attribute("id")
    page.keyboard.press("Enter")
    expect(listed).to_be_hidden()
    expect(field).to_have_value("22 – Magazyn Łódź (kwiaty_22)")
    expect(field).to_be_focused()
    expect(page.locator("#plan-preview")).to_contain_text("Magazyn Łódź")
    page.keyboard.type("xyz")
    expect(page.locator(".picker-more")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(field).to_have_value("22 – Magazyn Łódź (kwiaty_22)")
    page.locator("#save").click()
    expect(page).to_have_url(re.compile("/konta-sip/$"))
    target = account.forwards.get(condition="busy").target
    assert target is not None
    assert target.extension == "22"
    assert mistakes == []


def test_where_a_number_rings_is_saved_when_it_is_taken_with_a_mouse(
    page: Page, context: BrowserContext, sign_in: SignIn, kwiaty: cast.Company, mistakes: list[str]
) -> None:
    account = a_big_company(kwiaty)
    numbers = [Number.objects.create(tenant=kwiaty.tenant, e164=f"+4822123456{n}") for n in range(3)]
    sign_in(context, kwiaty.manager)
    page.goto("/numery/")
    last = page.locator(f"#target-{numbers[-1].pk}")
    last.click()
    expect(page.get_by_role("option")).to_have_count(20)
    last.fill("sekret")
    page.get_by_role("option", name="100 – Sekretariat").click()
    expect(page.locator(f"#saved-{numbers[-1].pk} .good")).to_be_visible()
    numbers[-1].refresh_from_db()
    assert numbers[-1].sip_account == account
    assert mistakes == []


def test_without_scripts_a_name_or_an_extension_is_typed(
    browser: Browser, server: Server, sign_in: SignIn, kwiaty: cast.Company
) -> None:
    account = a_big_company(kwiaty)
    context = browser.new_context(java_script_enabled=False, base_url=server.url)
    try:
        sign_in(context, kwiaty.manager)
        page = context.new_page()
        page.goto(f"/konta-sip/{account.pk}/zmien")
        page.locator("#id_forward_busy").fill("Telefon")
        page.locator("#id_forward_unavailable").fill("magazyn")
        page.locator("#save").click()
        expect(page.locator("#id_forward_busy_error")).to_contain_text("200 – Telefon 200")
        expect(page.locator("#id_forward_unavailable")).to_have_value("magazyn")
        page.locator("#id_forward_busy").fill("201")
        page.locator("#save").click()
        expect(page).to_have_url(re.compile("/konta-sip/$"))
    finally:
        context.close()
    found = {forward.condition: forward.target and forward.target.extension for forward in account.forwards.all()}
    assert found == {"busy": "201", "unavailable": "22"}
