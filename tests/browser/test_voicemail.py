"""The mailbox in a browser: listening marks as heard, seeking and speed work, the greeting is uploaded."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from centralka.sound.conversion import MAX_BYTES
from centralka.store.models import Greeting, SipAccount, VoicemailAudio
from tests import cast
from tests.panel.mailboxes import a_message, a_wav

from .conftest import Screen, SignIn
from .test_accounts import tab_to
from .test_every_page import complaints


@pytest.fixture
def account(kwiaty: cast.Company) -> SipAccount:
    return cast.phone(kwiaty.tenant, "100", "Sekretariat", voicemail_enabled=True)


def test_playing_marks_as_heard_and_the_menu_counts_down(
    page: Page, context: BrowserContext, screen: Screen, sign_in: SignIn, account: SipAccount, kwiaty: cast.Company,
    mistakes: list[str],
) -> None:  # fmt: skip
    message = a_message(account)
    VoicemailAudio.objects.filter(message=message).update(wav=a_wav(20))
    sign_in(context, kwiaty.manager)
    page.goto("/wiadomosci/")
    count, player = page.locator("#unheard"), page.locator("audio")
    expect(count).to_contain_text("1")
    page.locator("[data-speed='2']").click()
    tab_to(page, player)
    page.keyboard.press("Space")
    heard = screen.say("Odsłuchana", "Heard")
    expect(page.locator(f"#message-state-{message.pk} .badge")).to_have_text(heard)
    expect(count).to_have_text("")
    assert player.evaluate("player => player.playbackRate") == 2
    player.evaluate("player => { player.currentTime = 15; }")
    page.wait_for_function(
        "() => { const p = document.querySelector('audio'); return !p.seeking && p.currentTime >= 15; }"
    )
    message.refresh_from_db()
    assert (message.heard, message.order) == (True, "heard")
    page.locator(f"#message-state-{message.pk} button").click()
    expect(count).to_contain_text("1")
    assert complaints(page) == []
    assert mistakes == []


def test_the_filter_narrows_and_a_message_is_deleted(
    page: Page, context: BrowserContext, screen: Screen, sign_in: SignIn, account: SipAccount, kwiaty: cast.Company
) -> None:
    a_message(account)
    a_message(cast.phone(kwiaty.tenant, "11", "Magazyn"))
    sign_in(context, kwiaty.manager)
    page.goto("/wiadomosci/")
    expect(page.locator(".message")).to_have_count(2)
    if screen.narrow:
        page.locator(".fold-button").click()
    page.locator("#id_account").fill("11")
    expect(page.locator(".message")).to_have_count(1)
    expect(page).to_have_url(re.compile("account=11"))
    page.locator(".message-actions a[href$='/usun']").click()
    page.locator(".btn-danger").click()
    expect(page.locator(".note-success")).to_be_visible()
    expect(page).to_have_url(re.compile("account=11"))
    expect(page.locator(".message")).to_have_count(0)
    page.goto("/wiadomosci/")
    expect(page.locator(".message")).to_have_count(1)


def test_a_new_message_is_told_to_whoever_looks(
    page: Page, context: BrowserContext, screen: Screen, sign_in: SignIn, account: SipAccount, kwiaty: cast.Company
) -> None:
    sign_in(context, kwiaty.manager)
    page.goto("/wiadomosci/")
    expect(page.locator("#new-messages")).to_be_hidden()
    a_message(account)
    expect(page.locator("#new-messages")).to_be_visible()
    expect(page.locator("#unheard")).to_contain_text("1")


def test_a_greeting_is_uploaded_and_a_large_file_is_refused_before_it_is_sent(
    page: Page, context: BrowserContext, screen: Screen, sign_in: SignIn, account: SipAccount, kwiaty: cast.Company,
    tmp_path: Path, mistakes: list[str],
) -> None:  # fmt: skip
    large, good = tmp_path / "large.wav", tmp_path / "good.wav"
    large.write_bytes(bytes(MAX_BYTES + 1))
    good.write_bytes(a_wav(2))
    sign_in(context, kwiaty.manager)
    page.goto(f"/konta-sip/{account.pk}/")
    upload = page.locator("#greeting .btn-primary")
    page.locator("#id_file").set_input_files(large)
    expect(page.locator("#too-big")).to_be_visible()
    expect(upload).to_be_disabled()
    page.locator("#id_file").set_input_files(good)
    expect(page.locator("#too-big")).to_be_hidden()
    upload.click()
    expect(page.locator("#greeting audio")).to_be_visible()
    assert Greeting.objects.get().sip_account == account
    assert complaints(page) == []
    assert mistakes == []


def test_the_mailboxs_settings_show_once_it_is_on(
    page: Page, context: BrowserContext, screen: Screen, sign_in: SignIn, kwiaty: cast.Company, mistakes: list[str]
) -> None:
    off = cast.phone(kwiaty.tenant, "100")
    sign_in(context, kwiaty.manager)
    page.goto(f"/konta-sip/{off.pk}/zmien")
    pin = page.locator("#id_voicemail_pin")
    expect(pin).to_be_hidden()
    tab_to(page, page.locator("#id_voicemail_enabled"))
    page.keyboard.press("Space")
    expect(pin).to_be_visible()
    assert complaints(page) == []
    page.locator("#save").click()
    expect(page.locator("#id_voicemail_pin_error")).to_be_visible()
    pin.fill("7391")
    page.locator("#save").click()
    expect(page.locator(".note-success")).to_be_visible()
    off.refresh_from_db()
    assert off.voicemail_enabled
    assert mistakes == []


def test_without_scripts_messages_are_marked_by_their_button(
    new_context: Callable[..., BrowserContext], screen: Screen, sign_in: SignIn, account: SipAccount,
    kwiaty: cast.Company,
) -> None:  # fmt: skip
    message = a_message(account)
    context = new_context(java_script_enabled=False, viewport={"width": screen.width, "height": 800})
    sign_in(context, kwiaty.manager)
    page = context.new_page()
    page.goto("/wiadomosci/")
    expect(page.locator(".speeds")).to_be_hidden()
    page.locator(".message-state button").click()
    expect(page.locator(".badge-new")).to_have_count(0)
    message.refresh_from_db()
    assert message.heard
