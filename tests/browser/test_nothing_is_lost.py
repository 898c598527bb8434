"""What somebody typed survives the end of their session, a careless click, and the way back to a long list."""

import re
from collections.abc import Callable

from django.contrib.sessions.models import Session
from django.utils import timezone
from playwright.sync_api import BrowserContext, Dialog, Page, Route, expect

from centralka.actions.second_factor import own
from centralka.store.models import SipAccount
from tests import cast
from tests.panel.test_second_factor import SECRET, code
from tests.server import Server

from .conftest import Screen, SignIn


def _sign_in_again(page: Page) -> None:
    again = page.locator("#sign-in-again")
    expect(again.locator("[name=password]")).to_be_focused()
    page.keyboard.type("wrong")
    page.keyboard.press("Enter")
    expect(again.locator("#errors")).to_be_visible()
    again.locator("[name=password]").fill(cast.PASSWORD)
    page.keyboard.press("Enter")
    expect(again).to_be_hidden()


def _fill(page: Page) -> None:
    page.locator("#id_extension").fill("105")
    page.locator("#id_name").fill("Recepcja")
    page.locator("#id_password").fill("Mq7-tRw2-Zk9x")
    page.locator("#id_confirmation").fill("Mq7-tRw2-Zk9x")


def _live_checks_are_answered(page: Page) -> None:
    """By the page's own clock, which has to be installed, those that wait for a pause in typing are due now."""
    page.clock.run_for(2000)
    expect(page.locator(".htmx-request")).to_have_count(0)


def test_a_live_check_asks_for_the_password_in_place(
    page: Page, context: BrowserContext, screen: Screen, sign_in: SignIn, kwiaty: cast.Company
) -> None:
    sign_in(context, kwiaty.owner)
    page.goto("/konta-sip/dodaj")
    page.locator("#id_extension").fill("105")
    page.locator("#id_name").fill("Recepcja")
    Session.objects.all().delete()
    page.locator("#id_password").press_sequentially("Mq7-tRw2", delay=500)  # slower than the live checks
    again = page.locator("#sign-in-again")
    expect(again).to_contain_text(screen.say("Sesja wygasła", "Your session has ended"))
    _sign_in_again(page)
    assert page.locator("#id_password").input_value() == "Mq7-tRw2"
    _fill(page)
    page.locator(".form-end .btn-primary").click()
    page.locator(".once-secret").wait_for()
    assert SipAccount.objects.get().name == "Recepcja"


def test_a_form_that_stood_open_for_long_is_saved_after_signing_in(
    page: Page, context: BrowserContext, sign_in: SignIn, kwiaty: cast.Company
) -> None:
    sign_in(context, kwiaty.owner)
    page.clock.install()
    page.goto("/konta-sip/dodaj")
    _fill(page)
    _live_checks_are_answered(page)
    Session.objects.all().delete()
    page.clock.fast_forward("13:00:00")
    page.locator(".form-end .btn-primary").click()
    _sign_in_again(page)
    page.locator(".once-secret").wait_for()
    assert SipAccount.objects.get().name == "Recepcja"


def test_the_second_factor_is_asked_for_in_place_too(
    page: Page, context: BrowserContext, sign_in: SignIn, kwiaty: cast.Company
) -> None:
    assert kwiaty.owner.person
    recovery_codes = own.add_app(kwiaty.owner.person, SECRET, code(-1), timezone.now())
    sign_in(context, kwiaty.owner)
    page.clock.install()
    page.goto("/konta-sip/dodaj")
    _fill(page)
    _live_checks_are_answered(page)
    Session.objects.all().delete()
    page.clock.fast_forward("13:00:00")
    page.locator(".form-end .btn-primary").click()
    again = page.locator("#sign-in-again")
    again.locator("[name=password]").fill(cast.PASSWORD)
    page.keyboard.press("Enter")
    expect(again.locator("[name=code]")).to_be_focused()
    page.keyboard.type("abcdef")
    page.keyboard.press("Enter")
    expect(again.locator("[name=code][aria-invalid=true]")).to_be_visible()
    again.locator("[name=code]").fill(recovery_codes[0])
    page.keyboard.press("Enter")
    expect(again).to_be_hidden()
    page.locator(".once-secret").wait_for()
    assert SipAccount.objects.get().name == "Recepcja"


