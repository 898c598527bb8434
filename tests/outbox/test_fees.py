"""Monthly fees, with the clock moved by hand: each account pays for each month once, whatever happens in between."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import transaction

from centralka.actions.account.accounts import add_sip_account, delete_sip_account
from centralka.actions.account.blocks import SipAccountInput
from centralka.actions.money import correct, set_credit_limit, top_up
from centralka.actions.prices.charges import Agreement
from centralka.actions.prices.monthly import accounts_with_fees_due, charge_fees_of
from centralka.outbox.fees import FeeTimes, charge_monthly_fees
from centralka.store.models import LedgerEntry, PriceList, SipAccount, Tenant
from tests import cast
from tests.at_once import at_once

OCTOBER = datetime(2026, 10, 20, 12, tzinfo=UTC)
BEFORE_NOVEMBER = datetime(2026, 10, 31, 22, 59, 59, tzinfo=UTC)
NOVEMBER = datetime(2026, 10, 31, 23, 0, tzinfo=UTC)
"""In Warsaw it is 0:00 on 1 November: winter time."""
BEFORE_APRIL = datetime(2027, 3, 31, 21, 59, 59, tzinfo=UTC)
APRIL = datetime(2027, 3, 31, 22, 0, tzinfo=UTC)
"""In Warsaw it is 0:00 on 1 April: summer time."""


def paid_by(account: SipAccount) -> list[tuple[str, int]]:
    """The months and what was paid for each, in the order of the bookings."""
    found = LedgerEntry.objects.filter(kind="monthly", details__sip_account=account.pk).order_by("id")
    return [(entry.details["month"], int(-entry.net)) for entry in found]


def months_of(account: SipAccount) -> list[str]:
    return [month for month, _net in paid_by(account)]


def priced(company: cast.Company, monthly: str = "31", money: str = "1000") -> None:
    prices = PriceList.objects.create(name=f"Cennik {company.tenant.slug}", account_monthly=Decimal(monthly))
    Tenant.objects.filter(pk=company.tenant.pk).update(price_list=prices)
    if Decimal(money):
        top_up(cast.OPERATOR, company.tenant.pk, Decimal(money))


def made(company: cast.Company, extension: str = "100", now: datetime = OCTOBER) -> SipAccount:
    wanted = SipAccountInput(extension=extension, name="Biuro", password=cast.SIP_PASSWORD)
    return add_sip_account(company.manager, wanted, Agreement(), now=now)


@pytest.fixture
def rich(kwiaty: cast.Company) -> cast.Company:
    priced(kwiaty)
    return kwiaty


# -- The first of the month --------------------------------------------------------------------------------------


def test_the_first_month_is_paid_pro_rata_at_once_and_the_next_on_its_first_day(rich: cast.Company) -> None:
    account = made(rich)
    charge_monthly_fees(OCTOBER)
    charge_monthly_fees(BEFORE_NOVEMBER)
    assert paid_by(account) == [("2026-10", 12)]
    charge_monthly_fees(NOVEMBER)
    assert paid_by(account) == [("2026-10", 12), ("2026-11", 31)]


def test_a_month_begins_by_summer_time_too(rich: cast.Company) -> None:
    account = made(rich, now=datetime(2027, 3, 31, 12, tzinfo=UTC))
    charge_monthly_fees(BEFORE_APRIL)
    assert months_of(account) == ["2027-03"]
    charge_monthly_fees(APRIL)
    assert months_of(account) == ["2027-03", "2027-04"]


def test_looking_again_charges_nothing_more(rich: cast.Company) -> None:
    account = made(rich)
    for hours in range(0, 24 * 60, 7):
        charge_monthly_fees(OCTOBER + timedelta(hours=hours))
    assert months_of(account) == ["2026-10", "2026-11", "2026-12"]


def test_after_three_months_away_each_month_is_charged_once(rich: cast.Company) -> None:
    account = made(rich)
    back = datetime(2027, 1, 15, tzinfo=UTC)
    for _ in range(3):
        charge_monthly_fees(back)
    assert paid_by(account) == [("2026-10", 12), ("2026-11", 31), ("2026-12", 31), ("2027-01", 31)]


def test_a_clock_that_was_put_back_charges_nothing(rich: cast.Company) -> None:
    account = made(rich)
    charge_monthly_fees(NOVEMBER)
    charge_monthly_fees(OCTOBER)
    charge_monthly_fees(NOVEMBER)
    assert months_of(account) == ["2026-10", "2026-11"]


def test_a_deleted_account_pays_until_the_end_of_the_month(rich: cast.Company) -> None:
    account = made(rich)
    delete_sip_account(rich.manager, account.pk)
    charge_monthly_fees(NOVEMBER)
    assert months_of(account) == ["2026-10"]


# -- Who pays nothing --------------------------------------------------------------------------------------------


def test_months_without_a_price_list_are_never_charged_afterwards(kwiaty: cast.Company) -> None:
    account = made(kwiaty)
    top_up(cast.OPERATOR, kwiaty.tenant.pk, Decimal(1000))  # before there are prices: it pays at once what is due today
    charge_monthly_fees(NOVEMBER)
    priced(kwiaty, money="0")
    charge_monthly_fees(NOVEMBER + timedelta(days=5))
    assert months_of(account) == []
    charge_monthly_fees(datetime(2026, 12, 1, tzinfo=UTC))
    assert months_of(account) == ["2026-12"]


def test_months_that_cost_nothing_are_not_charged_when_the_price_rises(kwiaty: cast.Company) -> None:
    priced(kwiaty, monthly="0")
    account = made(kwiaty)
    charge_monthly_fees(NOVEMBER)
    PriceList.objects.update(account_monthly=Decimal(5))
    charge_monthly_fees(NOVEMBER + timedelta(days=5))
    charge_monthly_fees(datetime(2026, 12, 1, tzinfo=UTC))
    assert paid_by(account) == [("2026-12", 5)]


def test_an_account_from_before_there_were_fees_pays_from_the_next_month_on(rich: cast.Company) -> None:
    account = cast.phone(rich.tenant, "100")
    charge_monthly_fees(OCTOBER)
    assert months_of(account) == []
    charge_monthly_fees(NOVEMBER)
    assert months_of(account) == ["2026-11"]


# -- Too little money --------------------------------------------------------------------------------------------


def test_what_cannot_be_paid_is_not_booked_and_tried_again(kwiaty: cast.Company) -> None:
    priced(kwiaty, money="50")
    first, second = made(kwiaty, "100"), made(kwiaty, "101")  # 12 each
    charge_monthly_fees(NOVEMBER)
    assert (months_of(first), months_of(second)) == (["2026-10"], ["2026-10"])
    assert Tenant.objects.get(pk=kwiaty.tenant.pk).balance == 26
    correct(cast.OPERATOR, kwiaty.tenant.pk, Decimal(5), "Reklamacja")
    charge_monthly_fees(NOVEMBER + timedelta(hours=1))
    assert (months_of(first), months_of(second)) == (["2026-10", "2026-11"], ["2026-10"])
    assert Tenant.objects.get(pk=kwiaty.tenant.pk).balance == 0


def test_money_that_reaches_for_one_of_two_months_pays_the_older(kwiaty: cast.Company) -> None:
    priced(kwiaty, money="43")
    account = made(kwiaty)  # 12
    charge_monthly_fees(datetime(2026, 12, 5, tzinfo=UTC))
    assert months_of(account) == ["2026-10", "2026-11"]


def test_one_company_that_cannot_pay_does_not_keep_others_from_it(kwiaty: cast.Company, ksiegi: cast.Company) -> None:
    priced(kwiaty, money="12")
    priced(ksiegi)
    poor, good = made(kwiaty), made(ksiegi)
    charge_monthly_fees(NOVEMBER)
    assert (months_of(poor), months_of(good)) == (["2026-10"], ["2026-10", "2026-11"])


def test_money_that_comes_in_pays_at_once_what_is_owed(kwiaty: cast.Company) -> None:
    priced(kwiaty, money="31")
    account = made(kwiaty, now=datetime(2020, 1, 1, tzinfo=UTC))
    assert months_of(account) == ["2020-01"]
    top_up(cast.OPERATOR, kwiaty.tenant.pk, Decimal(40))
    assert months_of(account) == ["2020-01", "2020-02"]
    set_credit_limit(cast.OPERATOR, kwiaty.tenant.pk, Decimal(30))
    assert months_of(account) == ["2020-01", "2020-02", "2020-03"]
    correct(cast.OPERATOR, kwiaty.tenant.pk, Decimal(24), "Reklamacja")
    assert months_of(account) == ["2020-01", "2020-02", "2020-03", "2020-04"]


# -- Crashes and company -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("seen_to", range(5))
def test_after_a_crash_between_any_two_accounts_the_next_run_charges_the_rest(rich: cast.Company, seen_to: int) -> None:
    accounts = [made(rich, str(extension)) for extension in range(100, 104)]
    for account_id in accounts_with_fees_due(NOVEMBER)[:seen_to]:
        charge_fees_of(account_id, NOVEMBER)
    charge_monthly_fees(NOVEMBER)
    assert [months_of(account) for account in accounts] == [["2026-10", "2026-11"]] * 4


def test_a_crash_in_the_middle_of_an_account_leaves_it_unpaid_and_owing(rich: cast.Company) -> None:
    account = made(rich)
    with transaction.atomic():
        charge_fees_of(account.pk, NOVEMBER)
        transaction.set_rollback(True)  # what the database does when the process dies
    assert months_of(account) == ["2026-10"]
    charge_monthly_fees(NOVEMBER)
    assert months_of(account) == ["2026-10", "2026-11"]


def test_an_end_in_between_leaves_the_rest_for_the_next_run(rich: cast.Company) -> None:
    accounts = [made(rich, str(extension)) for extension in range(100, 103)]
    ends = iter([False, True])
    assert not charge_monthly_fees(NOVEMBER, lambda: next(ends))
    assert [len(months_of(account)) for account in accounts] == [2, 1, 1]
    assert charge_monthly_fees(NOVEMBER)
    assert [len(months_of(account)) for account in accounts] == [2, 2, 2]


def test_an_account_that_goes_while_it_is_seen_to_is_no_obstacle(rich: cast.Company) -> None:
    gone = made(rich, "100").pk
    due = accounts_with_fees_due(NOVEMBER)
    SipAccount.objects.all().delete()
    assert due == [gone]
    assert charge_fees_of(gone, NOVEMBER)


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_charge_once(transactional_db: None) -> None:
    company = cast.alicjas_company()
    priced(company)
    accounts = [made(company, str(extension)) for extension in range(100, 108)]
    at_once(*[lambda: charge_monthly_fees(NOVEMBER)] * 2)
    assert [months_of(account) for account in accounts] == [["2026-10", "2026-11"]] * 8
    assert Tenant.objects.get(pk=company.tenant.pk).balance == 1000 - 8 * (12 + 31)


# -- When it is time ---------------------------------------------------------------------------------------------


def test_it_is_time_at_the_start_every_hour_and_when_a_month_begins() -> None:
    times = FeeTimes()
    assert times.is_time(OCTOBER)
    times.done(OCTOBER)
    assert not times.is_time(OCTOBER + timedelta(minutes=59))
    assert times.is_time(OCTOBER + timedelta(minutes=60))
    times.done(BEFORE_NOVEMBER)
    assert times.is_time(NOVEMBER)
    assert times.is_time(OCTOBER), "a clock that was put back must not mean weeks without a look"
