"""Lists show much at once: a row is one line on a desk and two in a hand, and filters stand folded there.

An office as it is: names of people and firms, not the longest possible ones (those are in test_every_page.py).
"""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect

from centralka.actions.tokens import make_token
from centralka.store import money
from centralka.store.models import (
    CallRecord,
    ExternalNumber,
    Forward,
    LedgerEntry,
    Number,
    Person,
    PriceList,
    PriceListRevision,
    Registration,
    Role,
    SipAccount,
    Tenant,
    Trunk,
)
from tests import cast
from tests.panel.mailboxes import a_mail

from .conftest import EVERY_SCREEN, Screen, SignIn

ONE_LINE = 40
"""px: a line of text or a small button, with its padding."""
TWO_LINES = 72
"""px of a row on a phone, with its border, without the gap to the next."""
NAMES = ["Sekretariat", "Anna Kowalska", "Łukasz Wiśniewski-Nowak", "Magazyn główny", "Dział zamówień", "Księgowość"]


@pytest.fixture
def office(kwiaty: cast.Company) -> cast.Company:
    """Some rows in each list, as an office and its operator would see them."""
    numbers = [cast.line_outside(kwiaty.tenant, f"+4822123456{n}", balance="250") for n in range(5)]
    accounts = list(_accounts(kwiaty.tenant, numbers))
    _outside(kwiaty.tenant, accounts, numbers)
    _calls(kwiaty.tenant, accounts)
    _bookings(kwiaty.tenant)
    for name in ("Integracja CRM", "Raport nocny"):
        make_token(kwiaty.owner, name, Role.MANAGER)
    for state in ("queued", "sent", "failed"):
        a_mail(accounts[1], state=state, sent_at=timezone.now() if state == "sent" else None)
    _operators(kwiaty)
    return kwiaty


def _accounts(tenant: Tenant, numbers: list[Number]) -> Iterator[SipAccount]:
    now = timezone.now()
    for place, name in enumerate(NAMES):
        shown = numbers[0] if place % 2 else None
        account = cast.phone(tenant, str(100 + place), name, voicemail_email="anna@kwiaty.example", caller_id=shown)
        if place % 3 == 0:
            uri, agent = f"sip:{account.login}@192.0.2.{place}:5060", "Yealink SIP-T46U 108.86.0.90"
            Registration.objects.create(sip_account=account, node="n", uri=uri, user_agent=agent, since=now)
        elif place % 3 == 1:
            SipAccount.objects.filter(pk=account.pk).update(last_seen_at=now - timedelta(days=3))
        yield account


def _outside(tenant: Tenant, accounts: list[SipAccount], numbers: list[Number]) -> None:
    for place, (name, e164) in enumerate((("Serwis drukarek", "+48600100200"), ("Lieferant Berlin", "+4930123456"))):
        saved = ExternalNumber.objects.create(tenant=tenant, e164=e164, name=name)
        Forward.objects.create(sip_account=accounts[place], condition="busy", kind="external", external=saved)
    for number, account in zip(numbers, accounts, strict=False):
        Number.objects.filter(pk=number.pk).update(sip_account=account)


def _calls(tenant: Tenant, accounts: list[SipAccount]) -> None:
    began = timezone.now() - timedelta(hours=2)
    outside = ["+48600100200", "+48221112233", "+4930123456", ""]
    for place, outcome in enumerate(["", *CallRecord.Outcome.values]):
        start = began + timedelta(minutes=place)
        inward = place % 2
        CallRecord.objects.create(
            call_id=f"call-{place}",
            tenant=tenant,
            direction="in" if inward else "out",
            from_number=outside[place % 4] if inward else accounts[place % 6].extension,
            from_name="" if inward else accounts[place % 6].name,
            to_number="+48221234560" if inward else outside[place % 3],
            started_at=start,
            answered_at=start + timedelta(seconds=9) if outcome in ("answered", "") else None,
            ended_at=start + timedelta(seconds=200) if outcome else None,
            outcome=outcome,
            price=Decimal("0.1234") if outcome == "answered" else None,
        )


def _bookings(tenant: Tenant) -> None:
    booked: list[tuple[LedgerEntry.Kind, str, dict[str, object]]] = [
        (LedgerEntry.Kind.TOP_UP, "100", {"note": "Przelew 7/2026"}),
        (LedgerEntry.Kind.CALL, "-0.1234", {"call": "call-1", "number": "+48600100200", "seconds": 191}),
    ]
    for place, (kind, net, details) in enumerate(booked):
        at = timezone.now() - timedelta(days=place)
        money.book(tenant.pk, key=f"rows:{place}", kind=kind, net=Decimal(net), at=at, details=details)


