"""Konta SIP in a browser: by keyboard, live, once."""

import re

from django.utils import timezone
from playwright.sync_api import BrowserContext, Locator, Page, expect

from centralka.actions.account.passwords import digest_of
from centralka.calls.doing import Doing
from centralka.store.models import CallRecord, Registration, SipAccount
from centralka.store.models.call_record import CallRecordAccount
from tests import cast

from .conftest import Screen, SignIn


def tab_to(page: Page, wanted: Locator) -> None:
    """Press Tab until something is focused; fails if the keyboard cannot get there."""
    for _ in range(60):
        if wanted.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab never reaches {wanted}")


def test_an_account_is_added_with_the_keyboard_alone(
    page: Page, context: BrowserContext, screen: Screen, sign_in: SignIn, kwiaty: cast.Company, mistakes: list[str]
) -> None:
    sign_in(context, kwiaty.manager)
    page.goto("/konta-sip/")
    tab_to(page, page.locator(".page-head .btn-primary"))
    page.keyboard.press("Enter")
    page.locator("#id_extension").wait_for()
    page.wait_for_load_state()  # the page's scripts have run
    tab_to(page, page.locator("#id_extension"))
    page.keyboard.type("105")
    page.keyboard.press("Tab")
    page.keyboard.type("Sekretariat Ąę")
    tab_to(page, page.get_by_role("button", name=screen.say("Wygeneruj losowe hasło", "Generate a random password")))
    page.keyboard.press("Enter")
    expect(page.locator("#id_password")).to_have_value(re.compile(r"^[A-Za-z0-9]{16}$"))
    password = page.locator("#id_password").input_value()
    expect(page.locator("#id_password")).to_have_attribute("type", "text")
    expect(page.locator("#id_confirmation")).to_have_value(password)
    expect(page.locator(".generate")).to_be_focused()
    tab_to(page, page.locator("#id_call_waiting"))
    page.keyboard.press("Space")
    tab_to(page, page.get_by_role("button", name=screen.say("Zapisz", "Save"), exact=True))
    page.keyboard.press("Enter")
    expect(page.locator("#password")).to_have_text(password)
    made = SipAccount.objects.get(extension="105")
    assert (made.name, made.call_waiting) == ("Sekretariat Ąę", False)
    assert made.password_digest == digest_of("kwiaty_105", password)
    assert mistakes == []


def test_enter_in_a_field_saves_and_does_not_generate_a_password(
    page: Page, context: BrowserContext, sign_in: SignIn, kwiaty: cast.Company
) -> None:
    sign_in(context, kwiaty.manager)
    page.goto("/konta-sip/dodaj")
    page.locator("#id_extension").fill("105")
    page.keyboard.press("Enter")
    expect(page.locator("#errors")).to_be_focused()
    expect(page.locator("#id_name_error")).to_be_visible()
    expect(page.locator("#id_password")).to_have_value("")
    expect(page.locator("#id_extension")).to_have_value("105")
    page.locator("#id_name").fill("Sekretariat")
    page.locator(".generate").click()
    expect(page.locator("#id_password")).to_have_value(re.compile(".{16}"))
    page.locator("#save").click()
    expect(page.locator("#password")).to_be_visible()
    page.go_back()  # to a form, and not to the browser's own page about sending one again
    expect(page.locator("#id_extension")).to_have_value("")


def test_a_password_is_shown_once_and_can_be_copied(
    page: Page, context: BrowserContext, screen: Screen, sign_in: SignIn, kwiaty: cast.Company
) -> None:
    sign_in(context, kwiaty.manager)
    page.goto("/konta-sip/dodaj")
    page.locator("#id_extension").fill("105")
    page.locator("#id_name").fill("Sekretariat")
    page.locator(".generate").click()
    expect(page.locator("#id_password")).to_have_value(re.compile(".{16}"))
    page.get_by_role("button", name=screen.say("Zapisz", "Save"), exact=True).click()
    password = page.locator("#password").inner_text()
    page.wait_for_load_state()  # the page's scripts have run: the button copies
    button = page.locator('[data-copy="password"]')
    expect(button).to_contain_text(screen.say("Kopiuj", "Copy"))
    button.click()
    expect(page.locator("#said")).to_have_text(screen.say("Skopiowano", "Copied"))
    expect(button).to_contain_text(screen.say("Skopiowano", "Copied"))
    assert page.evaluate("navigator.clipboard.readText()") == password
    page.reload()
    expect(page.locator("h1")).to_have_text("105 Sekretariat")
    assert password not in page.content()
    assert page.url.endswith(f"/konta-sip/{SipAccount.objects.get().pk}/")


