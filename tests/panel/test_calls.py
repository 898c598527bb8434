"""Połączenia: the history, one call, the export."""

import re
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from typing import cast as typed
from zoneinfo import ZoneInfo

import pytest
from asgiref.sync import async_to_sync
from django.conf import settings
from django.db import connection
from django.test import AsyncClient
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from centralka.store.models import CallRecord, ExternalNumber, HangUp, SipAccount
from tests import cast

from .conftest import SignIn
from .page import Page

WARSAW = ZoneInfo("Europe/Warsaw")
NOON = datetime(2026, 7, 1, 12, 0, 0, tzinfo=WARSAW)
GOING_ON: dict[str, Any] = {"ended_at": None, "outcome": ""}


def a_call(company: cast.Company, call_id: str = "call-1", **fields: object) -> CallRecord:
    given: dict[str, Any] = {
        "from_number": "100",
        "from_name": "Ala",
        "to_number": "101",
        "started_at": NOON,
        "answered_at": NOON + timedelta(seconds=12),
        "ended_at": NOON + timedelta(seconds=107),
        "outcome": "answered",
        "why": [{"why": "extension_dialled", "values": {"extension": "101", "name": "Bartek"}}],
        "legs": [
            {
                "to": "101",
                "outcome": "answered",
                "seconds": 12,
                "why": {"why": "extension_dialled", "values": {"extension": "101", "name": "Bartek"}},
            }
        ],
    }
    return CallRecord.objects.create(call_id=call_id, tenant=company.tenant, **(given | fields))


def test_a_call_is_listed_with_times_and_outcome(kwiaty: cast.Company, signed_in: SignIn) -> None:
    a_call(kwiaty)
    text = Page(signed_in(kwiaty.reader, "pl").get("/polaczenia/")).inside("results")
    assert "1 lip 2026, 12:00:00 100 Ala 101 Bartek Odebrane 12 s 1 min 35 s" in text


def test_the_callees_name_is_found_where_the_record_has_it(kwiaty: cast.Company, signed_in: SignIn) -> None:
    leg = {"to": "101", "login": "kwiaty_101", "outcome": "answered", "seconds": 9}
    why = {"why": "extension_dialled", "values": {"extension": "101", "name": "Bartek"}}
    a_call(kwiaty, "of-leg", why=[], legs=[leg | {"why": why}])
    a_call(kwiaty, "of-call", why=[why], legs=[leg | {"why": None}])
    a_call(kwiaty, "of-nobody", to_number="999", why=[why], legs=[])
    client = signed_in(kwiaty.reader)
    assert Page(client.get("/polaczenia/")).inside("results").count("101 Bartek") == 2
    assert "101 Bartek" in Page(client.get("/polaczenia/of-leg/")).text
    assert [row[4] for row in _exported(kwiaty)[1:]] == ["", "Bartek", "Bartek"]


def _leg(to: str, outcome: str, rang: int, values: dict[str, str] | None = None) -> dict[str, Any]:
    why = {"why": "extension_dialled", "values": values or {"extension": "101", "name": "Bartek"}}
    return {"to": to, "outcome": outcome, "seconds": rang, "rang": rang, "why": why}


def test_who_took_the_call_is_told_by_name(kwiaty: cast.Company, signed_in: SignIn) -> None:
    """A call from outside that came to another account, was forwarded, or came to a number that the company saved."""
    cast.phone(kwiaty.tenant, "102", name="Celina")
    ExternalNumber.objects.create(tenant=kwiaty.tenant, e164="+48600100200", name="Jan Hurtownia")
    ours = "+48221234567"
    incoming = {"direction": "in", "from_number": "+48600100200", "from_name": "JAN H", "to_number": ours}
    who = {"extension": "101", "name": "Bartek", "condition": "busy"}
    forwarded = who | {"to": "103", "to_name": "Dorota"}
    outside = who | {"number": "+48600100200", "to_name": ""}
    a_call(kwiaty, "in", **incoming, legs=[_leg("102", "answered", 3)])
    a_call(kwiaty, "on", **incoming, legs=[_leg("101", "no_answer", 9), _leg("103", "answered", 3, forwarded)])
    a_call(kwiaty, "out", legs=[_leg("101", "busy", 0), _leg("+48600100200", "answered", 3, outside)])
    a_call(kwiaty, "direct", legs=[_leg("101", "answered", 3)])
    a_call(kwiaty, "missed", **incoming, outcome="no_answer", legs=[_leg("102", "no_answer", 9)])
    client = signed_in(kwiaty.reader, "pl")
    rows = {row[-1]: row for row in _exported(kwiaty)}
    assert {name: rows[name][14] for name in ("in", "on", "out", "direct", "missed")} == {
        "in": "102 Celina",
        "on": "103 Dorota",
        "out": "600 100 200 Jan Hurtownia",
        "direct": "",
        "missed": "",
    }
    listed = Page(client.get("/polaczenia/")).inside("results")
    for party in ("102 Celina", "103 Dorota", "600 100 200 Jan Hurtownia"):
        assert listed.count(f"odebrane przez: {party}") == 1
    assert listed.count("600 100 200 Jan Hurtownia 22 123 45 67") == 3
    assert "odebrane przez: 103 Dorota" in Page(client.get("/polaczenia/on/")).text


