"""Every page on a desk and in a hand, in both languages: axe finds nothing, nothing sticks out, no script fails."""

from datetime import timedelta

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, ViewportSize, expect

from centralka.actions import forgotten_password, login_address
from centralka.actions.account.devices import add_device, add_phone
from centralka.actions.account.setup_links import token_of
from centralka.actions.tenants.own import change_own_tenant
from centralka.actions.tenants.tenants import add_member, add_tenant
from centralka.actions.tokens import make_token
from centralka.panel.urls import urlpatterns
from centralka.store.models import (
    CallRecord,
    Device,
    ExternalNumber,
    Fax,
    FaxTry,
    Forward,
    Mail,
    Passkey,
    Person,
    Registration,
    Role,
    SentFax,
    SettingsFetch,
    SipAccount,
    Sms,
)
from tests import cast
from tests.operators import operators_things, setup_link, text_messages
from tests.panel.mailboxes import a_greeting, a_mail, a_message

from .conftest import SCREENS, SignIn

NOT_PAGES = {
    "home",
    "logout",
    "company_switch",
    "set_language",
    "session",
    "account_states",
    "picker",
    "trunk_states",
    "block_lift",
    "company_unblock",
    "company_export",
    "stock_give",
    "password_generated",
    "password_check",
    "calls_csv",
    "session_end",
    "passkey_begin",
    "login_passkey",
    "login_code",
    "person_second_factor",
    "sessions_end",
    "person_sign_out",
    "changes_csv",
    "all_changes_csv",
    "price_list_download",
    "number_target",
    "ledger_csv",
    "revision_download",
    "person_role",
    "person_account",
    "phone_key",
    "phone_close",
    "phone_who",
    "greeting_upload",
    "greeting_audio",
    "test_mail",
    "unheard_messages",
    "message_audio",
    "hold_music_audio",
    "webhook_try",
    "sms_estimate",
    "sms_phone",
    "sms_csv",
    "message_heard",
    "fax_page",
    "fax_pdf",
    "fax_mail",
    "fax_document_page",
    "sent_fax_cancel",
    "sent_fax_report",
    "country_allow",
    "country_forget",
    "status_mail_now",
    "status_take_calls",
    "fraud_lift",
    "fraud_lift_any",
    "new_account_preview",
    "account_preview",
}
"""Addresses that answer with a redirect, a fragment, a stream or a file."""
LONG = "Dział zamówień i obsługi klienta hurtowego we Wrocławiu 1234"


def _desk_phone(kwiaty: cast.Company, account: SipAccount) -> Device:
    """One that fetches its settings, with all that may have come of that."""
    now = timezone.now()
    desk_phone, _token = add_phone(kwiaty.manager, account.pk, LONG[:59], "yealink", "805ec0123456")
    for answer in SettingsFetch.Answer:
        SettingsFetch.objects.create(
            device=desk_phone,
            answer=answer,
            address="2001:db8::1",
            user_agent="L" * 200,
            file="x" * 100,
            first_at=now,
            last_at=now,
        )
    return desk_phone


