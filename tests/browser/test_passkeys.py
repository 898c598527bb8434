"""A passkey, in Chromium with an authenticator of its own: added, asked for at the second step, taken once."""

import pytest
from playwright.sync_api import BrowserContext, CDPSession, Page, expect

from centralka.store.models import Passkey, Person
from tests import cast
from tests.server import Server

from .conftest import SCREENS

pytestmark = pytest.mark.screens(SCREENS[0])


def _with_an_authenticator(context: BrowserContext, page: Page) -> tuple[CDPSession, dict[str, str]]:
    """Return the way to ask it, and its name."""
    devtools = context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    return devtools, devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def _password(page: Page, url: str) -> None:
    page.goto(f"{url}/logowanie")
    page.locator("#id_username").fill("alicja@kwiaty.example")
    page.locator("#id_password").fill(cast.PASSWORD)
    page.get_by_role("button", name="Zaloguj się").click()


_BEFORE_16 = "delete HTMLFormElement.prototype.requestSubmit"


def _as_older_safari(page: Page) -> None:
    """Take from the page what Safari had not before 18.4; what it had not before 16 was never there."""
    page.evaluate(
        "() => { for (const name of ['parseCreationOptionsFromJSON', 'parseRequestOptionsFromJSON'])"
        " delete PublicKeyCredential[name]; delete PublicKeyCredential.prototype.toJSON; }"
    )


def _sign_out(page: Page) -> None:
    page.locator("form[action$='/wylogowanie'] button").click()
    expect(page.locator("#id_username")).to_be_visible()


def test_a_passkey_is_added_asked_for_and_its_answer_taken_once(
    server: Server, page: Page, context: BrowserContext, kwiaty: cast.Company
) -> None:
    url = server.url.replace("127.0.0.1", "localhost")  # passkeys are of names, not of addresses
    authenticator, device = _with_an_authenticator(context, page)
    context.add_init_script(_BEFORE_16)
    _password(page, url)
    expect(page.get_by_role("heading", name="Konta SIP")).to_be_visible()
    page.goto(f"{url}/drugi-skladnik/klucz")
    page.locator("#id_name").fill("Laptop")
    page.locator("#id_password").fill("nie to")
    page.locator("#id_password").press("Enter")
    expect(page.locator("#id_password_error")).to_be_visible()
    assert authenticator.send("WebAuthn.getCredentials", device)["credentials"] == []
    page.locator("#id_password").fill(cast.PASSWORD)
    _as_older_safari(page)
    page.get_by_role("button", name="Dodaj", exact=True).click()
    expect(page.locator("#codes")).to_be_visible()
    assert len(page.locator("#codes").inner_text().split()) == 10
    _sign_out(page)

    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.post_data or "") if "kod" in request.url else None)
    _password(page, url)
    expect(page.get_by_role("heading", name="Drugi krok")).to_be_visible()
    page.goto(f"{url}/konta-sip/")
    expect(page.locator("#id_username")).to_be_visible()  # nobody is signed in yet
    _password(page, url)
    page.get_by_role("button", name="Użyj klucza dostępu").click()
    expect(page.get_by_role("heading", name="Konta SIP")).to_be_visible()
    found = Passkey.objects.get()
    assert (found.name, found.last_used_at is not None) == ("Laptop", True)
    assert Person.objects.get(pk=found.person_id).has_second_factor

    # The same answer once more, in the second step of another session.
    _sign_out(page)
    _password(page, url)
    expect(page.get_by_role("heading", name="Drugi krok")).to_be_visible()
    answer = next(text for text in sent if "credential=" in text)
    credential = page.evaluate("text => new URLSearchParams(text).get('credential')", answer)
    page.evaluate(
        "async ([address, token]) => { await fetch(address, {method: 'POST', headers: {'X-CSRFToken': token}}) }",
        [f"{url}/logowanie/klucz", page.locator("[name=csrfmiddlewaretoken]").first.input_value()],
    )
    page.evaluate(
        "text => { const form = document.querySelector('form[data-passkey]');"
        " form.elements.credential.value = text; form.submit(); }",
        credential,
    )
    expect(page.get_by_text("Klucz dostępu nie został przyjęty")).to_be_visible()
    _as_older_safari(page)
    page.get_by_role("button", name="Użyj klucza dostępu").click()
    expect(page.get_by_role("heading", name="Konta SIP")).to_be_visible()