def test_the_names_cost_two_queries_however_many_calls_there_are(kwiaty: cast.Company, signed_in: SignIn) -> None:
    for number in range(20):
        cast.phone(kwiaty.tenant, str(200 + number))
        a_call(kwiaty, f"call-{number}", legs=[_leg(str(200 + number), "answered", 3)])
    client = signed_in(kwiaty.reader)
    with CaptureQueriesContext(connection) as queries:
        client.get("/polaczenia/")
    assert len([query for query in queries if "external_number" in query["sql"]]) == 1
    assert len([query for query in queries if '"sip_account"."extension" IN' in query["sql"]]) == 1


@pytest.mark.parametrize(
    ("legs", "answered", "rang"),
    [
        ([], False, 0),
        ([_leg("101", "unavailable", 0)], False, 0),
        ([_leg("101", "no_answer", 20), _leg("101", "voicemail", 0)], True, 20),
        ([_leg("101", "no_answer", 20), _leg("102", "answered", 7), _leg("103", "answered", 5)], True, 27),
        ([_leg("101", "busy", 4)], False, 4),
    ],
)
def test_only_what_rang_is_ringing(kwiaty: cast.Company, legs: list[dict[str, Any]], answered: bool, rang: int) -> None:
    """Not the prompt that a refused caller hears, nor the PIN, nor the greeting of a mailbox."""
    made = a_call(kwiaty, legs=legs, answered_at=NOON + timedelta(seconds=50) if answered else None)
    assert made.ring_seconds == rang


def test_an_account_tells_how_the_last_call_of_its_phone_was_encrypted(kwiaty: cast.Company, signed_in: SignIn) -> None:
    ala, bartek, celina = (cast.phone(kwiaty.tenant, extension) for extension in ("100", "101", "102"))
    by_dtls = {"why": "encrypted", "values": {"who": "101", "encryption": "DTLS-SRTP"}}
    browser = signed_in(kwiaty.reader, "pl")

    def told(account: SipAccount) -> str:
        text = Page(browser.get(f"/konta-sip/{account.pk}/")).text
        return text.partition("Szyfrowanie rozmów ")[2].partition(" Połączenia międzynarodowe")[0]

    assert told(ala) == "Wyłączone"
    a_call(kwiaty, why=[by_dtls]).accounts.set([ala, bartek])
    assert told(ala) == "Wyłączone ostatnia rozmowa, 1 lip 2026, 12:00 : nieszyfrowana"
    assert told(bartek) == "Wyłączone ostatnia rozmowa, 1 lip 2026, 12:00 : szyfrowana (DTLS-SRTP)"
    legs = [_leg("101", "no_answer", 9), _leg("102", "answered", 3)]
    a_call(kwiaty, "forwarded", started_at=NOON + timedelta(hours=1), legs=legs).accounts.set([bartek, celina])
    a_call(kwiaty, "missed", started_at=NOON + timedelta(hours=1), answered_at=None).accounts.set([ala, celina])
    assert "12:00 : szyfrowana" in told(bartek)
    assert "12:00 : nieszyfrowana" in told(ala)
    assert "12:00 : nieszyfrowana" in told(celina)


def test_a_call_that_never_rang_has_no_ringing_time(kwiaty: cast.Company, signed_in: SignIn) -> None:
    a_call(kwiaty, answered_at=None, ended_at=NOON, outcome="busy", legs=[])
    client = signed_in(kwiaty.reader, "pl")
    assert "Zajęte – –" in Page(client.get("/polaczenia/")).inside("results")
    assert "0 s" not in Page(client.get("/polaczenia/call-1/")).text


