"""Two calls of a browser: the second that comes in or is made, swapping, and handing one over to the other."""

from playwright.sync_api import expect

from tests.live.office import SOON, Office, extension_of, over
from tests.live.phone_in_browser.conftest import HZ
from tests.live.phone_in_browser.test_calls import call, connected, heard, hears_now, rung
from tests.live.phone_in_browser.window import Window
from tests.live.phones import Phone, until


def second(window: Window, phone: Phone) -> None:
    """The browser calls the phone as its second call; both are heard, the first is on hold."""
    window.press("second")
    window.page.locator("#phone-second-to").fill(extension_of(phone))
    window.page.locator("#phone-second .btn-answer").click()
    until(lambda: phone.ringing, SOON, "the second phone rings")
    window.until_other("held")
    phone.answer()
    heard(window, phone)


def in_front(window: Window, phone: Phone) -> None:
    expect(window.page.locator("#phone-number")).to_have_text(extension_of(phone), timeout=SOON * 1000)
    heard(window, phone)
    until(lambda: hears_now(phone, HZ), SOON, "the phone hears the browser now")


def test_a_second_call_is_made_swapped_and_either_is_hung_up(window: Window, office: Office) -> None:
    bartek, celina = office.phone("Bartek"), office.phone("Celina")
    call(window, bartek)
    second(window, celina)
    until(lambda: not hears_now(bartek, HZ), SOON, "who is on hold does not hear the browser")
    window.press("swap")
    in_front(window, bartek)
    until(lambda: not hears_now(celina, HZ), SOON, "the other is on hold now")
    window.press("drop")
    over(celina)
    window.until_other("")
    heard(window, bartek)

    second(window, celina)
    window.press("back")
    over(celina)
    in_front(window, bartek)
    bartek.hang_up()
    window.until_call("")


def test_a_second_caller_is_told_rejected_and_taken(window: Window, office: Office) -> None:
    bartek, celina = office.phone("Bartek"), office.phone("Celina")
    rung(window, bartek)
    window.press("answer")
    heard(window, bartek)
    celina.dial("100")
    window.until_other("incoming")
    expect(window.page.locator("#said")).to_have_text("Dzwoni jeszcze ktoś: Celina")
    window.until_it_is("Sound.played()", "waiting")
    window.press("reject-other")
    until(lambda: celina.last_cause.startswith("486"), SOON, "Celina hears busy")
    heard(window, bartek)

    celina.dial("100")
    window.until_other("incoming")
    window.press("answer-other")
    in_front(window, celina)
    window.until_other("held")
    window.until_it_is("Sound.played()", "quiet")
    celina.hang_up()
    window.until_call("held")
    window.until_it_is("document.activeElement.dataset.act", "hold")
    window.press("hold")
    in_front(window, bartek)
    bartek.hang_up()
    window.until_call("")


def test_who_waits_rings_when_the_call_in_front_ends(window: Window, office: Office) -> None:
    bartek, celina = office.phone("Bartek"), office.phone("Celina")
    call(window, bartek)
    celina.dial("100")
    window.until_other("incoming")
    bartek.hang_up()
    window.until_call("incoming")
    window.until_it_is("Sound.played()", "ringing")
    window.press("answer")
    in_front(window, celina)
    window.press("hang-up")
    over(celina)


def test_a_call_is_handed_over_after_asking(window: Window, office: Office) -> None:
    bartek, celina = office.phone("Bartek"), office.phone("Celina")
    call(window, bartek)
    window.press("transfer")
    window.page.locator("#phone-target").fill(extension_of(celina))
    window.page.locator('#phone-transfer [value="ask"]').click()
    until(lambda: celina.ringing, SOON, "Celina's phone rings")
    celina.answer()
    heard(window, celina)
    window.press("join")
    connected(bartek, celina)
    window.until_call("")
    expect(window.page.locator("#phone-result")).to_have_text("Połączenie przekazane.")
    bartek.hang_up()
    over(celina)


def test_a_call_is_handed_over_before_the_other_answers(window: Window, office: Office) -> None:
    bartek, celina = office.phone("Bartek"), office.phone("Celina")
    call(window, bartek)
    window.press("second")
    window.page.locator("#phone-second-to").fill(extension_of(celina))
    window.page.locator("#phone-second .btn-answer").click()
    until(lambda: celina.ringing, SOON, "Celina's phone rings")
    window.press("join")
    window.until_call("")
    until(lambda: celina.ringing, SOON, "it rings for Bartek")
    celina.answer()
    connected(bartek, celina)
    bartek.hang_up()
    over(celina)


def test_two_who_both_called_are_connected(window: Window, office: Office) -> None:
    """The exchange finds the call by its tags, which stand the other way round in one that came in."""
    bartek, celina = office.phone("Bartek"), office.phone("Celina")
    rung(window, bartek)
    window.press("answer")
    heard(window, bartek)
    celina.dial("100")
    window.until_other("incoming")
    window.press("answer-other")
    in_front(window, celina)
    window.press("join")
    connected(bartek, celina)
    window.until_call("")
    bartek.hang_up()
    over(celina)