def _operators(company: cast.Company) -> None:
    cast.celinas_company()
    registered = {"status": "Registered", "status_at": timezone.now()}
    Trunk.objects.update(reachable=True, pings=True, status_at=timezone.now())
    Trunk.objects.create(
        name="Zapasowy", kind="registration", host="sip.zapas.example", username="kwiaty", priority=2, **registered
    )
    Number.objects.create(e164="+48221230000")
    prices = PriceList.objects.get()
    at = timezone.now() - timedelta(days=3000)
    PriceListRevision.objects.create(
        price_list=prices, state="ready", holds_from=at, made_at=at, touched_at=at, file_name="cennik-10-2026.csv",
        made_by="olga@operator.example", rows=3, loaded=3,
    )  # fmt: skip
    owner = company.owner.person
    Person.objects.filter(pk=owner.pk if owner else 0).update(is_operator=True)


def _lists(company: cast.Company) -> dict[str, str]:
    prices = PriceList.objects.get().pk
    return {
        "accounts": "/konta-sip/",
        "calls": "/polaczenia/",
        "external numbers": "/numery-zewnetrzne/",
        "numbers": "/numery/",
        "ledger": "/finanse/",
        "people": "/osoby/",
        "tokens": "/tokeny/",
        "mails": "/wiadomosci/wysylka",
        "companies": "/firmy/",
        "bookings of a company": f"/firmy/{company.tenant.pk}/",
        "stock": "/zasob-numerow/",
        "trunks": "/lacza/",
        "price lists": "/cenniki/",
        "prices": f"/cenniki/{prices}/",
        "revisions": f"/cenniki/{prices}/wersje/",
    }


ON_A_PHONE = {"people": 164, "revisions": 160, "external numbers": 112, "numbers": 124, "tokens": 92, "prices": 92}
"""px of a row that has something to press or choose: a finger needs more room than a line."""


@EVERY_SCREEN
def test_a_row_of_each_list_is_one_line_on_a_desk_and_two_on_a_phone(
    page: Page, context: BrowserContext, screen: Screen, sign_in: SignIn, office: cast.Company
) -> None:
    sign_in(context, office.owner)
    lists = _lists(office)
    heights = {name: _heights(page, url) for name, url in lists.items()}
    assert {name for name, rows in heights.items() if not rows} == set()
    most = {name: ON_A_PHONE.get(name, TWO_LINES) if screen.narrow else ONE_LINE for name in lists}
    assert {name: rows for name, rows in heights.items() if max(rows) > most[name]} == {}


def _heights(page: Page, url: str) -> list[int]:
    page.goto(url)
    rows = "rows => rows.map(row => Math.round(row.getBoundingClientRect().height))"
    found: list[int] = page.locator("table.rows tbody tr").evaluate_all(rows)
    return found


@EVERY_SCREEN
def test_when_an_account_was_last_seen_is_told_whole_on_a_phone(
    page: Page, context: BrowserContext, screen: Screen, sign_in: SignIn, office: cast.Company
) -> None:
    year = timezone.now().year
    sign_in(context, office.owner)
    told = page.locator(".rows-accounts .state small", has_text=screen.say("ostatnio", "last seen"))
    for last_seen in (timezone.now() - timedelta(days=1), timezone.now().replace(year=year - 2, month=12, day=28)):
        SipAccount.objects.filter(tenant=office.tenant).update(last_seen_at=last_seen)
        page.goto("/konta-sip/")
        assert set(told.evaluate_all("all => all.map(one => one.scrollWidth - one.clientWidth)")) == {0}


@EVERY_SCREEN
def test_filters_stand_folded_on_a_phone_and_open_with_a_press(
    page: Page, context: BrowserContext, screen: Screen, sign_in: SignIn, office: cast.Company
) -> None:
    sign_in(context, office.owner)
    for address in ("/polaczenia/", "/finanse/", "/wiadomosci/", "/wiadomosci/wysylka"):
        page.goto(address)
        field, button = page.locator("#filters .filter").first, page.locator(".fold-button")
        expect(button).to_be_visible(visible=screen.narrow)
        expect(field).to_be_visible(visible=not screen.narrow)
        if screen.narrow:
            button.click()
            expect(field).to_be_visible()


@EVERY_SCREEN
def test_the_clock_of_a_call_that_goes_on_is_in_sight(
    page: Page, context: BrowserContext, sign_in: SignIn, office: cast.Company
) -> None:
    sign_in(context, office.owner)
    page.goto("/polaczenia/")
    clock = page.locator("[data-clock]")
    expect(clock).to_be_visible()
    shown = clock.inner_text()
    expect(clock).not_to_have_text(shown)
    expect(page.locator("#results a[href$='/rozlacz']")).to_be_visible()
