"""One person, two tabs, two companies: each tab stays in its own."""

from playwright.sync_api import BrowserContext, Page, expect

from centralka.actions.tenants.tenants import add_member
from centralka.store.models import Role
from tests import cast

from .conftest import Screen, SignIn


def _fill(tab: Page, extension: str, name: str) -> None:
    tab.locator("#id_extension").fill(extension)
    tab.locator("#id_name").fill(name)
    tab.locator(".generate").click()
    tab.locator("#id_password[type=text]").wait_for()


def _switch(tab: Page, screen: Screen, company: str) -> None:
    if screen.narrow:
        tab.locator(".menu-button").click()
    tab.locator("#company").select_option(label=company)
    tab.locator(".company .btn").click()


def test_a_form_is_saved_in_the_company_for_which_it_was_opened(
    page: Page,
    context: BrowserContext,
    screen: Screen,
    sign_in: SignIn,
    kwiaty: cast.Company,
    ksiegi: cast.Company,
    mistakes: list[str],
) -> None:
    add_member(cast.OPERATOR, "kwiaty", "celina@ksiegi.example", Role.OWNER)
    cast.phone(kwiaty.tenant, "100", "Kwiaty")
    cast.phone(ksiegi.tenant, "100", "Faktury")
    sign_in(context, ksiegi.owner)
    page.goto("/konta-sip/dodaj")
    page.locator("#id_extension").fill("105")

    other = context.new_page()
    other.goto("/")
    _switch(other, screen, kwiaty.tenant.name)
    expect(other.locator("#results")).to_contain_text("Kwiaty")
    other.goto("/konta-sip/dodaj")  # a bookmark leads to the company looked at last

    _fill(page, "105", "Księgowość")
    _fill(other, "106", "Kwiaciarka")
    page.locator(".form-end .btn-primary").click()
    page.locator(".once-secret").wait_for()
    other.locator(".form-end .btn-primary").click()
    other.locator(".once-secret").wait_for()
    assert list(ksiegi.tenant.sip_accounts.values_list("extension", flat=True).order_by("extension")) == ["100", "105"]
    assert list(kwiaty.tenant.sip_accounts.values_list("extension", flat=True).order_by("extension")) == ["100", "106"]

    page.locator(".form-end .btn-primary").click()
    expect(page.locator("#results")).to_contain_text("Faktury")
    other.locator(".form-end .btn-primary").click()
    expect(other.locator("#results")).to_contain_text("Kwiaciarka")
    page.reload()
    expect(page.locator("#results")).to_contain_text("Księgowość")
    assert mistakes == []
