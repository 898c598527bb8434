"""Monitoring in a browser: switched off it hides what belongs to it; a pause and wrong addresses are kept as typed."""

from datetime import UTC, datetime

from playwright.sync_api import BrowserContext, Page, expect

from centralka.store.models import AccountWatch, Registration, SipAccount
from tests import cast

from .conftest import Screen, SignIn

NOON = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)


def test_monitoring_is_set_on_the_form(
    page: Page, context: BrowserContext, screen: Screen, sign_in: SignIn, kwiaty: cast.Company, mistakes: list[str]
) -> None:
    account = cast.phone(kwiaty.tenant, "100", "Sekretariat")
    sign_in(context, kwiaty.manager)
    page.goto(f"/konta-sip/{account.pk}/zmien")
    switch, emails = page.locator("[name=monitoring]"), page.locator("[name=monitoring_emails]")
    expect(switch).to_be_checked()
    switch.uncheck()
    expect(emails).to_be_hidden()
    switch.check()
    emails.fill("recepcja@kwiaty.example, biuro")
    page.locator("[name=monitoring_paused_until]").fill("2099-12-01T08:00")
    save = page.get_by_role("button", name=screen.say("Zapisz", "Save"), exact=True)
    save.click()
    wrong = screen.say("„biuro” nie jest adresem e-mail", "“biuro” is no e-mail address")
    expect(page.locator(".field-wrong")).to_contain_text(wrong)
    expect(emails).to_have_value("recepcja@kwiaty.example, biuro")
    emails.fill("recepcja@kwiaty.example")
    save.click()
    page.wait_for_url("**/konta-sip/")
    account.refresh_from_db()
    assert (account.monitoring, account.monitoring_emails) == (True, "recepcja@kwiaty.example")
    assert account.monitoring_paused_until == datetime(2099, 12, 1, 7, tzinfo=UTC)
    assert mistakes == []


def test_an_account_that_is_out_of_reach_is_marked_while_the_page_is_open(
    page: Page, context: BrowserContext, screen: Screen, sign_in: SignIn, kwiaty: cast.Company, mistakes: list[str]
) -> None:
    account = cast.phone(kwiaty.tenant, "100", "Sekretariat")
    is_registered(account)
    sign_in(context, kwiaty.manager)
    page.goto("/konta-sip/")
    state = page.locator(f"#state-{account.pk}")
    expect(state).to_contain_text(screen.say("Zarejestrowane", "Registered"))
    Registration.objects.update(answers=False, answers_since=NOON)
    expect(state).to_contain_text(screen.say("Nie odpowiada", "Does not answer"))
    AccountWatch.objects.create(
        sip_account=account, reachable=False, since=NOON, waits_from=NOON, told="gone", told_at=NOON, created_at=NOON
    )
    expect(state.locator(".badge")).to_contain_text(screen.say("nieosiągalne od", "out of reach since"))
    assert mistakes == []


def is_registered(account: SipAccount) -> None:
    uri = f"sip:{account.login}@192.0.2.7:5060"
    Registration.objects.create(sip_account=account, node="node1", uri=uri, user_agent="Yealink T46", since=NOON)
