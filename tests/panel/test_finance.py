"""Konto i finanse: what there is, what was booked, what each day cost."""

from collections.abc import AsyncIterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from typing import cast as typed
from zoneinfo import ZoneInfo

import pytest
from asgiref.sync import async_to_sync
from django.test import AsyncClient
from django.utils import timezone, translation

from centralka.panel.finance.chart import chart_of
from centralka.panel.money import AmountField, money, number, rate
from centralka.store import money as store
from centralka.store.models import LedgerEntry, Tenant
from tests import cast

from .conftest import SignIn
from .page import Page

NOON = datetime(2026, 7, 1, 12, 0, tzinfo=ZoneInfo("Europe/Warsaw"))
Kind = LedgerEntry.Kind


def booked(company: cast.Company, net: str, kind: Kind, at: datetime = NOON, **details: Any) -> None:
    key = f"test:{LedgerEntry.objects.count()}"
    store.book(company.tenant.pk, key=key, kind=kind, net=Decimal(net), at=at, details=details)


@pytest.fixture
def _bookings(kwiaty: cast.Company) -> None:
    booked(kwiaty, "1234.5", Kind.TOP_UP, note="Przelew <b>12/2026</b>")
    call = {"call": "node1-7", "from": "100", "number": "+48600100200", "seconds": 187}
    booked(kwiaty, "-0.4485", Kind.CALL, NOON + timedelta(hours=1), **call)
    fee = {"extension": "100", "name": "Sekretariat", "sip_account": 1, "month": "2026-07"}
    booked(kwiaty, "-10", Kind.MONTHLY, NOON + timedelta(days=1), **fee)


@pytest.mark.usefixtures("_bookings")
def test_balance_and_bookings_are_shown_gross_and_net(kwiaty: cast.Company, signed_in: SignIn) -> None:
    Tenant.objects.filter(pk=kwiaty.tenant.pk).update(credit_limit=Decimal(50))
    page = Page(signed_in(kwiaty.manager, "pl").get("/finanse/"))
    assert "Saldo 1 505,58 zł brutto · 1 224,05 zł netto" in page.text
    assert "Limit kredytowy 61,50 zł" in page.text
    results = page.inside("results")
    assert "Opłata miesięczna 100 Sekretariat, lipiec 2026 −12,30 zł −10,00 zł 1 224,05 zł" in results
    assert "Połączenie 600 100 200, 3 min 07 s, z numeru 100 −0,55 zł −0,45 zł 1 234,05 zł" in results
    assert "Przelew <b>12/2026</b>" in results
    assert "<b>12" not in page.html
    assert "/polaczenia/node1-7/" in page.html


@pytest.mark.usefixtures("_bookings")
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, {"test:0", "test:1", "test:2"}),
        ({"kind": "call"}, {"test:1"}),
        ({"kind": "activation"}, set()),
        ({"period": "days", "first": "2026-07-02"}, {"test:2"}),
        ({"period": "days", "last": "2026-07-01"}, {"test:0", "test:1"}),
        ({"period": "today"}, set()),
    ],
)
def test_filters_narrow_the_ledger_and_the_export_alike(
    kwiaty: cast.Company, signed_in: SignIn, query: dict[str, str], found: set[str]
) -> None:
    text = Page(signed_in(kwiaty.manager).get("/finanse/", query)).inside("results")
    rows = {"test:0": "Przelew", "test:1": "600 100 200", "test:2": "July 2026"}
    assert {key for key, said in rows.items() if said in text} == found
    assert {row[-1] for row in exported(kwiaty, query)[1:]} == found


@pytest.mark.usefixtures("_bookings")
def test_the_export_has_numbers_that_polish_excel_adds_up(kwiaty: cast.Company) -> None:
    rows = exported(kwiaty)
    assert rows[0][:4] == ["Zaksięgowano", "Rodzaj", "Za co", "Netto (PLN)"]
    assert rows[1][:6] == [
        "2026-07-02 12:00:00", "Opłata miesięczna", "100 Sekretariat, lipiec 2026", "-10,0000", "-12,30", "1224,0515",
    ]  # fmt: skip


def test_a_filter_that_does_not_fit_is_told_and_exports_nothing(kwiaty: cast.Company, signed_in: SignIn) -> None:
    query = {"period": "days", "first": "2026-02-02", "last": "2026-02-01"}
    client = signed_in(kwiaty.manager)
    assert Page(client.get("/finanse/", query)).beside("last")
    assert client.get("/finanse/ksiega.csv", query).status_code == 400


