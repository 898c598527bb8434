"""Text messages in the window of the browser's phone: written there, and shown when they come in."""

from playwright.sync_api import expect

from tests.browser.test_every_page import complaints
from tests.live.office import SOON, Office, extension_of
from tests.live.phone_in_browser.window import Window
from tests.live.phones import until

WAIT = SOON * 1000


def test_a_message_is_written_with_its_parts_and_its_price(window: Window) -> None:
    page = window.page
    page.get_by_text("Napisz SMS").click()
    page.locator("#id_to").fill("22 123 45 67")
    page.locator("#id_text").fill("Zażółć gęślą jaźń " * 5)
    expect(page.locator("#estimate")).to_contain_text("2 części", timeout=WAIT)
    page.get_by_role("button", name="Wyślij").click()
    expect(page.locator("#phone-texts .field-errors").first).to_contain_text(
        "nie jest numerem komórkowym", timeout=WAIT
    )
    assert page.locator("#id_text").input_value() == "Zażółć gęślą jaźń " * 5

    page.locator("#id_to").fill("600 100 200")
    expect(page.locator("#estimate")).to_contain_text("zł brutto", timeout=WAIT)
    page.get_by_role("button", name="Wyślij").click()
    expect(page.locator("#text-sent")).to_contain_text("1 wiadomość jest w drodze.", timeout=WAIT)
    page.wait_for_function("() => document.activeElement.id === 'text-sent'", timeout=WAIT)
    (sent,) = (row for row in window.house.rows("sms") if row["text"].startswith("Zażółć"))
    assert (sent["number"], sent["parts"]) == ("+48600100200", 2)
    page.set_viewport_size({"width": 360, "height": 800})
    assert complaints(page) == []


def test_a_message_of_a_colleague_is_shown_and_the_writer_called(window: Window, office: Office) -> None:
    bartek = office.phone("Bartek", writes_to="100")
    known = "the exchange knows that a phone is in a browser"
    until(lambda: any("transport=ws" in row["uri"] for row in window.house.rows("registration")), SOON, known)
    bartek.write("<b>Kawa?</b>")
    until(lambda: "200 OK" in bartek.answers_to("MESSAGE"), SOON, "the browser has it")
    shown = window.page.locator("#phone-texts-list li")
    expect(shown).to_contain_text("<b>Kawa?</b>", timeout=WAIT)
    expect(shown).to_contain_text(f"Bartek {extension_of(bartek)}")
    assert complaints(window.page) == []
    shown.get_by_role("button", name="Zadzwoń").click()
    until(lambda: bartek.ringing, SOON, "the writer's phone rings")
    window.press("hang-up")