def test_a_call_that_is_going_on_is_shown_as_such(kwiaty: cast.Company, signed_in: SignIn) -> None:
    a_call(kwiaty, answered_at=None, ended_at=None, outcome="", why=[], legs=[])
    assert "In progress" in Page(signed_in(kwiaty.reader).get("/polaczenia/")).text
    assert "still going on" in Page(signed_in(kwiaty.reader).get("/polaczenia/call-1/")).text


def test_a_call_says_why_it_went_where_it_went(kwiaty: cast.Company, signed_in: SignIn) -> None:
    a_call(kwiaty)
    page = Page(signed_in(kwiaty.reader, "pl").get("/polaczenia/call-1/"))
    assert "Wybrano 101 (Bartek), numer wewnętrzny tej firmy." in page.text
    assert "Rozmowa 1 min 35 s" in page.text


def test_names_from_phones_are_never_obeyed(kwiaty: cast.Company, signed_in: SignIn) -> None:
    evil = "<img src=x onerror=alert(1)>"
    a_call(kwiaty, from_name=evil, legs=[{"to": evil, "outcome": evil, "seconds": 1}])
    for url in ("/polaczenia/", "/polaczenia/call-1/"):
        assert "<img src=x" not in Page(signed_in(kwiaty.reader).get(url)).html


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, {"old", "new"}),
        ({"outcome": "busy"}, {"old"}),
        ({"outcome": "missed"}, set()),
        ({"direction": "out"}, {"old"}),
        ({"direction": "in"}, set()),
        ({"number": "777"}, {"old"}),
        ({"number": "Ala"}, {"new"}),
        ({"account": "100"}, {"new"}),
        ({"period": "today"}, {"new"}),
        ({"period": "yesterday"}, set()),
        ({"period": "week"}, {"new"}),
        ({"period": "month"}, {"new"}),
        ({"period": "days", "first": "2026-07-01", "last": "2026-07-01"}, {"old"}),
        ({"period": "days", "last": "2026-06-30"}, set()),
    ],
)
def test_filters_narrow_the_list_and_the_export_alike(
    kwiaty: cast.Company, signed_in: SignIn, query: dict[str, str], found: set[str]
) -> None:
    now = timezone.now()
    phone = cast.phone(kwiaty.tenant, "100")
    new = a_call(kwiaty, "new", started_at=now, answered_at=now, ended_at=now)
    new.accounts.add(phone)
    a_call(kwiaty, "old", started_at=NOON, outcome="busy", from_number="777", from_name="", direction="out")
    listed = Page(signed_in(kwiaty.reader).get("/polaczenia/", query)).html
    assert {name for name in ("old", "new") if f"/polaczenia/{name}/" in listed} == found
    assert {row[-1] for row in _exported(kwiaty, query)[1:]} == found


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"account": "999"}, "account"),
        ({"outcome": "nonsense"}, "outcome"),
        ({"period": "days", "first": "9999-99-99"}, "first"),
        ({"period": "days", "last": "9999-12-31"}, "last"),
        ({"period": "days", "first": "2026-02-02", "last": "2026-02-01"}, "last"),
    ],
)
def test_a_filter_that_does_not_fit_is_told_beside_its_field(
    kwiaty: cast.Company, signed_in: SignIn, query: dict[str, str], field: str
) -> None:
    page = Page(signed_in(kwiaty.reader).get("/polaczenia/", query))
    assert page.beside(field)
    if field != "outcome":  # a list of choices has no place for another value
        assert page.form[field] == query[field]


def test_calls_of_a_deleted_account_are_found_by_its_extension(kwiaty: cast.Company, signed_in: SignIn) -> None:
    a_call(kwiaty, "gone", from_number="105", from_name="Łukasz", to_number="777")
    a_call(kwiaty, "other", from_number="100", to_number="888")
    page = Page(signed_in(kwiaty.reader).get("/polaczenia/", {"account": "105"}))
    assert "777" in page.text
    assert "888" not in page.text


def test_a_day_is_a_day_in_poland(kwiaty: cast.Company, signed_in: SignIn) -> None:
    a_call(kwiaty, "late", started_at=datetime(2026, 7, 1, 23, 30, tzinfo=WARSAW))
    page = Page(
        signed_in(kwiaty.reader).get("/polaczenia/", {"period": "days", "first": "2026-07-01", "last": "2026-07-01"})
    )
    assert "/polaczenia/late/" in page.html
    assert "23:30:00" in page.text