@pytest.fixture
def pages(kwiaty: cast.Company) -> dict[str, str]:
    """Each page with something on it: long names, several phones, every outcome."""
    now = timezone.now()
    mailbox = {"voicemail_enabled": True, "voicemail_email": f"{'e' * 60}@kwiaty.example"}
    account = cast.phone(kwiaty.tenant, "100", LONG, internal_caller_id="123456789012345", **mailbox)
    outside = ExternalNumber.objects.create(tenant=kwiaty.tenant, e164="+48600100200", name=LONG)
    for condition, where in (("busy", {"external": outside}), ("no_answer", {})):
        Forward.objects.create(sip_account=account, condition=condition, kind="external", **where)
    a_greeting(account)
    message = a_message(account, caller_name=LONG, caller_number="+48600100200")
    a_message(account, caller_number="101", heard=True)
    a_message(account, caller_number="")
    for state in Mail.State.values:
        a_mail(account, state=state, error="550 " + "x" * 200 if state == "failed" else "")
    kwiaty.tenant.memberships.filter(person=kwiaty.owner.person).update(sip_account=account)
    change_own_tenant(kwiaty.owner, {"webhook": f"https://kwiaty.example/{'h' * 200}", "webhook_sms": True})
    cast.phone(kwiaty.tenant, "101", "Magazyn", last_seen_at=now - timedelta(days=40))
    device, _password = add_device(kwiaty.manager, account.pk, LONG[:60])
    desk_phone = _desk_phone(kwiaty, account)
    for number in range(2):
        Registration.objects.create(
            sip_account=account,
            node="n",
            uri=f"sip:{'x' * 200}@{number}",
            user_agent="L" * 250,
            since=now,
            device=device if number else None,
        )
    for outcome in ["", *CallRecord.Outcome.values]:
        CallRecord.objects.create(
            call_id=f"call-{outcome}",
            tenant=kwiaty.tenant,
            from_number="100",
            from_name=LONG,
            to_number="9" * 80,
            started_at=now,
            answered_at=now if outcome == "answered" else None,
            ended_at=now if outcome else None,
            outcome=outcome,
            why=[{"why": "extension_dialled", "values": {"extension": "100", "name": LONG}}],
            legs=[{"to": "100", "outcome": outcome, "seconds": 9}],
        )
    offices = ["2001:db8:1234:5678::/64", "203.0.113.0/24"]
    token, _text = make_token(kwiaty.owner, LONG, Role.MANAGER, offices, now + timedelta(days=300))
    assert kwiaty.owner.person
    passkey = Passkey.objects.create(person=kwiaty.owner.person, name=LONG[:60], credential_id="x", credential=b"")
    bartek = kwiaty.tenant.memberships.get(person=kwiaty.reader.person)
    fax_account = cast.fax_account(kwiaty.tenant, "15", LONG, fax_emails=f"{'e' * 60}@kwiaty.example\na@b.example")
    for state in Fax.State.values:
        fax = cast.fax(fax_account, state=state, caller_name=LONG, station="W" * 20, unreadable=2)
    CallRecord.objects.filter(call_id="call-answered").update(
        legs=[{"to": "15", "outcome": "fax", "seconds": 9, "pages": 3}]
    )
    document = cast.fax_document(kwiaty.tenant, name=f"{LONG}.pdf")
    for sending in SentFax.State.values:
        sent = cast.sent_fax(account, "+48600100200", state=sending, document=document, tries=2, reason="busy")
        FaxTry.objects.create(fax=sent, number=1, node="n", call_id="call-answered", began_at=now, reason="unknown")
    texts = text_messages(kwiaty)
    for state in Sms.State.values:
        in_or_out = "in" if state == "received" else "out"
        fields = {"text": LONG * 5, "reason": "x" * 150, "price": 1, "coding": "ucs2", "key": state, "state": state}
        Sms.objects.create(
            tenant=kwiaty.tenant, direction=in_or_out, number="+48600100200", next_at=now, created_at=now, **fields
        )
    numbered: dict[str, dict[str, object]] = {
        "sms_with": {"number": "+48600100200"},
        "sms_gateway_change": {"gateway_id": texts["gateway_id"]},
        "sms_gateway_try": {"gateway_id": texts["gateway_id"]},
        "sms_gateway_delete": {"gateway_id": texts["gateway_id"]},
        "name_decide": {"name_id": texts["name_id"]},
        "sms_name_delete": {"name_id": texts["name_id"]},
        "sms_stop_lift": {"stop_id": texts["sms_stop_id"]},
        "fax": {"fax_id": fax.pk},
        "fax_delete": {"fax_id": fax.pk},
        "sent_fax": {"fax_id": sent.pk},
        "fax_send": {"document_id": document.pk},
        "fax_account": {"account_id": fax_account.pk},
        "fax_account_change": {"account_id": fax_account.pk},
        "fax_account_delete": {"account_id": fax_account.pk},
        "account": {"account_id": account.pk},
        "account_change": {"account_id": account.pk},
        "account_delete": {"account_id": account.pk},
        "account_limits": {"account_id": account.pk},
        "connect_phone": {"account_id": account.pk},
        "connect_device": {"account_id": account.pk, "device": "grandstream"},
        "device_add": {"account_id": account.pk},
        "device_sign_out": {"account_id": account.pk, "device_id": device.pk},
        "setup_mail": {"account_id": account.pk},
        "set_up_phone": {"token": token_of(setup_link(account))},
        "device_issue_again": {"account_id": account.pk, "device_id": desk_phone.pk},
        "greeting_remove": {"account_id": account.pk},
        "external_number_delete": {"number_id": outside.pk},
        "message_delete": {"message_id": message.pk},
        "call": {"call_id": "call-answered"},
        "call_hang_up": {"call_id": "call-"},
        **{f"passkey_{act}": {"passkey_id": passkey.pk} for act in ("remove", "rename")},
        "password_new": {"token": forgotten_password.token_of(bartek.person)},
        "email_new": {"token": login_address.token_of(bartek.person, "nowy@kwiaty.example")},
        "person_email": {"membership_id": bartek.pk},
        "person_password": {"membership_id": bartek.pk},
        "person_remove": {"membership_id": bartek.pk},
        "token_change": {"token_id": token.pk},
        "token_revoke": {"token_id": token.pk},
        **operators_things(kwiaty, LONG),
    }
    names = {pattern.name or "" for pattern in urlpatterns} - NOT_PAGES
    found = {name: reverse(name, kwargs=numbered.get(name, {})) for name in sorted(names)}
    return found | {
        "nothing found": "/konta-sip/?search=zzz",
        "no such calls": "/polaczenia/?outcome=failed&number=zzz",
        "wrong filter": "/polaczenia/?period=days&first=2026-02-02&last=2026-02-01",
        "not found": "/nie-ma",
        "second page": "/konta-sip/?page=2",
        "no such fax account": "/faksy/?account=999",
        "empty mailbox": "/wiadomosci/?account=101",
        "no such mailbox": "/wiadomosci/?account=999",
    }


