"""Where an account may call outside, for how much, and with which PIN; and what its company says about that."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.db import connection

from centralka.actions.account import accounts as actions
from centralka.actions.errors import InvalidInput, NotAllowed
from centralka.actions.tenants import own as own_tenant
from centralka.calls.plan import Pin
from centralka.store.models import SipAccount
from centralka.store.pins import MOST_WRONG, is_pin, is_right_pin
from tests import cast

from .test_sip_accounts import codes, wanted

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
RATES = [
    (Decimal("-0.0001"), "negative"),
    (Decimal("1000.0001"), "too_large"),
    (Decimal("1e30"), "too_large"),
    (Decimal("0.00001"), "too_precise"),
    (Decimal("NaN"), "not_a_number"),
    (Decimal("-Infinity"), "not_a_number"),
]


def test_a_new_account_follows_its_company_and_asks_no_pin(kwiaty: cast.Company) -> None:
    account = actions.add_sip_account(kwiaty.manager, wanted())
    assert (account.international, account.max_rate, account.outbound_pin_digest) == (None, None, "")


def test_an_account_has_a_level_and_a_highest_price_of_its_own_until_it_inherits_again(kwiaty: cast.Company) -> None:
    account = actions.add_sip_account(kwiaty.manager, wanted(international="eea", max_rate=Decimal("0.25")))
    account.refresh_from_db()
    assert (account.international, account.max_rate) == ("eea", Decimal("0.2500"))
    changed = actions.change_sip_account(kwiaty.manager, account.pk, {"international": None, "max_rate": None})
    assert (changed.international, changed.max_rate) == (None, None)


@pytest.mark.parametrize("level", ["", "inherit", "WORLD", "mars", "world\0"])
def test_other_levels_do_not_exist(kwiaty: cast.Company, level: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        actions.add_sip_account(kwiaty.manager, wanted(international=level))
    assert codes(refused) == {"international": ["unknown"]}
    with pytest.raises(InvalidInput) as refused:
        own_tenant.change_own_tenant(kwiaty.manager, {"international": level})
    assert codes(refused) == {"international": ["unknown"]}


@pytest.mark.parametrize(("rate", "code"), RATES)
def test_absurd_prices_are_refused(kwiaty: cast.Company, rate: Decimal, code: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        actions.add_sip_account(kwiaty.manager, wanted(max_rate=rate))
    assert codes(refused) == {"max_rate": [code]}
    with pytest.raises(InvalidInput) as refused:
        own_tenant.change_own_tenant(kwiaty.manager, {"max_rate": rate})
    assert codes(refused) == {"max_rate": [code]}


@pytest.mark.parametrize("rate", ["0", "0.0001", "1000", "0.10000000"])
def test_sensible_prices_are_accepted(kwiaty: cast.Company, rate: str) -> None:
    account = actions.add_sip_account(kwiaty.manager, wanted(max_rate=Decimal(rate)))
    account.refresh_from_db()
    assert account.max_rate == Decimal(rate)


@pytest.mark.parametrize("pin", ["123", "12345678901", "12a4", "١٢٣٤", " 1234", "1234\n", "-1234", "1 234"])
def test_a_pin_has_4_to_10_digits(kwiaty: cast.Company, pin: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        actions.add_sip_account(kwiaty.manager, wanted(outbound_pin=pin))
    assert codes(refused) == {"outbound_pin": ["malformed"]}


@pytest.mark.parametrize("pin", ["0000", "1234567890"])
def test_only_a_digest_of_the_pin_is_stored(kwiaty: cast.Company, pin: str) -> None:
    asked = wanted(outbound_pin=pin)
    account = actions.add_sip_account(kwiaty.manager, asked)
    assert is_pin(pin, account.outbound_pin_digest)
    with connection.cursor() as cursor:
        for table in ("sip_account", "request_key"):
            cursor.execute(f"SELECT * FROM {table}")
            assert pin not in [str(cell) for row in cursor.fetchall() for cell in row]
    assert pin not in repr(asked)


def test_a_pin_stays_until_it_is_changed_or_removed(kwiaty: cast.Company) -> None:
    account = actions.add_sip_account(kwiaty.manager, wanted(outbound_pin="1234"))
    kept = actions.change_sip_account(kwiaty.manager, account.pk, {"name": "Biuro"})
    assert kept.outbound_pin_digest == account.outbound_pin_digest
    other = actions.change_sip_account(kwiaty.manager, account.pk, {"outbound_pin": "9876"})
    assert is_pin("9876", other.outbound_pin_digest)
    none = actions.change_sip_account(kwiaty.manager, account.pk, {"outbound_pin": ""})
    assert none.outbound_pin_digest == ""


def test_a_new_pin_opens_calls_outside_that_wrong_ones_had_closed(kwiaty: cast.Company) -> None:
    account = actions.add_sip_account(kwiaty.manager, wanted(outbound_pin="7391"))
    for _try in range(MOST_WRONG):
        assert not is_right_pin(account.pk, Pin.OUTSIDE, "0000", START)
    assert not is_right_pin(account.pk, Pin.OUTSIDE, "7391", START)
    actions.change_sip_account(kwiaty.manager, account.pk, {"name": "Inaczej"})
    assert not is_right_pin(account.pk, Pin.OUTSIDE, "7391", START)
    actions.change_sip_account(kwiaty.manager, account.pk, {"outbound_pin": "7392"})
    assert is_right_pin(account.pk, Pin.OUTSIDE, "7392", START)


def test_a_company_says_where_and_for_how_much_its_accounts_call(kwiaty: cast.Company) -> None:
    own_tenant.change_own_tenant(kwiaty.manager, {"international": "world", "max_rate": Decimal("2.50")})
    kwiaty.tenant.refresh_from_db()
    assert (kwiaty.tenant.international, kwiaty.tenant.max_rate) == ("world", Decimal("2.5000"))
    assert kwiaty.tenant.name == "Kwiaciarnia Alicja"
    with pytest.raises(NotAllowed):
        own_tenant.change_own_tenant(kwiaty.reader, {"international": "national"})


def test_nothing_else_of_a_company_is_its_own_to_change(kwiaty: cast.Company) -> None:
    """Balance, credit and forbidden ranges are the operator's; a form or body that names them changes nothing."""
    for name, value in (("balance", Decimal(5)), ("credit_limit", Decimal(5)), ("premium_allowed", True)):
        with pytest.raises(KeyError):
            own_tenant.change_own_tenant(kwiaty.owner, {name: value})
    kwiaty.tenant.refresh_from_db()
    assert kwiaty.tenant.balance == kwiaty.tenant.credit_limit == 0
    assert not kwiaty.tenant.premium_allowed


def test_how_many_accounts_follow_the_company_is_counted(kwiaty: cast.Company, ksiegi: cast.Company) -> None:
    cast.phone(kwiaty.tenant, "100")
    cast.phone(kwiaty.tenant, "101", international="eea")
    cast.phone(kwiaty.tenant, "102", international="eea", max_rate=Decimal(1))
    cast.phone(ksiegi.tenant, "100")
    assert own_tenant.inheriting_accounts(kwiaty.reader) == (1, 2)
    assert SipAccount.objects.count() == 4
