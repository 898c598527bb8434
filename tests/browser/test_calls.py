"""Połączenia in a browser: what goes on moves, and ends in sight."""

from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect

from centralka.store.models import CallRecord, HangUp
from tests import cast

from .conftest import Screen, SignIn


def a_running_call(company: cast.Company) -> CallRecord:
    now = timezone.now()
    return CallRecord.objects.create(
        call_id="call-1",
        tenant=company.tenant,
        from_number="100",
        from_name="Ala",
        to_number="101",
        started_at=now - timedelta(seconds=3605),
        answered_at=now - timedelta(seconds=3600),
    )


def test_a_running_calls_clock_ticks_and_stops_when_the_call_has_ended(
    page: Page, context: BrowserContext, screen: Screen, sign_in: SignIn, kwiaty: cast.Company, mistakes: list[str]
) -> None:
    """Nobody reloads the page: neither the list nor the call's own."""
    record = a_running_call(kwiaty)
    sign_in(context, kwiaty.manager)
    for address in ("/polaczenia/", "/polaczenia/call-1/"):
        CallRecord.objects.update(ended_at=None, outcome="")
        page.goto(address)
        clock = page.locator("[data-clock]")
        shown = clock.inner_text()
        assert shown.startswith("1:00:")
        expect(clock).not_to_have_text(shown)
        CallRecord.objects.update(ended_at=record.started_at + timedelta(seconds=3700), outcome="answered")
        expect(clock).to_have_count(0)
        length = page.get_by_text(screen.say("1 godz. 01 min", "1 h 01 min")).first
        # In two lines a row has no room for how long it took: the call's page says it.
        expect(length).to_be_visible(visible=not (screen.narrow and address == "/polaczenia/"))
    assert not mistakes


def test_a_call_is_hung_up_with_two_presses(
    page: Page, context: BrowserContext, screen: Screen, sign_in: SignIn, kwiaty: cast.Company, mistakes: list[str]
) -> None:
    a_running_call(kwiaty)
    sign_in(context, kwiaty.manager)
    page.goto("/polaczenia/")
    page.locator("#results a[href$='/rozlacz']").click()
    page.locator("form .btn-danger").click()
    page.wait_for_url("**/polaczenia/call-1/")
    assert HangUp.objects.get().call_record.call_id == "call-1"
    assert not mistakes
