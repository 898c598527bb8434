"""A browser's phone and what a person allows: notifications, and the microphone."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.live.instance import Installation
from tests.live.office import SOON, Office, extension_of
from tests.live.phone_in_browser.conftest import HZ
from tests.live.phone_in_browser.test_calls import heard, rung
from tests.live.phone_in_browser.window import chromium, closed, mine, signed_in, tone

# Each notification that is shown, in a list for as long as it is.
_LISTED = """
window.notices = [];
const Plain = Notification;
window.Notification = class extends Plain {
  constructor(title, options) {
    super(title, options);
    window.notices.push(`${title}: ${options.body}`);
    this.addEventListener("close", () => window.notices.pop());
  }
};"""


def test_whoever_does_not_look_is_notified_until_the_call_is_taken(office: Office, tmp_path: Path) -> None:
    bartek = office.phone("Bartek")
    number = extension_of(bartek)
    with chromium(tone(tmp_path, HZ), whole=True) as chrome:
        context, house = signed_in(chrome, office.house)
        context.grant_permissions(["microphone", "notifications"])
        context.add_init_script(_LISTED)
        window = mine((context, house))
        expect(window.page.locator("#phone-notices-state")).to_contain_text("Przeglądarka powiadamia o połączeniach")
        rung(window, bartek)
        assert window.page.evaluate("notices") == []
        bartek.hang_up()
        window.until_call("")

        look_elsewhere(window.page)
        bartek.dial("100")
        window.until_call("incoming")
        window.until_it_is("[notices, Sound.played()]", [[f"Dzwoni do Ciebie: Bartek {number}"], "ringing"])
        window.press("answer")
        heard(window, bartek)
        window.page.wait_for_function("() => notices.length === 0", timeout=SOON * 1000)
        bartek.hang_up()
        window.until_call("")
        closed(window)


def look_elsewhere(page: Page) -> None:
    """Another window of the browser is looked at."""
    page.context.new_cdp_session(page).send("Emulation.setFocusEmulationEnabled", {"enabled": False})
    page.context.new_page().bring_to_front()
    page.wait_for_function("() => !document.hasFocus()")


@pytest.mark.parametrize(
    "allowed, said", [(True, "Nie ma mikrofonu."), (False, "Przeglądarka nie może używać mikrofonu.")]
)
def test_without_a_microphone_it_says_so_and_goes_on_when_asked(
    house: Installation, tmp_path: Path, allowed: bool, said: str
) -> None:
    with chromium(None if allowed else tone(tmp_path, HZ), allowed=allowed) as chrome:
        context, _house = signed_in(chrome, house)
        before = house.rows("browser_phone")
        if not allowed:
            context.clear_permissions()
        page = context.new_page()
        page.goto("/telefon/")
        state = page.locator("#phone-state")
        expect(state).to_contain_text(said, timeout=SOON * 1000)
        expect(page.locator('[data-act="call"]')).to_be_disabled()
        page.evaluate("document.getElementById('phone-state').textContent = ''")
        page.get_by_role("button", name="Spróbuj ponownie").press("Enter")
        expect(state).to_contain_text(said, timeout=SOON * 1000)
        assert house.rows("browser_phone") == before
