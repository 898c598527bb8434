"""The login page, the menu and the language in a browser."""

import re
from email import message_from_bytes
from email.policy import default

import pytest
from django.conf import settings as configured
from django.contrib.sessions.models import Session
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django import Settings

from centralka.outbox.letters import letter_of
from centralka.outbox.mail_words import words_of
from centralka.store.models import Mail
from tests import cast
from tests.server import Server

from .conftest import EVERY_SCREEN, Screen, SignIn, session_of
from .test_accounts import tab_to


def _try(page: Page, password: str, email: str = "alicja@kwiaty.example") -> None:
    page.goto("/logowanie")
    expect(page.locator("#id_username")).to_be_focused()
    page.keyboard.type(email)
    page.keyboard.press("Tab")
    page.keyboard.type(password)
    page.keyboard.press("Enter")
    page.locator("#errors, .big-icon, .page-head").first.wait_for()


def test_signing_in_starts_in_the_first_field(page: Page, screen: Screen, kwiaty: cast.Company) -> None:
    _try(page, cast.PASSWORD)
    expect(page.locator("h1")).to_have_text(screen.say("Konta SIP (Wewnętrzne)", "SIP accounts (internal)"))


def test_too_many_wrong_passwords_lock_the_login_and_say_for_how_long(
    page: Page, screen: Screen, kwiaty: cast.Company
) -> None:
    for _ in range(configured.AXES_FAILURE_LIMIT):
        _try(page, "wrong")
    expect(page.locator("h1")).to_have_text(screen.say("Zbyt wiele prób", "Too many tries"))
    expect(page.locator("main")).to_contain_text(screen.say("15 minut", "15 minutes"))
    _try(page, cast.PASSWORD)
    expect(page.locator("h1")).to_have_text(screen.say("Zbyt wiele prób", "Too many tries"))


@EVERY_SCREEN
def test_the_menu_works_without_a_mouse(
    page: Page, context: BrowserContext, screen: Screen, sign_in: SignIn, kwiaty: cast.Company
) -> None:
    sign_in(context, kwiaty.owner)
    page.goto("/konta-sip/")
    calls = page.get_by_role("link", name=screen.say("Połączenia", "Calls"), exact=True)
    if screen.narrow:
        expect(calls).to_be_hidden()
        button = page.get_by_role("button", name="Menu")
        tab_to(page, button)
        page.keyboard.press("Enter")
        expect(calls).to_be_visible()
        page.keyboard.press("Escape")
        expect(calls).to_be_hidden()
        expect(button).to_be_focused()
        page.keyboard.press("Enter")
    tab_to(page, calls)
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text(screen.say("Połączenia", "Calls"))


def test_the_first_tab_leads_past_the_menu(
    page: Page, context: BrowserContext, sign_in: SignIn, kwiaty: cast.Company
) -> None:
    sign_in(context, kwiaty.owner)
    page.goto("/konta-sip/")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_the_language_is_switched_on_the_login_page(page: Page, screen: Screen) -> None:
    page.goto("/logowanie")
    page.get_by_role("button", name=screen.say("English", "Polski")).click()
    expect(page.locator("h1")).to_have_text(screen.say("Sign in", "Zaloguj się"))


def _link(mail: Mail) -> str:
    text = message_from_bytes(letter_of(mail).content, policy=default).get_body(("plain",))
    assert text is not None
    found = re.search(r"https?://\S+/nowy-adres/\S+", text.get_content())
    assert found
    return found.group()


def test_another_address_by_a_link_to_it_and_the_one_of_before_is_told(
    page: Page, context: BrowserContext, screen: Screen, sign_in: SignIn, kwiaty: cast.Company, server: Server,
    settings: Settings,
) -> None:  # fmt: skip
    settings.PUBLIC_URL = server.url  # the letter is written here
    new, old = "b.nowak@kwiaty.example", "bartek@kwiaty.example"
    elsewhere = session_of(kwiaty.reader)
    sign_in(context, kwiaty.reader)
    page.goto("/adres-e-mail")
    page.locator("#id_email").fill(new)
    page.locator("#id_password").fill(cast.PASSWORD)
    page.get_by_role("button", name=screen.say("Wyślij mi link", "Mail me a link")).click()
    expect(page.locator(".note")).to_contain_text(new)
    page.goto(_link(Mail.objects.get(to=new)))
    expect(page.locator("main")).to_contain_text(old)
    page.get_by_role("button", name=screen.say("Używaj tego adresu", "Use this address")).click()
    expect(page.get_by_text(screen.say(f"Od teraz logujesz się jako {new}", f"You sign in as {new}"))).to_be_visible()
    assert new in words_of(Mail.objects.get(to=old)).opening
    assert not Session.objects.filter(pk=elsewhere).exists()
    context.clear_cookies()
    _try(page, cast.PASSWORD, old)
    expect(page.locator("#errors")).to_be_visible()
    _try(page, cast.PASSWORD, new)
    expect(page.locator("h1")).to_have_text(screen.say("Konta SIP (Wewnętrzne)", "SIP accounts (internal)"))


@pytest.mark.screens(Screen("pl", 1280))
def test_everything_works_without_scripts(
    new_context: object, screen: Screen, sign_in: SignIn, kwiaty: cast.Company
) -> None:
    context: BrowserContext = new_context(java_script_enabled=False, locale="pl-PL")  # type: ignore[operator]  # a factory
    sign_in(context, kwiaty.manager)
    cast.phone(kwiaty.tenant, "100", "Sekretariat")
    cast.phone(kwiaty.tenant, "101", "Magazyn")
    page = context.new_page()
    page.set_viewport_size({"width": 360, "height": 800})
    page.goto("/konta-sip/")
    expect(page.get_by_role("link", name="Połączenia", exact=True)).to_be_visible()
    page.locator("#search").fill("maga")
    page.keyboard.press("Enter")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.goto("/konta-sip/dodaj")
    page.locator("#id_extension").fill("105")
    page.locator("#id_name").fill("Biuro")
    page.locator(".generate").click()
    expect(page.locator("#id_extension")).to_have_value("105")
    password = page.locator("#id_password").input_value()
    page.get_by_role("button", name="Zapisz", exact=True).click()
    expect(page.locator("#password")).to_have_text(password)