# Before it looks, axe fetches each style sheet of the page once more. Of its rules only one reads them that is not run,
# being an experiment (css-orientation-lock); sound and pictures are fetched, for no-autoplay-audio.
LOOK = {"resultTypes": ["violations"], "preload": {"assets": ["media"]}}
# Only what is wrong leaves the page, not all that axe found in order as well.
RUN = """async (options) => (await axe.run(options)).violations.map(
    ({ id, nodes }) => `${id}: ${nodes[0].html.slice(0, 200)}`)"""


# A page is loaded once and looked at on both: which one it is only the styles know, no script asks.
pytestmark = pytest.mark.screens(*(screen for screen in SCREENS if not screen.narrow))
IN_A_HAND: ViewportSize = {"width": 360, "height": 800}


@pytest.fixture(autouse=True)
def _axe_in_each_page(page: Page) -> None:
    """Hand axe, which is large, to the browser once and not for each of these many pages."""
    page.add_init_script(AXE_SCRIPT)


def complaints(page: Page) -> list[str]:
    """What axe finds and what sticks out, on a desk and then in a hand; the page is as wide as before afterwards."""
    page.wait_for_load_state()  # whoever was sent here by a press sees what is there before the styles are
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    desk = page.viewport_size
    assert desk is not None
    found = _complaints_now(page)
    page.set_viewport_size(IN_A_HAND)
    found += [f"in a hand: {complaint}" for complaint in _complaints_now(page)]
    page.set_viewport_size(desk)
    return found


def _complaints_now(page: Page) -> list[str]:
    found: list[str] = page.evaluate(RUN, LOOK)
    sticks_out = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return [*found, *([f"{sticks_out} px too wide"] if sticks_out > 0 else [])]