def test_a_phone_that_registers_appears_without_a_reload(
    page: Page, context: BrowserContext, screen: Screen, sign_in: SignIn, kwiaty: cast.Company, mistakes: list[str]
) -> None:
    account = cast.phone(kwiaty.tenant, "100", "Sekretariat")
    other = cast.phone(kwiaty.tenant, "101", "Magazyn")
    sign_in(context, kwiaty.reader)
    page.goto("/konta-sip/")
    page.evaluate("window.sameAsBefore = true")
    state, count = page.locator(f"#state-{account.pk}"), page.locator("#registered-count")
    on, off = screen.say("Zarejestrowane", "Registered"), screen.say("Niezarejestrowane", "Not registered")
    expect(state.locator(".state-word")).to_have_text(off)
    expect(count).to_have_text("0")

    phone = Registration.objects.create(
        sip_account=account, node="n", uri="sip:a@192.0.2.1", user_agent="Yealink T46S", since=timezone.now()
    )
    expect(state.locator(".state-word")).to_have_text(on)
    expect(state).to_contain_text("Yealink T46S")
    expect(count).to_have_text("1")
    expect(page.locator(f"#state-{other.pk} .state-word")).to_have_text(off)

    phone.delete()
    expect(state.locator(".state-word")).to_have_text(off)
    expect(count).to_have_text("0")
    assert page.evaluate("window.sameAsBefore")
    assert mistakes == []


def test_who_rings_and_who_is_in_a_call_is_seen_without_a_reload(
    page: Page, context: BrowserContext, screen: Screen, sign_in: SignIn, kwiaty: cast.Company, mistakes: list[str]
) -> None:
    account, other = cast.phone(kwiaty.tenant, "100", "Sekretariat"), cast.phone(kwiaty.tenant, "101", "Magazyn")
    for one in (account, other):
        Registration.objects.create(
            sip_account=one, node="n", uri="sip:a@192.0.2.1", user_agent="Yealink T46S", since=timezone.now()
        )
    record = CallRecord.objects.create(call_id="1", tenant=kwiaty.tenant, node="n", started_at=timezone.now())
    sign_in(context, kwiaty.reader)
    page.goto("/konta-sip/")
    state = page.locator(f"#state-{account.pk} .state-word")
    idle = screen.say("Zarejestrowane", "Registered")
    expect(state).to_have_text(idle)
    rings, talks = screen.say("Dzwoni", "Ringing"), screen.say("W rozmowie", "In a call")
    for doing, words in ((Doing.RINGING, rings), (Doing.IN_CALL, talks), (None, idle)):
        CallRecordAccount.objects.update_or_create(call_record=record, sip_account=account, defaults={"doing": doing})
        expect(state).to_have_text(words)
        expect(page.locator(f"#state-{other.pk} .state-word")).to_have_text(idle)
    assert mistakes == []


def test_search_narrows_the_list_while_typing_and_states_stay_live(
    page: Page, context: BrowserContext, screen: Screen, sign_in: SignIn, kwiaty: cast.Company
) -> None:
    account = cast.phone(kwiaty.tenant, "100", "Sekretariat")
    cast.phone(kwiaty.tenant, "101", "Magazyn")
    sign_in(context, kwiaty.reader)
    page.goto("/konta-sip/")
    page.locator("#search").press_sequentially("sekr")
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page).to_have_url(re.compile(r"search=sekr"))
    Registration.objects.create(sip_account=account, node="n", uri="sip:a@192.0.2.1", since=timezone.now())
    expect(page.locator(f"#state-{account.pk} .state-word")).to_have_text(screen.say("Zarejestrowane", "Registered"))
    page.locator("#search").fill("")
    expect(page.locator("tbody tr")).to_have_count(2)
    context.set_offline(True)
    page.locator("#search").fill("mag")  # the rows stay those of before, which is said
    expect(page.locator("#said")).to_contain_text(
        screen.say("Centrala nie odpowiedziała", "The exchange did not answer")
    )


def test_a_weak_password_is_judged_while_it_is_typed(
    page: Page, context: BrowserContext, screen: Screen, sign_in: SignIn, kwiaty: cast.Company
) -> None:
    sign_in(context, kwiaty.manager)
    page.goto("/konta-sip/dodaj")
    page.locator("#id_extension").fill("105")
    page.locator("#id_password").press_sequentially("abc")
    reason = screen.say("Hasło musi mieć co najmniej 10 znaków.", "The password has to have at least 10 characters.")
    expect(page.locator("#password-strength")).to_contain_text(reason)
    page.locator("#id_password").fill("Mq7-tRw2-Zk9x")
    expect(page.locator("#password-strength")).to_contain_text(screen.say("Dobre hasło.", "A good password."))


