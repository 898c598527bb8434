"""Rows → facts: what decides about a call to or from outside, read in a bounded number of statements."""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from pytest_django import DjangoAssertNumQueries

from centralka.calls.called_number import Arrival
from centralka.calls.destinations import Kind, Level
from centralka.calls.facts import CallerNumber, CallFacts, IncomingFacts, Outside
from centralka.calls.outside_caller import UNKNOWN, caller_with
from centralka.calls.spelling import NumberStyle
from centralka.calls.tariffs import Rate
from centralka.store import money
from centralka.store.facts import call_facts, incoming_facts
from centralka.store.models import Number, Price, SipAccount, Tenant, Trunk
from centralka.store.pins import digest_of_pin
from tests import cast

NOW = datetime(2026, 11, 16, 12, tzinfo=UTC)
OWN, SECOND = "+48221234567", "+48221234568"
FOREIGN = "+48222222222"


@pytest.fixture
def account(kwiaty: cast.Company) -> SipAccount:
    """Alicja's 100, that shows the company's number."""
    return cast.phone(kwiaty.tenant, "100", "Alicja", caller_id=cast.line_outside(kwiaty.tenant, OWN))


def facts(dialled: str = "600100200", login: str = "kwiaty_100") -> CallFacts:
    found = call_facts(login=login, dialled=dialled, now=NOW)
    assert found is not None
    return found


def outside(dialled: str = "600100200") -> Outside:
    found = facts(dialled).outside
    assert found is not None
    return found


def change(account: SipAccount, **fields: object) -> None:
    SipAccount.objects.filter(pk=account.pk).update(**fields)


def change_company(account: SipAccount, **fields: object) -> None:
    Tenant.objects.filter(pk=account.tenant_id).update(**fields)