def test_a_long_history_has_pages(kwiaty: cast.Company, signed_in: SignIn) -> None:
    for number in range(51):
        a_call(kwiaty, f"c{number}", started_at=NOON - timedelta(minutes=number))
    client = signed_in(kwiaty.reader)
    assert "Older" in Page(client.get("/polaczenia/", {"outcome": "answered"})).text
    second = Page(client.get("/polaczenia/", {"outcome": "answered", "page": "2"}))
    assert "/polaczenia/c50/" in second.html
    assert "?outcome=answered&amp;page=1" in second.html


def _export(company: cast.Company, query: dict[str, str] | None = None, language: str = "pl") -> tuple[Any, bytes]:
    async def get() -> tuple[Any, bytes]:
        client = AsyncClient()
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        await client.aforce_login(
            typed(Any, company.reader.person), backend="django.contrib.auth.backends.ModelBackend"
        )
        response = await client.get(f"/firma/{company.tenant.slug}/polaczenia/polaczenia.csv", query or {})
        parts = typed(AsyncIterator[bytes], typed(Any, response).streaming_content)
        return response, b"".join([part async for part in parts])

    return async_to_sync(get)()


def _exported(company: cast.Company, query: dict[str, str] | None = None) -> list[list[str]]:
    _response, body = _export(company, query)
    return [line.split(";") for line in body.decode("utf-8-sig").split("\r\n") if line]


def test_the_export_opens_in_polish_excel(kwiaty: cast.Company) -> None:
    a_call(kwiaty, from_name="Żaneta")
    response, body = _export(kwiaty)
    assert body.startswith(b"\xef\xbb\xbf")
    assert response.headers["Content-Disposition"].startswith('attachment; filename="kwiaty-')
    rows = _exported(kwiaty)
    assert rows[0][:4] == ["Początek", "Dzwoniący", "Nazwa dzwoniącego", "Wybrany numer"]
    assert rows[0][4] == "Nazwa wybranego konta"
    assert rows[1][:8] == ["2026-07-01 12:00:00", "100", "Żaneta", "101", "Bartek", "12", "95", "Odebrane"]
    assert rows[1][8:13] == ["Wewnętrzne", "", "", "", ""]


RATE = {
    "prefix": "4860",
    "description": "Polska, komórkowe",
    "per_minute": "0.1200",
    "connection_fee": "0.0500",
    "first_increment": 60,
    "next_increment": 1,
}


def a_call_outside(company: cast.Company) -> CallRecord:
    """The first trunk did not work, the second did."""
    leg = {"to": "+48600100200", "login": None, "why": None}
    failed = leg | {"outcome": "unavailable", "seconds": 2, "trunk": "Pierwszy", "rate": None, "price": None}
    worked = leg | {"outcome": "answered", "seconds": 60, "trunk": "Drugi", "rate": RATE, "price": "0.1700"}
    return a_call(
        company,
        "out",
        to_number="0048600100200",
        direction="out",
        legs=[failed, worked],
        price=Decimal("0.1700"),
        why=[],
    )


def test_a_call_outside_shows_its_price_its_trunks_and_its_rate(kwiaty: cast.Company, signed_in: SignIn) -> None:
    a_call_outside(kwiaty)
    client = signed_in(kwiaty.reader, "pl")
    listed = Page(client.get("/polaczenia/")).inside("results")
    assert "Wychodzące" in listed
    assert "600 100 200" in listed
    assert "0,21 zł" in listed
    text = Page(client.get("/polaczenia/out/")).text
    assert "Cena 0,21 zł brutto (0,17 zł netto)" in text
    assert text.index("Łącze: Pierwszy") < text.index("Łącze: Drugi")
    assert (
        "Stawka: 0,12 zł netto za minutę, prefiks 4860 (Polska, komórkowe), 0,05 zł za połączenie, naliczanie co 60/1 s"
    ) in text


def test_a_caller_from_outside_is_grouped_and_a_hidden_one_stays_hidden(
    kwiaty: cast.Company, signed_in: SignIn
) -> None:
    a_call(kwiaty, "known", direction="in", from_number="+48221234567", from_name="", to_number="+48600100200")
    a_call(kwiaty, "abroad", direction="in", from_number="+4930123456", from_name="", to_number="+48600100200")
    a_call(kwiaty, "hidden", direction="in", from_number="", from_name="", to_number="+48600100200")
    client = signed_in(kwiaty.reader, "pl")
    listed = Page(client.get("/polaczenia/")).inside("results")
    for said in ("22 123 45 67 600 100 200", "+49 30 123456", "Numer zastrzeżony"):
        assert said in listed
    assert "Numer zastrzeżony" in Page(client.get("/polaczenia/hidden/")).text
    assert {row[1] for row in _exported(kwiaty)[1:]} == {"22 123 45 67", "'+49 30 123456", "Numer zastrzeżony"}


