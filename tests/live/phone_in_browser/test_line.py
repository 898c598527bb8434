"""The line of a phone in a browser: it comes back by itself, belongs to one window, and ends with the session."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.live.instance import Installation, ProcessName
from tests.live.office import SOON, Office, hear_each_other, over, talk
from tests.live.panel import Browser as Panel
from tests.live.phone_in_browser.test_calls import call, heard
from tests.live.phone_in_browser.window import Window, closed, has_ice, mine, opened, signed_in
from tests.live.phones import until
from tests.live.records import sqlite_rows


@pytest.fixture
def fragile_window(chrome: Browser, fragile_house: Installation) -> Iterator[Window]:
    found = mine(signed_in(chrome, fragile_house))
    yield found
    closed(found)


def connections(house: Installation) -> set[str]:
    """Where the edge's disk says that the browser's phone is connected from."""
    asked = "SELECT received FROM location WHERE username = 'demo_100'"
    return {row["received"] for row in sqlite_rows(str(house.home / "edge/contacts.sqlite3"), asked)}


def killed(house: Installation, name: ProcessName) -> None:
    house.wait_for_another(name, house.kill(name))


def test_a_call_goes_on_while_the_edge_is_started_again(fragile_window: Window, fragile: Office) -> None:
    """And whoever hangs up afterwards is understood, also on the other side."""
    bartek = fragile.phone("Bartek")
    call(fragile_window, bartek)
    before = connections(fragile.house)
    killed(fragile.house, "edge")
    # Its old row may still be there, and its window may not have noticed.
    until(lambda: connections(fragile.house) - before, SOON, "it has registered again")
    fragile_window.until_state("ready")
    heard(fragile_window, bartek)
    bartek.hang_up()
    fragile_window.until_call("")
    call(fragile_window, bartek)
    fragile_window.press("hang-up")
    until(lambda: not bartek.calls, SOON, "the phone's call has ended")


def test_the_engine_has_ice_once_somebody_may_call_in_a_browser(chrome: Browser, fragile: Office) -> None:
    """Before, no call pays for it; a call that goes on meanwhile does not notice."""
    house, alicja, bartek = fragile.house, fragile.phone("Alicja"), fragile.phone("Bartek")
    give_her(house, "")
    until(lambda: (house.home / "engine/lib/ice.conf").read_text() == "", SOON, "an engine that starts has none")
    killed(house, "engine")
    assert not has_ice(house)
    talk(alicja, bartek)
    give_her(house, "100")
    until(lambda: has_ice(house), SOON, "the engine has ICE")
    hear_each_other(alicja, bartek)
    bartek.hang_up()
    over(alicja)
    window = mine(signed_in(chrome, house))
    call(window, bartek)
    bartek.hang_up()
    window.until_call("")
    closed(window)


def give_her(house: Installation, extension: str) -> None:
    """The demo's owner is signed in, and has this account for calls in the browser."""
    member, *_others = house.rows("membership")
    Panel(house).ask("/osoby/", f"/firma/demo/osoby/{member['id']}/konto", extension=extension)


def test_after_the_engine_was_started_again_it_calls(fragile_window: Window, fragile: Office) -> None:
    for name in ("engine", "web"):
        killed(fragile.house, name)
    assert has_ice(fragile.house)
    fragile_window.page.evaluate("Line.used()")
    fragile_window.until_state("ready")
    fragile_window.dial("*43")
    fragile_window.until_call("talking")
    fragile_window.hears()
    fragile_window.press("hang-up")
    fragile_window.until_call("")


def test_the_second_window_asks_and_takes_over(window: Window, chrome: Browser) -> None:
    second = opened(signed_in(chrome, window.house))
    second.until_state("elsewhere")
    second.press("take")
    second.until_state("ready")
    # It would notice within half a minute; here it asks at once.
    window.page.evaluate("Line.used()")
    window.until_state("taken_over")
    second.dial("*43")
    second.until_call("talking")
    second.hears()
    second.press("hang-up")
    second.until_call("")
    closed(second)


def test_a_window_of_the_same_browser_is_told_at_once(window: Window) -> None:
    second = opened((window.page.context, window.house))
    second.until_state("elsewhere")
    second.press("take")
    window.until_state("taken_over")
    second.until_state("ready")
    second.page.goto("about:blank")


def test_a_call_goes_on_when_the_session_ends(window: Window) -> None:
    window.dial("*43")
    window.until_call("talking")
    sign_out(window.page.context.new_page())
    window.page.evaluate("Line.used()")
    window.until_state("signed_out")
    window.hears(2.0)
    window.press("hang-up")
    window.until_call("")
    expect(window.page.locator('[data-act="call"]')).to_be_disabled()
    until(lambda: not window.house.channels(), SOON, "the call is over for the exchange, too")


def sign_out(page: Page) -> None:
    page.goto("/")
    page.locator('form[action="/wylogowanie"] button, form[action$="/wylogowanie"] button').click()
    page.wait_for_url("**/logowanie**")
