"""The operator's bookings, and what a company sees of its money."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from centralka.actions.errors import InvalidInput, NotAllowed, NotFound
from centralka.actions.money import (
    MOST_BALANCE,
    LedgerFilter,
    correct,
    funds,
    ledger,
    ledger_of,
    own_funds,
    set_credit_limit,
    spending_by_day,
    top_up,
)
from centralka.calls.tariffs import Rate
from centralka.store import money
from centralka.store.models import LedgerEntry, Tenant
from tests import cast

OLGA = cast.OPERATOR
MOBILE = Rate("48", "Polska", Decimal("0.60"), Decimal(0), 60, 1)


def codes(refused: pytest.ExceptionInfo[InvalidInput]) -> dict[str, list[str]]:
    return {field: [one.code for one in found] for field, found in refused.value.problems.items()}


def balance(company: cast.Company) -> Decimal:
    return Tenant.objects.get(pk=company.tenant.pk).balance


# -- Top-ups -----------------------------------------------------------------------------------------------------


def test_a_top_up_is_in_the_balance_and_in_the_ledger(kwiaty: cast.Company) -> None:
    made = top_up(OLGA, kwiaty.tenant.pk, Decimal("100.00"), " Przelew  12/2026 ")
    assert (made.kind, made.net, made.balance_after, made.by) == ("top_up", Decimal(100), Decimal(100), "test")
    assert made.details == {"note": "Przelew 12/2026"}
    assert balance(kwiaty) == 100
    assert list(ledger(kwiaty.owner)) == [made]


def test_a_top_up_that_is_sent_twice_is_booked_once(kwiaty: cast.Company) -> None:
    first = top_up(OLGA, kwiaty.tenant.pk, Decimal(50), "", key="przelew-7")
    assert top_up(OLGA, kwiaty.tenant.pk, Decimal("50.0000"), "", key="przelew-7") == first
    assert balance(kwiaty) == 50


def test_two_top_ups_without_a_key_are_two(kwiaty: cast.Company) -> None:
    for _ in range(2):
        top_up(OLGA, kwiaty.tenant.pk, Decimal(50))
    assert balance(kwiaty) == 100


def test_a_key_belongs_to_one_company(kwiaty: cast.Company, ksiegi: cast.Company) -> None:
    for company in (kwiaty, ksiegi):
        top_up(OLGA, company.tenant.pk, Decimal(50), "", key="1")
    assert balance(kwiaty) == balance(ksiegi) == 50


def test_a_key_with_another_amount_is_a_mistake_and_is_told(kwiaty: cast.Company) -> None:
    top_up(OLGA, kwiaty.tenant.pk, Decimal(50), "", key="1")
    with pytest.raises(InvalidInput) as refused:
        top_up(OLGA, kwiaty.tenant.pk, Decimal(51), "", key="1")
    assert codes(refused) == {"key": ["reused"]}
    assert balance(kwiaty) == 50


@pytest.mark.parametrize(
    "net, code",
    [
        ("0", "not_positive"),
        ("-1", "negative"),
        ("1000000.0001", "too_large"),
        ("1e30", "too_large"),
        ("0.00001", "too_precise"),
        ("NaN", "not_a_number"),
        ("sNaN", "not_a_number"),
        ("Infinity", "not_a_number"),
        ("-Infinity", "not_a_number"),
    ],
)
def test_an_amount_that_cannot_be_meant_is_refused(kwiaty: cast.Company, net: str, code: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        top_up(OLGA, kwiaty.tenant.pk, Decimal(net), "")
    assert codes(refused) == {"net": [code]}
    assert not LedgerEntry.objects.exists()


@pytest.mark.parametrize(
    "note, key, field", [("x" * 201, None, "note"), ("a\0b", None, "note"), ("", "", "key"), ("", "a\nb", "key")]
)
def test_a_note_or_a_key_that_could_not_be_shown_is_refused(
    kwiaty: cast.Company, note: str, key: str | None, field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        top_up(OLGA, kwiaty.tenant.pk, Decimal(1), note, key=key)
    assert list(refused.value.problems) == [field]


def test_nobody_becomes_a_billionaire(kwiaty: cast.Company) -> None:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    money.book(kwiaty.tenant.pk, key="1", kind=LedgerEntry.Kind.TOP_UP, net=MOST_BALANCE, at=at)
    with pytest.raises(InvalidInput) as refused:
        top_up(OLGA, kwiaty.tenant.pk, Decimal(1))
    assert codes(refused) == {"net": ["too_large"]}


@pytest.mark.parametrize("tenant_id", [0, -1, 999, 2**63, 10**40])
def test_a_company_that_is_not_there_is_not_found(db: None, tenant_id: int) -> None:
    with pytest.raises(NotFound):
        top_up(OLGA, tenant_id, Decimal(1))
    with pytest.raises(NotFound):
        set_credit_limit(OLGA, tenant_id, Decimal(1))
    with pytest.raises(NotFound):
        ledger_of(OLGA, tenant_id)


# -- Corrections and the limit -----------------------------------------------------------------------------------


def test_a_correction_goes_either_way_but_not_below_the_limit(kwiaty: cast.Company) -> None:
    correct(OLGA, kwiaty.tenant.pk, Decimal(10), "Reklamacja")
    correct(OLGA, kwiaty.tenant.pk, Decimal(-4), "Pomyłka")
    with pytest.raises(InvalidInput) as refused:
        correct(OLGA, kwiaty.tenant.pk, Decimal("-6.0001"), "Pomyłka")
    assert codes(refused) == {"net": ["too_little_money"]}
    assert "6.0000 PLN" in str(refused.value.problems["net"][0].message)
    assert balance(kwiaty) == 6


def test_a_correction_says_what_it_corrects(kwiaty: cast.Company) -> None:
    with pytest.raises(InvalidInput) as refused:
        correct(OLGA, kwiaty.tenant.pk, Decimal(0), " ")
    assert codes(refused) == {"net": ["zero"], "note": ["required"]}


def test_a_correction_that_is_sent_twice_is_booked_once(kwiaty: cast.Company) -> None:
    for _ in range(2):
        correct(OLGA, kwiaty.tenant.pk, Decimal(5), "Reklamacja", key="r1")
    assert balance(kwiaty) == 5


def test_the_credit_limit_is_not_set_below_what_is_owed(kwiaty: cast.Company) -> None:
    set_credit_limit(OLGA, kwiaty.tenant.pk, Decimal(100))
    correct(OLGA, kwiaty.tenant.pk, Decimal(-60), "Faktura")
    with pytest.raises(InvalidInput) as refused:
        set_credit_limit(OLGA, kwiaty.tenant.pk, Decimal("59.9999"))
    assert codes(refused) == {"credit_limit": ["too_little_money"]}
    set_credit_limit(OLGA, kwiaty.tenant.pk, Decimal(60))
    assert funds(kwiaty.tenant).available == 0


@pytest.mark.parametrize("limit", ["-1", "1000001", "0.00001", "NaN"])
def test_a_credit_limit_that_cannot_be_meant_is_refused(kwiaty: cast.Company, limit: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        set_credit_limit(OLGA, kwiaty.tenant.pk, Decimal(limit))
    assert list(refused.value.problems) == ["credit_limit"]


# -- What a company sees -----------------------------------------------------------------------------------------


def test_what_running_calls_have_put_aside_cannot_be_spent(kwiaty: cast.Company) -> None:
    top_up(OLGA, kwiaty.tenant.pk, Decimal(10))
    set_credit_limit(OLGA, kwiaty.tenant.pk, Decimal(5))
    now = datetime(2026, 1, 1, tzinfo=UTC)
    money.reserve(kwiaty.tenant.pk, node="n", channel="c", number="+48600100200", rate=MOBILE, now=now)
    found = own_funds(kwiaty.manager)
    assert found == money.Funds(balance=Decimal(10), credit_limit=Decimal(5), reserved=Decimal("0.6"))
    assert found.available == Decimal("14.4")
    with pytest.raises(InvalidInput):
        correct(OLGA, kwiaty.tenant.pk, Decimal("-14.5"), "Pomyłka")


def test_a_reader_sees_no_money_and_a_stranger_only_their_own(kwiaty: cast.Company, ksiegi: cast.Company) -> None:
    top_up(OLGA, kwiaty.tenant.pk, Decimal(10))
    day = date(2026, 1, 1)
    for look in (own_funds, ledger, lambda actor: spending_by_day(actor, day, day)):
        with pytest.raises(NotAllowed):
            look(kwiaty.reader)
    assert not ledger(ksiegi.owner)
    assert own_funds(ksiegi.owner).balance == 0


def test_the_ledger_is_narrowed_by_kind_and_time(kwiaty: cast.Company) -> None:
    moments = [datetime(2026, month, 1, tzinfo=UTC) for month in (1, 2, 3)]
    kinds = (LedgerEntry.Kind.TOP_UP, LedgerEntry.Kind.CALL, LedgerEntry.Kind.MONTHLY)
    for at, kind, net in zip(moments, kinds, (10, -1, -2), strict=True):
        money.book(kwiaty.tenant.pk, key=str(at), kind=kind, net=Decimal(net), at=at)

    def nets(**wanted: object) -> list[int]:
        found = ledger(kwiaty.manager, LedgerFilter(**wanted))  # type: ignore[arg-type]
        assert list(found) == list(ledger_of(OLGA, kwiaty.tenant.pk, LedgerFilter(**wanted)))  # type: ignore[arg-type]
        return [int(entry.net) for entry in found]

    assert nets() == [-2, -1, 10]
    assert nets(kind="call") == [-1]
    assert nets(kind="nonsense\0") == []
    assert nets(since=moments[1]) == [-2, -1]
    assert nets(until=moments[1]) == [10]


def test_spending_goes_by_the_days_of_our_clock(kwiaty: cast.Company) -> None:
    kind = LedgerEntry.Kind
    bookings = [
        (kind.TOP_UP, "100", datetime(2026, 3, 28, 12, tzinfo=UTC)),
        (kind.CALL, "-0.1", datetime(2026, 3, 28, 22, 59, tzinfo=UTC)),  # the 28th, 23:59: winter time
        (kind.CALL, "-0.2", datetime(2026, 3, 28, 23, 0, tzinfo=UTC)),  # the 29th, 0:00
        (kind.MONTHLY, "-1.2345", datetime(2026, 3, 29, 21, 59, tzinfo=UTC)),  # the 29th, 23:59: summer time
        (kind.CORRECTION, "-3", datetime(2026, 3, 29, 12, tzinfo=UTC)),
        (kind.CALL, "-0.4", datetime(2026, 3, 29, 22, 0, tzinfo=UTC)),  # the 30th, 0:00
    ]
    for count, (sort, net, at) in enumerate(bookings):
        money.book(kwiaty.tenant.pk, key=str(count), kind=sort, net=Decimal(net), at=at)
    assert spending_by_day(kwiaty.manager, date(2026, 3, 27), date(2026, 3, 29)) == [
        (date(2026, 3, 27), Decimal(0)),
        (date(2026, 3, 28), Decimal("0.1")),
        (date(2026, 3, 29), Decimal("1.4345")),
    ]


def test_spending_over_centuries_shows_the_last_year(kwiaty: cast.Company) -> None:
    days = spending_by_day(kwiaty.manager, date(1, 1, 1), date(2026, 12, 31))
    assert (days[0][0], len(days)) == (date(2025, 12, 31), 366)
    assert spending_by_day(kwiaty.manager, date(2026, 2, 1), date(2026, 1, 1)) == []