def test_the_export_has_prices_as_numbers_of_its_language(kwiaty: cast.Company) -> None:
    a_call_outside(kwiaty)
    row = _exported(kwiaty)[1]
    assert row[8:13] == ["Wychodzące", "0,1700", "0,21", "Pierwszy, Drugi", "Polska, komórkowe"]
    _response, body = _export(kwiaty, language="en")
    assert ";0.1700;0.21;" in body.decode()


@pytest.mark.parametrize("name", ["=1+1", "+48123", "-2", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_cell_of_the_export_is_a_formula(kwiaty: cast.Company, name: str) -> None:
    a_call(kwiaty, from_name=name)
    _response, body = _export(kwiaty)
    assert f"'{name}" in body.decode("utf-8-sig")


def test_a_semicolon_or_quote_stays_in_its_cell(kwiaty: cast.Company) -> None:
    a_call(kwiaty, from_name='a;"b"')
    assert ';"a;""b""";' in _export(kwiaty)[1].decode("utf-8-sig")


def test_the_list_costs_one_query_for_its_rows(kwiaty: cast.Company, signed_in: SignIn) -> None:
    for number in range(20):
        a_call(kwiaty, f"c{number}")
    client = signed_in(kwiaty.reader)
    with CaptureQueriesContext(connection) as queries:
        client.get("/polaczenia/")
    assert len([query for query in queries if "call_record" in query["sql"]]) == 1


# -- Calls that go on ------------------------------------------------------------------------------------------------


def test_a_call_that_goes_on_has_a_clock_and_can_be_hung_up_by_a_manager(
    kwiaty: cast.Company, signed_in: SignIn
) -> None:
    now = timezone.now()
    a_call(kwiaty, started_at=now - timedelta(seconds=70), answered_at=now - timedelta(seconds=65), **GOING_ON)
    for address in ("/polaczenia/", "/polaczenia/call-1/"):
        page = Page(signed_in(kwiaty.manager, "pl").get(address))
        assert re.search(r"\b1:(0[5-9]|[1-5]\d)\b", page.text)  # at least what had passed
        assert "Rozłącz" in page.text
        assert "data-again" in page.html
        assert "Rozłącz" not in Page(signed_in(kwiaty.reader, "pl").get(address)).text


def test_a_call_that_rings_counts_from_its_start(kwiaty: cast.Company, signed_in: SignIn) -> None:
    a_call(kwiaty, started_at=timezone.now() - timedelta(hours=1, seconds=2), answered_at=None, **GOING_ON)
    assert re.search(r"\b1:00:(0[2-9]|[1-5]\d)\b", Page(signed_in(kwiaty.reader).get("/polaczenia/")).text)


def test_what_is_over_stands_still(kwiaty: cast.Company, signed_in: SignIn) -> None:
    a_call(kwiaty)
    for address in ("/polaczenia/", "/polaczenia/call-1/"):
        page = Page(signed_in(kwiaty.manager, "pl").get(address))
        assert "data-again" not in page.html
        assert "data-clock" not in page.html
        assert "Rozłącz" not in page.text


def test_hanging_up_asks_first_and_is_an_order_in_ones_name(kwiaty: cast.Company, signed_in: SignIn) -> None:
    going_on = a_call(kwiaty, **GOING_ON)
    client = signed_in(kwiaty.manager, "pl")
    asked = Page(client.get("/polaczenia/call-1/rozlacz"))
    assert "Rozłączyć to połączenie?" in asked.text
    assert not HangUp.objects.exists()
    after = client.post("/polaczenia/call-1/rozlacz", follow=True)
    assert "Połączenie jest rozłączane." in Page(after).text
    assert kwiaty.manager.person
    assert going_on.hang_up.by == kwiaty.manager.person.name


def test_a_call_that_ended_meanwhile_is_told(kwiaty: cast.Company, signed_in: SignIn) -> None:
    a_call(kwiaty)
    client = signed_in(kwiaty.manager, "pl")
    assert "Połączenie jest zakończone" in Page(client.get("/polaczenia/call-1/rozlacz")).text
    after = client.post("/polaczenia/call-1/rozlacz", follow=True)
    assert "Połączenie skończyło się już wcześniej." in Page(after).text
    assert not HangUp.objects.exists()