def _look_at(page: Page, urls: dict[str, str]) -> dict[str, list[str]]:
    heard = {}
    for name, url in urls.items():
        page.goto(url)
        if found := complaints(page):
            heard[name] = found
    return heard


def test_every_page_is_accessible_and_fits(
    page: Page,
    context: BrowserContext,
    sign_in: SignIn,
    kwiaty: cast.Company,
    pages: dict[str, str],
    mistakes: list[str],
) -> None:
    # Somebody with everything: an owner here, in a second company, and the operator.
    second = add_tenant(cast.OPERATOR, "zieleniak", "Zieleniak")
    owner = kwiaty.owner.person
    assert owner is not None
    add_member(cast.OPERATOR, second.slug, owner.email, Role.READER)
    Person.objects.filter(pk=owner.pk).update(is_operator=True)
    sign_in(context, owner)
    urls = {name: url for name, url in pages.items() if name != "login"}
    assert _look_at(page, urls) == {}
    refused = [text for text in mistakes if "404" not in text]
    assert refused == []


def test_pages_of_strangers_and_newcomers_too(
    page: Page, context: BrowserContext, sign_in: SignIn, kwiaty: cast.Company, mistakes: list[str]
) -> None:
    assert _look_at(page, {"login": "/logowanie"}) == {}
    nobody = Person.objects.add("nikt@example.org", cast.PASSWORD, name="Nikt", must_change_password=False)
    sign_in(context, nobody)
    assert _look_at(page, {"no company": "/"}) == {}
    sign_in(context, kwiaty.reader)
    empty = {
        "not with this role": "/osoby/",
        "empty list": "/konta-sip/",
        "no calls": "/polaczenia/",
        "no external numbers": "/numery-zewnetrzne/",
    }
    assert _look_at(page, empty) == {}
    Person.objects.filter(pk=nobody.pk).update(must_change_password=True)
    sign_in(context, nobody)
    assert _look_at(page, {"first password": "/haslo"}) == {}
    assert [text for text in mistakes if "403" not in text] == []


def test_pages_that_answer_to_a_form_too(
    page: Page, context: BrowserContext, sign_in: SignIn, kwiaty: cast.Company, mistakes: list[str]
) -> None:
    Person.objects.filter(pk=kwiaty.owner.person.pk if kwiaty.owner.person else 0).update(is_operator=True)
    sign_in(context, kwiaty.owner)
    found = {}
    page.goto("/konta-sip/dodaj")
    page.locator(".form-end .btn-primary").click()
    expect(page.locator("#errors")).to_be_focused()
    found["errors"] = complaints(page)
    page.locator("#id_extension").fill("105")
    page.locator("#id_name").fill(LONG)
    page.locator("#id_password").fill("abc")
    page.locator("#password-strength li").first.wait_for()
    found["weak password"] = complaints(page)
    page.locator(".generate").click()
    page.locator("#id_password[type=text]").wait_for()
    found["generated password"] = complaints(page)
    page.locator(".form-end .btn-primary").click()
    page.locator(".once-secret").wait_for()
    found["saved account"] = complaints(page)
    for name, url, typed in (
        ("added person", "/osoby/dodaj", {"email": f"{'e' * 40}@kwiaty.example", "name": LONG}),
        ("made token", "/tokeny/dodaj", {"name": LONG}),
        (
            "added company",
            "/firmy/dodaj",
            {"name": LONG, "slug": "piekarnia", "email": "a@b.example", "person_name": LONG},
        ),
    ):
        page.goto(url)
        for field, value in typed.items():
            page.locator(f"#id_{field}").fill(value)
        page.locator(".form-end .btn-primary").click()
        page.locator(".once-secret").wait_for()
        found[name] = complaints(page)
    page.set_viewport_size(IN_A_HAND)
    page.get_by_role("button", name="Menu").click()
    found["open menu"] = _complaints_now(page)
    assert {name: heard for name, heard in found.items() if heard} == {}
    assert mistakes == []