def test_another_presentation_asks_for_its_number(
    page: Page, context: BrowserContext, sign_in: SignIn, kwiaty: cast.Company
) -> None:
    sign_in(context, kwiaty.manager)
    page.goto("/konta-sip/dodaj")
    expect(page.locator("#id_internal_caller_id")).to_be_hidden()
    page.locator('input[value="other"]').check()
    expect(page.locator("#id_internal_caller_id")).to_be_visible()


def test_deleting_asks_first(
    page: Page, context: BrowserContext, screen: Screen, sign_in: SignIn, kwiaty: cast.Company
) -> None:
    cast.phone(kwiaty.tenant, "100", "Sekretariat")
    sign_in(context, kwiaty.manager)
    page.goto("/konta-sip/")
    if screen.narrow:  # A row has two lines there; what can be done stands on the account's page.
        page.get_by_role("link", name="Sekretariat").click()
        page.get_by_role("link", name=screen.say("Usuń", "Delete"), exact=True).click()
    else:
        page.get_by_role("link", name=screen.say("Usuń 100 Sekretariat", "Delete 100 Sekretariat")).click()
    expect(page.locator("h1")).to_have_text(screen.say("Usunąć 100 Sekretariat?", "Delete 100 Sekretariat?"))
    page.get_by_role("link", name=screen.say("Anuluj", "Cancel")).click()
    assert SipAccount.objects.count() == 1
    page.get_by_role("link", name=screen.say("Usuń", "Delete"), exact=True).click()
    page.get_by_role("button", name=screen.say("Usuń na stałe", "Delete for good")).click()
    expect(page.locator(".note-success")).to_contain_text("100 Sekretariat")
    assert SipAccount.objects.count() == 0


def test_the_page_of_an_account_shows_its_phones_live(
    page: Page, context: BrowserContext, screen: Screen, sign_in: SignIn, kwiaty: cast.Company, mistakes: list[str]
) -> None:
    account = cast.phone(kwiaty.tenant, "100", "Sekretariat")
    sign_in(context, kwiaty.reader)
    page.goto(f"/konta-sip/{account.pk}/")
    phones = page.locator(f"#phones-{account.pk}")
    expect(phones).to_contain_text(screen.say("Brak.", "None."))
    Registration.objects.create(
        sip_account=account, node="n", uri="sip:a@192.0.2.1", user_agent="Yealink T46S", since=timezone.now()
    )
    expect(phones).to_contain_text("Yealink T46S")
    expect(phones).to_contain_text("sip:a@192.0.2.1")
    assert mistakes == []


def test_the_live_verdict_takes_the_place_of_the_servers(
    page: Page, context: BrowserContext, screen: Screen, sign_in: SignIn, kwiaty: cast.Company, mistakes: list[str]
) -> None:
    sign_in(context, kwiaty.manager)
    page.goto("/konta-sip/dodaj")
    page.locator(".form-end .btn-primary").click()
    stale = page.locator("#id_password_error")
    expect(stale).to_be_visible()
    expect(page.locator("#errors")).to_be_focused()  # the page's scripts have run: what is typed now is judged
    page.locator("#id_password").press_sequentially("Mq7-tRw2-Zk9x")
    expect(page.locator("#password-strength")).to_contain_text(screen.say("Dobre hasło.", "A good password."))
    expect(stale).to_have_count(0)
    expect(page.locator("#id_password")).not_to_have_attribute("aria-invalid", "true")
    assert mistakes == []


def test_the_button_beside_a_visible_password_hides_it(
    page: Page, context: BrowserContext, screen: Screen, sign_in: SignIn, kwiaty: cast.Company, mistakes: list[str]
) -> None:
    sign_in(context, kwiaty.manager)
    page.goto("/konta-sip/dodaj")
    button, password = page.locator("[data-reveal]"), page.locator("#id_password")
    show, hide = screen.say("Pokaż", "Show"), screen.say("Ukryj", "Hide")
    expect(button).to_have_text(show, use_inner_text=True)
    button.click()
    expect(password).to_have_attribute("type", "text")
    expect(button).to_have_text(hide, use_inner_text=True)
    button.click()
    expect(password).to_have_attribute("type", "password")
    page.locator(".generate").click()
    expect(password).to_have_attribute("type", "text")
    expect(button).to_have_text(hide, use_inner_text=True)
    assert mistakes == []
