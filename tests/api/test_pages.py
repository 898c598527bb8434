"""Lists, page by page."""

from datetime import UTC, datetime

import pytest
from pytest_django import DjangoAssertNumQueries

from centralka.store.models import CallRecord, ExternalNumber, SipAccount
from tests import cast
from tests.api.client import Api
from tests.api.conftest import call


def _all(api: Api, path: str, limit: int, told: str = "id") -> list[list[str]]:
    """Every page of a list: of each item what is `told`."""
    pages, cursor = [], None
    while True:
        query = {"limit": str(limit)} | ({"cursor": cursor} if cursor else {})
        body = api.get(path, **query).body
        pages.append([str(item[told]) for item in body["items"]])
        cursor = body["next"]
        if cursor is None:
            return pages


def test_pages_cover_everything_once(manager: Api, kwiaty: cast.Company) -> None:
    made = [str(cast.phone(kwiaty.tenant, str(extension)).pk) for extension in range(100, 107)]
    assert _all(manager, "sip-accounts", 3) == [made[:3], made[3:6], made[6:]]
    assert _all(manager, "sip-accounts", 7) == [made]


def test_calls_of_the_same_instant_are_neither_lost_nor_doubled(manager: Api, kwiaty: cast.Company) -> None:
    for number in range(5):
        call(kwiaty, f"c{number}", started_at=datetime(2026, 1, 31, 12, 0, 0, 123456, tzinfo=UTC))
    assert _all(manager, "calls", 2) == [["c4", "c3"], ["c2", "c1"], ["c0"]]


def test_companies_are_paged_by_name(operator: Api, kwiaty: cast.Company, ksiegi: cast.Company) -> None:
    assert _all(operator, "operator/tenants", 1) == [[str(ksiegi.tenant.pk)], [str(kwiaty.tenant.pk)]]


def test_names_are_paged_as_poles_sort_them_and_extensions_as_numbers(manager: Api, kwiaty: cast.Company) -> None:
    for extension in ("100", "11", "1000"):
        cast.phone(kwiaty.tenant, extension)
    names = ["Łukasz", "Lech", "ćwik", "Anna", "adam"]
    for place, name in enumerate(names):
        ExternalNumber.objects.create(tenant=kwiaty.tenant, e164=f"+4860010020{place}", name=name)
    assert _all(manager, "sip-accounts", 1, "extension") == [["11"], ["100"], ["1000"]]
    assert _all(manager, "external-numbers", 2, "name") == [["adam", "Anna"], ["ćwik", "Lech"], ["Łukasz"]]


def test_a_page_does_not_shift_when_rows_come_and_go(manager: Api, kwiaty: cast.Company) -> None:
    for extension in ("110", "120", "130", "140"):
        cast.phone(kwiaty.tenant, extension)
    first = manager.get("sip-accounts", limit=2).body
    cast.phone(kwiaty.tenant, "105")
    SipAccount.objects.get(extension="120").delete()
    second = manager.get("sip-accounts", limit=2, cursor=first["next"]).body
    assert [item["extension"] for item in second["items"]] == ["130", "140"]


def test_the_filter_goes_with_the_cursor(manager: Api, kwiaty: cast.Company) -> None:
    for number, outcome in enumerate(["busy", "answered", "busy"]):
        call(kwiaty, f"c{number}", outcome=outcome)
    first = manager.get("calls", outcome="busy", limit=1).body
    second = manager.get("calls", outcome="busy", limit=1, cursor=first["next"]).body
    assert ([item["id"] for item in second["items"]], second["next"]) == (["c0"], None)


def test_an_empty_list_is_a_list(manager: Api) -> None:
    assert manager.get("calls").body == {"items": [], "next": None}


@pytest.mark.parametrize("cursor", ["", "x", "x:y", "ł", "\x00", "W10:abc", "x" * 999])
def test_a_broken_cursor_is_refused(manager: Api, cursor: str) -> None:
    assert manager.get("sip-accounts", cursor=cursor).wrong == {"cursor": ["malformed"]}


def test_a_cursor_of_another_list_is_refused(manager: Api, kwiaty: cast.Company) -> None:
    for extension in ("100", "101"):
        cast.phone(kwiaty.tenant, extension)
    cursor = manager.get("sip-accounts", limit=1).body["next"]
    assert manager.get("calls", cursor=cursor).wrong == {"cursor": ["malformed"]}
    assert manager.get("sip-accounts", cursor=cursor[:-1]).wrong == {"cursor": ["malformed"]}


def test_a_cursor_shows_no_other_companys_rows(manager: Api, stranger: Api, kwiaty: cast.Company) -> None:
    for extension in ("100", "101"):
        cast.phone(kwiaty.tenant, extension)
    cursor = manager.get("sip-accounts", limit=1).body["next"]
    assert stranger.get("sip-accounts", cursor=cursor).body == {"items": [], "next": None}


def test_a_page_costs_the_same_however_many_rows(
    manager: Api, kwiaty: cast.Company, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for extension in range(100, 120):
        cast.phone(kwiaty.tenant, str(extension))
    assert CallRecord.objects.count() == 0
    with django_assert_max_num_queries(6):
        manager.get("sip-accounts")
