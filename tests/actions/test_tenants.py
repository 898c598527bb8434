"""What the operator decides about a company."""

from decimal import Decimal
from typing import Any

import pytest

from centralka.actions import money
from centralka.actions.errors import InvalidInput, NotFound
from centralka.actions.tenants import tenants as actions
from centralka.store.models import PriceList
from tests import cast


def change(company: cast.Company, **changes: Any) -> None:
    actions.change_tenant(cast.OPERATOR, company.tenant.pk, changes)
    company.tenant.refresh_from_db()


def codes(refused: pytest.ExceptionInfo[InvalidInput]) -> dict[str, list[str]]:
    return {field: [problem.code for problem in found] for field, found in refused.value.problems.items()}


def test_only_what_is_named_changes(kwiaty: cast.Company) -> None:
    prices = PriceList.objects.create(name="Standard")
    change(kwiaty, price_list=prices.pk, premium_allowed=True, max_rate=Decimal("2.5"), international="world")
    tenant = kwiaty.tenant
    assert (tenant.price_list, tenant.premium_allowed, tenant.max_rate, tenant.international) == (
        prices, True, Decimal("2.5"), "world",
    )  # fmt: skip
    assert (tenant.satellite_allowed, tenant.unknown_allowed, tenant.name) == (False, False, "Kwiaciarnia Alicja")
    change(kwiaty, price_list=None, satellite_allowed=True, unknown_allowed=True, name="  Kwiaty ", language="en")
    tenant = kwiaty.tenant
    assert (tenant.price_list, tenant.premium_allowed, tenant.satellite_allowed) == (None, True, True)
    assert (tenant.name, tenant.language, tenant.unknown_allowed) == ("Kwiaty", "en", True)


@pytest.mark.parametrize(
    ("field", "bad", "code"),
    [
        ("name", "", "length"),
        ("name", "x" * 101, "length"),
        ("name", "a\x07", "bad_characters"),
        ("language", "de", "unknown"),
        ("international", "moon", "unknown"),
        ("max_rate", Decimal(-1), "negative"),
        ("max_rate", Decimal("1000.01"), "too_large"),
        ("max_rate", Decimal("NaN"), "not_a_number"),
        ("max_rate", Decimal("0.00001"), "too_precise"),
        ("price_list", 999_999, "unknown"),
        ("price_list", 0, "unknown"),
        ("price_list", 2**70, "unknown"),
        ("credit_limit", Decimal(-1), "negative"),
        ("credit_limit", Decimal(10_000_000), "too_large"),
        ("credit_limit", Decimal("NaN"), "not_a_number"),
    ],
)
def test_a_wrong_field_is_named_and_nothing_changes(kwiaty: cast.Company, field: str, bad: Any, code: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        change(kwiaty, premium_allowed=True, **{field: bad})
    assert codes(refused) == {field: [code]}
    kwiaty.tenant.refresh_from_db()
    assert not kwiaty.tenant.premium_allowed


def test_the_credit_limit_is_told_together_with_the_rest(kwiaty: cast.Company) -> None:
    with pytest.raises(InvalidInput) as refused:
        change(kwiaty, max_rate=Decimal(-1), credit_limit=Decimal(-1))
    assert codes(refused) == {"max_rate": ["negative"], "credit_limit": ["negative"]}
    change(kwiaty, credit_limit=Decimal(100))
    assert money.funds(kwiaty.tenant).available == 100


def test_a_save_leaves_the_balance_alone(kwiaty: cast.Company) -> None:
    money.top_up(cast.OPERATOR, kwiaty.tenant.pk, Decimal(50))
    change(kwiaty, premium_allowed=True, credit_limit=Decimal(10))
    assert (kwiaty.tenant.balance, kwiaty.tenant.credit_limit) == (Decimal(50), Decimal(10))


@pytest.mark.parametrize("tenant_id", [0, 999_999, 2**70])
def test_a_company_that_is_not_there_is_not_found(db: None, tenant_id: int) -> None:
    with pytest.raises(NotFound):
        actions.change_tenant(cast.OPERATOR, tenant_id, {"premium_allowed": True})