def test_an_answer_of_before_that_comes_after_signing_in_signs_nobody_out(
    page: Page, context: BrowserContext, server: Server, sign_in: SignIn, kwiaty: cast.Company
) -> None:
    asked: list[int] = []

    def answer_of_before_comes_first(route: Route) -> None:
        ended = {"Cookie": f"{server.session_cookie}=anendedsessionofbefore"}
        asked.append(context.request.get(f"{server.url}/sesja", headers=ended).status)
        route.continue_()

    sign_in(context, kwiaty.owner)
    page.clock.install()
    page.goto("/konta-sip/dodaj")
    _fill(page)
    _live_checks_are_answered(page)
    Session.objects.all().delete()
    page.clock.fast_forward("13:00:00")
    page.route("**/konta-sip/dodaj", answer_of_before_comes_first)
    page.locator(".form-end .btn-primary").click()
    _sign_in_again(page)
    page.locator(".once-secret").wait_for()
    assert asked == [401]


def test_a_form_is_sent_after_somebody_signed_in_again_in_another_tab(
    page: Page, context: BrowserContext, sign_in: SignIn, kwiaty: cast.Company
) -> None:
    sign_in(context, kwiaty.owner)
    page.clock.install()
    page.goto("/konta-sip/dodaj")
    _fill(page)
    _live_checks_are_answered(page)
    other = context.new_page()
    Session.objects.all().delete()
    other.goto("/konta-sip/")
    other.locator("#id_username").fill("alicja@kwiaty.example")
    other.locator("#id_password").fill(cast.PASSWORD)
    other.keyboard.press("Enter")
    other.locator(".page-head").wait_for()
    page.locator(".form-end .btn-primary").click()
    page.locator(".once-secret").wait_for()


def test_leaving_a_changed_form_asks_and_an_unchanged_or_saved_one_does_not(
    page: Page, context: BrowserContext, sign_in: SignIn, kwiaty: cast.Company
) -> None:
    account = cast.phone(kwiaty.tenant, "100")
    asked: list[str] = []

    def answering(stay: bool) -> Callable[[Dialog], None]:
        def answer(dialog: Dialog) -> None:
            asked.append(dialog.type)
            if stay:
                dialog.dismiss()
            else:
                dialog.accept()

        return answer

    sign_in(context, kwiaty.owner)
    change = f"/konta-sip/{account.pk}/zmien"
    page.goto(change)
    page.locator(".back").first.click()
    expect(page.locator("#results")).to_be_visible()
    page.goto(change)
    page.locator("#id_name").fill("Magazyn")
    page.once("dialog", answering(stay=True))
    page.locator(".back").first.click()
    expect(page.locator("#id_name")).to_have_value("Magazyn")
    assert asked == ["beforeunload"]
    page.locator(".form-end .btn-primary").click()
    expect(page.locator("#results")).to_contain_text("Magazyn")
    page.goto(change)
    page.locator("#id_name").fill("Inaczej")
    page.once("dialog", answering(stay=False))
    page.locator(".back").first.click()
    expect(page.locator("#results")).to_contain_text("Magazyn")
    assert asked == ["beforeunload"] * 2


def _open_the_first_form(page: Page, screen: Screen) -> None:
    page.wait_for_load_state()  # the list's scripts have run: it is remembered
    if screen.narrow:  # a row has no room for its buttons: the way leads through the account's page
        page.locator("#results tbody a[href]:visible").first.click()
        page.locator("#main a[href$='/zmien']:visible").first.click()
    else:
        page.locator("#results a[href$='/zmien']").first.click()
    page.locator("#id_name").wait_for()
    page.wait_for_load_state()


def test_saving_and_cancelling_lead_back_to_the_list_as_it_was(
    page: Page, context: BrowserContext, screen: Screen, sign_in: SignIn, kwiaty: cast.Company
) -> None:
    for number in range(60):
        cast.phone(kwiaty.tenant, str(100 + number), f"Biuro {number}")
    sign_in(context, kwiaty.owner)
    page.goto("/konta-sip/?search=biuro&page=2")
    was = re.compile(r"/firma/kwiaty/konta-sip/\?search=biuro&page=2$")
    for way in (".form-end .btn-primary", ".form-end a", ".back"):
        _open_the_first_form(page, screen)
        page.locator("#id_name").fill("Biuro inne")
        page.locator(way).first.click()
        expect(page).to_have_url(was)
    page.locator("nav.menu a[href$='/konta-sip/'], .menu-button").first.wait_for(state="attached")
    other = context.new_page()  # a tab of its own has its own way
    account = SipAccount.objects.first()
    assert account
    other.goto(f"/konta-sip/{account.pk}/zmien")
    other.locator(".form-end a").first.click()
    expect(other).to_have_url(re.compile("/konta-sip/$"))