def test_a_strangers_bookings_are_not_there(kwiaty: cast.Company, ksiegi: cast.Company, signed_in: SignIn) -> None:
    booked(ksiegi, "77.7", Kind.TOP_UP, note="Cudze")
    page = Page(signed_in(kwiaty.manager).get("/finanse/"))
    assert "Cudze" not in page.text
    assert "Nothing booked yet" in page.text
    assert "There is no money for calls outside" in page.text


def test_the_chart_says_in_words_what_it_shows(kwiaty: cast.Company, signed_in: SignIn) -> None:
    now = timezone.now()
    booked(kwiaty, "100", Kind.TOP_UP, now - timedelta(days=3))
    booked(kwiaty, "-10", Kind.CALL, now - timedelta(days=2), number="+48600100200", seconds=60)
    booked(kwiaty, "-5", Kind.CALL, now - timedelta(days=1), number="+48600100200", seconds=60)
    booked(kwiaty, "-5", Kind.ACTIVATION, now - timedelta(days=1), extension="100")
    booked(kwiaty, "-50", Kind.CALL, now - timedelta(days=40), number="+48600100200", seconds=60)
    page = Page(signed_in(kwiaty.manager).get("/finanse/"))
    assert "Together PLN 24.60 gross" in page.text
    assert page.html.count('class="chart-bar"') == 30
    assert page.html.count('height="0.00"') == 28
    assert "The same as a table" in page.text
    month = Page(signed_in(kwiaty.manager).get("/finanse/", {"period": "week"}))
    assert month.html.count('class="chart-bar"') == 7


def test_bars_have_the_heights_of_their_amounts() -> None:
    first = date(2026, 7, 1)
    chart = chart_of([(first, Decimal(0)), (first, Decimal("3.70")), (first, Decimal("1.85"))])
    assert chart.top == 5
    assert [(bar.y, bar.height) for bar in chart.bars] == [("200.00", "0.00"), ("52.00", "148.00"), ("126.00", "74.00")]
    assert [bar.amount for bar in chart.table] == [Decimal("1.85"), Decimal("3.70")]


@pytest.mark.parametrize(
    ("highest", "top"),
    [
        ("0.01", "0.1"),
        ("0.10", "0.1"),
        ("0.11", "0.2"),
        ("1", "1"),
        ("1.01", "2"),
        ("49", "50"),
        ("99999.99", "100000"),
    ],
)
def test_the_scale_ends_at_a_round_amount(highest: str, top: str) -> None:
    assert chart_of([(date(2026, 7, 1), Decimal(highest))]).top == Decimal(top)


@pytest.mark.parametrize(
    ("amount", "polish", "english"),
    [
        ("0", "0,00 zł", "PLN 0.00"),
        ("1234.5", "1\u00a0234,50\u00a0zł", "PLN 1,234.50"),
        ("-0.0825", "−0,08 zł", "PLN −0.08"),
        ("-0.0049", "0,00 zł", "PLN 0.00"),
        ("2.0050", "2,01 zł", "PLN 2.01"),
        ("0.1200", "0,12 zł", "PLN 0.12"),
        ("1234567.89", "1\u00a0234\u00a0567,89 zł", "PLN 1,234,567.89"),
    ],
)
def test_money_is_written_as_people_write_it(amount: str, polish: str, english: str) -> None:
    for language, said in (("pl", polish), ("en", english)):
        with translation.override(language):
            assert money(Decimal(amount)).replace("\u00a0", " ") == said.replace("\u00a0", " ")


def test_whole_grosze_where_more_would_say_too_much() -> None:
    with translation.override("en"):
        assert number(Decimal("1.5"), most=2) == "1.50"


@pytest.mark.parametrize(
    ("amount", "said"), [("0.0345", "PLN 0.0345"), ("0.1200", "PLN 0.12"), ("1.2340", "PLN 1.2340"), ("2", "PLN 2.00")]
)
def test_a_rate_says_all_that_it_has_and_never_in_a_way_with_two_readings(amount: str, said: str) -> None:
    with translation.override("en"):
        assert rate(Decimal(amount)) == said
        assert AmountField().clean(number(Decimal(amount))) == Decimal(amount)


def exported(company: cast.Company, query: dict[str, str] | None = None) -> list[list[str]]:
    async def get() -> bytes:
        client = AsyncClient()
        await client.aforce_login(
            typed(Any, company.manager.person), backend="django.contrib.auth.backends.ModelBackend"
        )
        response = await client.get(f"/firma/{company.tenant.slug}/finanse/ksiega.csv", query or {})
        parts = typed(AsyncIterator[bytes], typed(Any, response).streaming_content)
        return b"".join([part async for part in parts])

    return [line.split(";") for line in async_to_sync(get)().decode("utf-8-sig").split("\r\n") if line]
