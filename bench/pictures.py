"""Take the pictures of README and guides, in Chromium, from the demo after a few calls (`make pictures`).

A new installation with its sandbox carrier, thrown away afterwards; two phones that call each other and somebody
outside. So a picture shows what today's panel looks like, and nothing that was made up.
"""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.live.carrier_instance import Carrier
from tests.live.instance import Installation, free_port
from tests.live.phones import Phone, until

DOCS = Path(__file__).resolve().parents[1] / "docs"
WIDTH, HEIGHT = 1280, 900
SOON = 30.0
HEARD = 5 * 16_000
"""Bytes of a phone's recording (8 kHz, 16 bit) in five seconds."""
OUTSIDE = "221234500"
"""Answers at the sandbox carrier (docs/carrier.md)."""


def main() -> None:
    """Make every picture anew."""
    port = free_port()
    with (
        Installation(CENTRALKA_CARRIER_PORT=str(port)) as house,
        Carrier(house.home, port) as carrier,
        ExitStack() as stack,
    ):
        until(lambda: carrier.registered, 2 * SOON, "the exchange is registered at the carrier")
        phones = [stack.enter_context(phone) for phone in _phones(house)]
        for phone in phones:
            phone.register()
        _calls(*phones)
        with _panel(house) as page:
            _take(page, house)


def _phones(house: Installation) -> Iterator[Phone]:
    for account in house.demo["accounts"]:
        yield Phone(account["login"], account["password"], port=house.sip_port)


def _calls(office: Phone, books: Phone) -> None:
    """Make a call among colleagues, one that is not taken, and one outside."""
    for answered in (True, False):
        office.dial(books.login.rpartition("_")[2])
        until(lambda: books.ringing, SOON, "the other phone rings")
        if answered:
            books.answer()
            _talk(office)
        office.hang_up()
        _until_quiet(office, books)
    office.dial(OUTSIDE)
    _talk(office)
    office.hang_up()
    _until_quiet(office, books)


def _talk(phone: Phone) -> None:
    """Wait until the phone has heard some seconds: a call of 0 s is no picture of one."""
    until(lambda: phone.in_call, SOON, "the call is answered")
    before = phone.heard().stat().st_size
    until(lambda: phone.heard().stat().st_size - before > HEARD, SOON, "they hear each other")


def _until_quiet(*phones: Phone) -> None:
    until(lambda: not any(phone.calls for phone in phones), SOON, "the call is over")


@contextmanager
def _panel(house: Installation) -> Iterator[Page]:
    """Sign in as the owner of the demo company, in Polish."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CENTRALKA_CHROMIUM", "/usr/bin/chromium"),
            args=["--no-sandbox", "--disable-gpu", "--no-first-run"],
        )
        try:
            page = browser.new_page(locale="pl-PL", viewport={"width": WIDTH, "height": HEIGHT})
            page.goto(house.demo["panel_url"])
            page.locator("input[name=username]").fill(house.demo["login"])
            page.locator("input[name=password]").fill(house.demo["password"])
            page.locator("main form button").first.click()
            page.wait_for_selector("nav.menu")
            yield page
        finally:
            browser.close()


def _take(page: Page, house: Installation) -> None:
    """Take the list with both phones registered, the form of the first account, and the calls."""
    root = page.url.partition("konta-sip/")[0]
    page.goto(f"{root}konta-sip/")
    page.wait_for_function("document.querySelectorAll('.dot-on').length >= 2")
    _save(page, "accounts")
    page.get_by_role("link", name="Sekretariat").first.click()
    page.get_by_role("link", name="Zmień", exact=True).first.click()
    page.wait_for_selector("#id_extension")
    _save(page, "account-form", whole=True)
    page.goto(f"{root}polaczenia/")
    page.wait_for_selector("#results tbody tr:nth-child(3)")
    _save(page, "calls")


def _save(page: Page, name: str, *, whole: bool = False) -> None:
    page.wait_for_load_state("networkidle" if not page.locator("[data-live]").count() else "load")
    page.screenshot(path=DOCS / f"{name}.png", full_page=whole)
    print(f"docs/{name}.png")


if __name__ == "__main__":
    main()