# -- How many statements -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "dialled, statements",
    [("600100200", 4), ("+493012345678", 4), ("112", 4), ("101", 1), ("*98", 2), ("*43", 1), ("777", 1)],
)
def test_facts_take_few_statements_however_much_there_is(
    account: SipAccount, dialled: str, statements: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    cast.phone(account.tenant, "101")
    for number in range(20):
        Number.objects.create(e164=f"+4822300{number:04}", tenant=account.tenant)
        Trunk.objects.create(name=f"Łącze {number}", kind=Trunk.Kind.ADDRESS, host="192.0.2.1")
    with django_assert_num_queries(statements):
        facts(dialled)


def test_an_incoming_call_takes_two_statements(
    account: SipAccount, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    trunk = Trunk.objects.get()
    with django_assert_num_queries(2):
        incoming_facts(trunk_id=trunk.pk, arrival=Arrival(OWN), now=NOW)


# -- Whose permissions ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("company", list(Level))
@pytest.mark.parametrize("own", [None, *Level])
def test_the_level_is_the_accounts_own_or_else_the_companys(
    account: SipAccount, company: Level, own: Level | None
) -> None:
    change_company(account, international=company)
    change(account, international=own)
    assert outside().level is (own or company)


@pytest.mark.parametrize("own", [None, Decimal("0.0001"), Decimal(5), Decimal(0)])
def test_the_largest_price_is_the_accounts_own_or_else_the_companys(account: SipAccount, own: Decimal | None) -> None:
    change_company(account, max_rate=Decimal("0.75"))
    change(account, max_rate=own)
    assert outside().max_rate == (Decimal("0.75") if own is None else own)


@pytest.mark.parametrize("flag", ["premium_allowed", "satellite_allowed", "unknown_allowed"])
def test_the_operators_flags_are_the_companys(account: SipAccount, ksiegi: cast.Company, flag: str) -> None:
    Tenant.objects.filter(pk=ksiegi.tenant.pk).update(**{flag: True})
    assert getattr(outside(), flag) is False
    change_company(account, **{flag: True})
    assert getattr(outside(), flag) is True


def test_a_pin_is_needed_where_the_account_has_one(account: SipAccount) -> None:
    assert outside().pin_needed is False
    change(account, outbound_pin_digest=digest_of_pin("4711"))
    assert outside().pin_needed is True


# -- What it costs -------------------------------------------------------------------------------------------------


def test_the_price_is_that_of_the_longest_prefix(account: SipAccount) -> None:
    for prefix, per_minute in {"48": "9", "4860": "0.1000", "486001": "0.2000", "486002": "9", "6001": "9"}.items():
        price_list = Tenant.objects.get(pk=account.tenant_id).price_list
        assert price_list is not None
        cast.add_price(price_list, prefix, per_minute, description=f"od {prefix}", first_increment=60)
    assert outside().rate == Rate("486001", "od 486001", Decimal("0.2000"), Decimal("0.0000"), 60, 1)


def test_a_number_without_a_prefix_has_no_price(account: SipAccount) -> None:
    assert outside("+12125550123").rate is None


def test_the_price_of_poland_is_not_that_of_a_short_code(account: SipAccount) -> None:
    assert outside("118913").rate is None


def test_another_companys_prices_are_not_this_ones(account: SipAccount, ksiegi: cast.Company) -> None:
    cast.line_outside(ksiegi.tenant, FOREIGN, p1="0.01")
    assert outside("+12125550123").rate is None


def test_without_a_price_list_no_price_is_known(account: SipAccount) -> None:
    change_company(account, price_list=None)
    assert outside().rate is None


def test_a_price_is_exact_to_the_last_decimal(account: SipAccount) -> None:
    Price.objects.filter(prefix="486").update(per_minute=Decimal("0.1001"), connection_fee=Decimal("0.0003"))
    rate = outside().rate
    assert rate is not None
    assert (str(rate.per_minute), str(rate.connection_fee)) == ("0.1001", "0.0003")


def test_what_can_be_spent_is_balance_and_credit_less_what_running_calls_hold(account: SipAccount) -> None:
    assert outside().available == Decimal(10)
    change_company(account, credit_limit=Decimal("2.50"))
    assert outside().available == Decimal("12.50")
    rate = Rate("48", "", Decimal("0.60"), Decimal(0), 1, 1)
    for channel in ("a", "b"):
        money.reserve(account.tenant_id, node="node1", channel=channel, number="+48600100200", rate=rate, now=NOW)
    assert (outside().going_on, outside("600100201").going_on) == (2, 0)
    found = outside().available
    assert found == money.funds(account.tenant_id).available == Decimal("11.90")
    assert str(found) == "11.9000"


def test_another_companys_calls_hold_none_of_this_ones_money(account: SipAccount, ksiegi: cast.Company) -> None:
    cast.line_outside(ksiegi.tenant, FOREIGN)
    rate = Rate("48", "", Decimal("0.60"), Decimal(0), 1, 1)
    money.reserve(ksiegi.tenant.pk, node="node1", channel="c", number="+48600100200", rate=rate, now=NOW)
    assert (outside().available, outside().going_on) == (Decimal(10), 0)


# -- Which number is shown -----------------------------------------------------------------------------------------


def taken_away(account: SipAccount) -> None:
    Number.objects.filter(e164=OWN).update(tenant=None)


def given_to_others(account: SipAccount) -> None:
    Number.objects.filter(e164=OWN).update(tenant=cast.celinas_company().tenant)


def nothing(account: SipAccount) -> None:
    """Nothing happens."""


def not_chosen(account: SipAccount) -> None:
    change(account, caller_id=None)


def no_number_left(account: SipAccount) -> None:
    change(account, caller_id=None)
    Number.objects.all().delete()


@pytest.mark.parametrize(
    "happens, shown",
    [
        (nothing, CallerNumber(OWN, restricted=False)),
        (not_chosen, CallerNumber(None, restricted=False)),
        (taken_away, CallerNumber(OWN, restricted=False, owned=False)),
        (given_to_others, CallerNumber(OWN, restricted=False, owned=False)),
    ],
)
def test_the_chosen_number_is_shown_and_none_is_substituted(
    account: SipAccount, happens: Callable[[SipAccount], None], shown: CallerNumber
) -> None:
    Number.objects.create(e164=SECOND, tenant=account.tenant)
    happens(account)
    assert outside().caller == shown


@pytest.mark.parametrize(
    "happens, known",
    [(nothing, OWN), (not_chosen, OWN), (taken_away, SECOND), (given_to_others, SECOND), (no_number_left, None)],
)
def test_a_restricted_caller_is_known_to_the_carrier_by_the_chosen_number_or_the_first_of_the_company(
    account: SipAccount, happens: Callable[[SipAccount], None], known: str | None
) -> None:
    Number.objects.create(e164=SECOND, tenant=account.tenant)
    change(account, caller_id_restricted=True)
    happens(account)
    assert outside().caller == CallerNumber(known, restricted=True)


# -- Trunks --------------------------------------------------------------------------------------------------------


def test_trunks_come_in_the_order_of_their_priority_and_disabled_ones_not_at_all(account: SipAccount) -> None:
    Trunk.objects.all().delete()
    values = {"kind": Trunk.Kind.ADDRESS, "host": "192.0.2.1"}
    last = Trunk.objects.create(name="B", priority=20, number_style="national", **values)
    Trunk.objects.create(name="Wyłączony", priority=1, enabled=False, **values)
    first = Trunk.objects.create(name="C", priority=10, **values)
    assert [(one.id, one.endpoint, one.style) for one in outside().trunks] == [
        (first.pk, first.endpoint, NumberStyle.E164),
        (last.pk, last.endpoint, NumberStyle.NATIONAL),
    ]


# -- What is outside -----------------------------------------------------------------------------------------------


def test_an_extension_is_not_outside(account: SipAccount) -> None:
    cast.phone(account.tenant, "19115")
    found = facts("19115")
    assert (found.outside, found.callee is not None, found.direction) == (None, True, "internal")


def test_an_emergency_number_is_outside_even_if_somebody_has_that_extension(account: SipAccount) -> None:
    cast.phone(account.tenant, "112")
    found = facts("112")
    assert found.outside is not None
    assert found.outside.destination.kind is Kind.EMERGENCY


@pytest.mark.parametrize("dialled", ["7", "*43", "*98", "abc", "", "12345678", "kwiaty_100", "'; DROP TABLE tenant"])
def test_what_is_no_public_number_is_not_outside(account: SipAccount, dialled: str) -> None:
    assert facts(dialled).outside is None


def test_nobody_calls_for_an_account_that_does_not_exist(account: SipAccount) -> None:
    assert call_facts(login="kwiaty_999", dialled="112", now=NOW) is None


# -- Incoming ------------------------------------------------------------------------------------------------------


def incoming(dialled: str = OWN, caller: str = "+48600100200", name: str = "") -> IncomingFacts | None:
    trunk = Trunk.objects.get()
    return incoming_facts(trunk_id=trunk.pk, arrival=Arrival(dialled, caller_with(caller, name)), now=NOW)


@pytest.mark.parametrize("dialled", [OWN, "48221234567", "0048221234567", "221234567", "22 123-45-67"])
def test_the_called_number_is_found_however_the_carrier_spells_it(account: SipAccount, dialled: str) -> None:
    Number.objects.update(sip_account=account)
    found = incoming(dialled)
    assert found is not None
    assert (found.number, found.tenant_id, found.language, found.trunk) == (OWN, account.tenant_id, "pl", "Operator")
    assert found.callee is not None
    assert found.callee.login == "kwiaty_100"


@pytest.mark.parametrize("dialled", ["+48221234560", "100", "kwiaty_100", "112", "", "s"])
def test_a_number_that_no_company_has_is_none(account: SipAccount, dialled: str) -> None:
    assert incoming(dialled) is None


def test_a_number_in_the_operators_stock_belongs_to_nobody(account: SipAccount) -> None:
    taken_away(account)
    assert incoming() is None


def test_a_number_rings_no_account_of_another_company(account: SipAccount, ksiegi: cast.Company) -> None:
    """Whatever a row says: a number that changed hands must not ring where it did."""
    Number.objects.update(sip_account=account, tenant=ksiegi.tenant)
    found = incoming()
    assert found is not None
    assert (found.tenant_id, found.callee) == (ksiegi.tenant.pk, None)


@pytest.mark.parametrize(
    "given, name, known",
    [
        ("600100200", "Ola", ("+48600100200", "Ola")),
        ("991", "Ola", ("991", "Ola")),
        ("101", "Bartek", (UNKNOWN, "[zewn.] Bartek (101)")),
    ],
)
def test_the_caller_is_told_as_the_company_may_know_it(
    account: SipAccount, given: str, name: str, known: tuple[str, str]
) -> None:
    found = incoming(caller=given, name=name)
    assert found is not None
    assert (found.from_number, found.from_name) == known


def test_a_trunk_that_was_deleted_meanwhile_has_no_name(account: SipAccount) -> None:
    found = incoming_facts(trunk_id=10**6, arrival=Arrival(OWN), now=NOW)
    assert found is not None
    assert found.trunk == ""
