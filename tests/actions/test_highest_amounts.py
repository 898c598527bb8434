"""Each amount that an action takes at most fits its column: what does not, SQLite keeps and can never read again."""

from decimal import Decimal

import pytest
from django.db import models

from centralka.actions import fraud, money
from centralka.actions.checks.outside import HIGHEST_RATE
from centralka.actions.prices.price_lists import HIGHEST_FEE
from centralka.actions.prices.vat import HIGHEST_VAT
from centralka.actions.sms.prices import MOST_PRICE
from centralka.actions.tenants.own import MOST_LOW_BALANCE, MOST_SMS_PRICE
from centralka.calls.price_list.prices import HIGHEST_PRICE
from centralka.store.models import (
    Installation,
    LedgerEntry,
    Price,
    PriceList,
    Reservation,
    SipAccount,
    SmsPrice,
    Tenant,
)

HIGHEST: list[tuple[type[models.Model], str, Decimal]] = [
    *((Tenant, name, fraud.MOST_MONEY) for name in fraud.MONEY),
    *((SipAccount, name, fraud.MOST_MONEY) for name in fraud.OWN[1:]),
    (Tenant, "max_rate", HIGHEST_RATE),
    (SipAccount, "max_rate", HIGHEST_RATE),
    (Tenant, "sms_max_price", MOST_SMS_PRICE),
    (Tenant, "low_balance", MOST_LOW_BALANCE),
    (Tenant, "credit_limit", money.MOST_AT_ONCE),
    (Tenant, "balance", money.MOST_BALANCE + money.MOST_AT_ONCE),
    (LedgerEntry, "net", money.MOST_AT_ONCE),
    (LedgerEntry, "balance_after", money.MOST_BALANCE + money.MOST_AT_ONCE),
    (Reservation, "amount", money.MOST_BALANCE + money.MOST_AT_ONCE),
    (PriceList, "account_activation", HIGHEST_FEE),
    (PriceList, "account_monthly", HIGHEST_FEE),
    (Price, "per_minute", HIGHEST_PRICE),
    (Price, "connection_fee", HIGHEST_PRICE),
    (Installation, "vat_percent", HIGHEST_VAT),
    (SmsPrice, "standard", MOST_PRICE),
    (SmsPrice, "premium", MOST_PRICE),
]


@pytest.mark.parametrize(("model", "name", "most"), HIGHEST, ids=lambda value: str(getattr(value, "__name__", value)))
def test_the_highest_amount_fits_its_column(model: type[models.Model], name: str, most: Decimal) -> None:
    column = model._meta.get_field(name)
    assert isinstance(column, models.DecimalField)
    assert column.decimal_places is not None
    assert column.max_digits is not None
    assert most < Decimal(10) ** (column.max_digits - column.decimal_places)


def test_each_amount_of_companies_and_accounts_is_looked_at() -> None:
    looked_at = {(model, name) for model, name, _most in HIGHEST}
    columns = {
        (model, field.name)
        for model in (Tenant, SipAccount)
        for field in model._meta.fields
        if isinstance(field, models.DecimalField)
    }
    assert columns <= looked_at, "an amount without a highest"
