"""Calls of a browser: to and from a desk phone, heard both ways, and what its buttons do."""

import pytest
from playwright.sync_api import expect

from tests.live.office import SOON, Office, extension_of, over
from tests.live.phone_in_browser.conftest import HZ
from tests.live.phone_in_browser.window import Window
from tests.live.phones import Phone, until
from tests.live.sound import duration

DEMO = "100"


def call(window: Window, phone: Phone) -> None:
    """The browser calls the phone; both are heard."""
    window.dial(extension_of(phone))
    until(lambda: phone.ringing, SOON, "the phone rings")
    phone.answer()
    heard(window, phone)


def heard(window: Window, phone: Phone) -> None:
    window.until_call("talking")
    window.hears(2.0)
    until(lambda: phone.hears(HZ), SOON, "the phone hears the browser")


def hears_now(phone: Phone, hz: float) -> bool:
    """Tell whether this is the tone of the last second; before a transfer there were others, and louder ones."""
    return phone.hears(hz, max(0.0, duration(phone.heard()) - 1.0))


def connected(one: Phone, other: Phone) -> None:
    """The two hear each other."""
    both = f"{one} and {other} hear each other"
    until(lambda: hears_now(one, other.tone_hz) and hears_now(other, one.tone_hz), SOON, both)


def rung(window: Window, phone: Phone) -> None:
    """The phone calls the browser's account until the window shows it."""
    house = window.house
    known = "the exchange knows that a phone is in a browser"
    until(lambda: any("transport=ws" in row["uri"] for row in house.rows("registration")), SOON, known)
    phone.dial(DEMO)
    window.until_call("incoming")


def test_a_newcomer_hears_themselves(window: Window) -> None:
    window.dial("*43")
    window.until_call("talking")
    assert window.hears(2.0) > 0.05
    window.press("hang-up")
    window.until_call("")


def test_browser_and_desk_phone_call_each_other_and_are_heard(window: Window, office: Office) -> None:
    bartek = office.phone("Bartek")
    call(window, bartek)
    bartek.hang_up()
    window.until_call("")

    rung(window, bartek)
    expect(window.page.locator("#phone-name")).to_have_text("Bartek")
    window.press("answer")
    heard(window, bartek)
    window.press("hang-up")
    over(bartek)


def test_a_number_in_the_panel_is_called_in_the_phones_window(window: Window, office: Office) -> None:
    """Also where that window has to be opened first."""
    bartek = office.phone("Bartek")
    panel = window.page.context.new_page()
    panel.goto("/konta-sip/")
    number = panel.get_by_role("link", name=f"Zadzwoń: {extension_of(bartek)}")
    number.click()
    until(lambda: bartek.ringing, SOON, "the phone rings")
    expect(panel.locator("#said")).to_have_text("Telefon w osobnym oknie dzwoni.")
    window.press("hang-up")
    over(bartek)
    window.page.close()
    with panel.expect_popup() as opened:
        number.click()
    window.page = opened.value
    until(lambda: bartek.ringing, SOON, "the phone rings again")
    bartek.answer()
    heard(window, bartek)
    bartek.hang_up()
    window.until_call("")


@pytest.mark.parametrize("demanded", ["dtls", "srtp"])
def test_whatever_the_account_demands_the_browser_encrypts(window: Window, office: Office, demanded: str) -> None:
    """The desk phone is plain here; that is its own account's affair."""
    demo = next(row["id"] for row in office.house.rows("sip_account") if row["login"] == "demo_100")
    bartek = office.phone("Bartek")
    assert office.house.api("PATCH", f"/sip-accounts/{demo}", {"media_encryption": demanded}).status == 200
    try:
        call(window, bartek)
        bartek.hang_up()
        window.until_call("")
        rung(window, bartek)
        window.press("answer")
        heard(window, bartek)
        bartek.hang_up()
        window.until_call("")
    finally:
        office.house.api("PATCH", f"/sip-accounts/{demo}", {"media_encryption": "off"})


def test_a_call_is_rejected(window: Window, office: Office) -> None:
    bartek = office.phone("Bartek")
    rung(window, bartek)
    window.press("reject")
    until(lambda: bartek.last_cause.startswith("486"), SOON, "Bartek hears busy")
    window.until_call("")


def test_hold_mute_and_keys(window: Window, office: Office) -> None:
    bartek = office.phone("Bartek")
    call(window, bartek)
    window.press("hold")
    window.until_call("held")
    window.press("hold")
    heard(window, bartek)
    for key in "5#":
        window.page.locator(f'[data-key-of="{key}"]').click()
    until(lambda: bartek.digits_heard == "5#", SOON, "the keys arrive")
    window.press("mute")
    expect(window.page.locator('[data-act="mute"]')).to_have_attribute("aria-pressed", "true")
    window.until_it_is("connections.at(-1).getSenders().every((one) => !one.track?.enabled)", True)
    window.press("mute")
    window.until_it_is("connections.at(-1).getSenders().every((one) => one.track.enabled)", True)
    bartek.hang_up()
    window.until_call("")


def test_a_call_is_transferred(window: Window, office: Office) -> None:
    bartek, celina = office.phone("Bartek"), office.phone("Celina")
    call(window, bartek)
    window.press("transfer")
    window.page.locator("#phone-target").fill(extension_of(celina))
    window.page.locator('#phone-transfer [value="now"]').click()
    until(lambda: celina.ringing, SOON, "Celina's phone rings")
    celina.answer()
    connected(bartek, celina)
    window.until_call("")
    bartek.hang_up()
    over(celina)


# Each side waits for the other to begin with the keys.
_NO_KEYS = """
const plain = Line.call;
Line.call = (...given) => {
  const session = plain(...given);
  session.on("sdp", (event) => {
    if (event.originator === "remote") event.sdp = event.sdp.replace("a=setup:passive", "a=setup:active");
  });
  return session;
};"""


def test_a_call_whose_sound_finds_no_way_is_ended_and_says_so(window: Window) -> None:
    window.page.evaluate(_NO_KEYS)
    window.dial("*43")
    window.until_call("talking")
    window.until_call("")
    expect(window.page.locator("#phone-result")).to_have_text(
        "Nie udało się połączyć dźwięku, więc rozmowa została zakończona. Zadzwoń ponownie."
    )


def test_an_emergency_call_warns_that_the_place_is_not_known(window: Window) -> None:
    window.dial("112")
    warning = window.page.get_by_role("dialog")
    expect(warning).to_be_visible()
    assert window.call == ""
    warning.get_by_role("button").last.click()
    assert window.call == ""
