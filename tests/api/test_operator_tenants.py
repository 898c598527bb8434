"""Companies, for the operator."""

from typing import Any

import pytest

from centralka.store.models import Membership, Person, PriceList, Tenant
from tests import cast
from tests.api.client import Api, values

OWNER = {"email": "ewa@nowa.example", "name": "Ewa", "password": cast.PASSWORD}
NO_SWITCH = values(None, 1, "true", "")
NO_AMOUNT = values(
    None, 1, 1.5, "", "-1", "1,5", "NaN", "Infinity", "1e3", "0.00001", "1.000", "9" * 12, "9" * 400, "١"
)
COMPANY = {"slug": "nowa", "name": "Nowa", "language": "en", "owner": OWNER}


def test_a_company_is_made_with_its_owner(operator: Api) -> None:
    answer = operator.post("operator/tenants", COMPANY)
    assert answer.status == 201
    assert answer.body == {
        "id": answer.body["id"],
        "slug": "nowa",
        "name": "Nowa",
        "language": "en",
        "sip_accounts": 0,
        "registered": 0,
        "blocked_at": None,
        "block_reason": "",
        "price_list_id": None,
        "second_factor_required": False,
        "premium_allowed": False,
        "satellite_allowed": False,
        "unknown_allowed": False,
        "international": "national",
        "max_rate": "1.0000",
        "sms_per_hour": 200,
        "balance": "0.0000",
        "credit_limit": "0.0000",
        "version": 1,
        "created_at": answer.body["created_at"],
    }
    assert operator.get(answer.headers["Location"]).body == answer.body
    owner = Membership.objects.get(tenant_id=answer.body["id"])
    assert (owner.role, owner.person.email) == ("owner", "ewa@nowa.example")
    assert owner.person.must_change_password
    assert owner.person.check_password(cast.PASSWORD)


def test_a_company_can_be_made_without_an_owner(operator: Api) -> None:
    assert operator.post("operator/tenants", {"slug": "nowa", "name": "Nowa"}).body["language"] == "pl"


def test_a_wrong_owner_leaves_no_company_behind(operator: Api) -> None:
    answer = operator.post("operator/tenants", COMPANY | {"owner": OWNER | {"email": "ewa", "password": "abc"}})
    assert answer.status == 422
    assert set(answer.wrong) == {"owner.email", "owner.password"}
    assert not Tenant.objects.exists()
    assert not Person.objects.exists()


def test_a_short_name_that_exists_is_a_conflict(operator: Api, kwiaty: cast.Company) -> None:
    answer = operator.post("operator/tenants", {"slug": "kwiaty", "name": "Inne kwiaty"})
    assert (answer.status, answer.wrong) == (409, {"slug": ["taken"]})


def test_companies_are_listed_by_name(operator: Api, kwiaty: cast.Company, ksiegi: cast.Company) -> None:
    cast.phone(kwiaty.tenant, "100")
    found = operator.get("operator/tenants").body["items"]
    assert [(item["name"], item["sip_accounts"]) for item in found] == [
        ("Biuro Celina", 0),
        ("Kwiaciarnia Alicja", 1),
    ]


def test_an_unknown_company_is_not_found(operator: Api) -> None:
    for number in ("0", "999999", str(2**63), "9" * 5000):
        assert operator.get(f"operator/tenants/{number}").status == 404


def test_what_the_operator_decides_about_a_company_is_changed(operator: Api, kwiaty: cast.Company) -> None:
    prices = PriceList.objects.create(name="Standard")
    wanted = {
        "name": "Kwiaty",
        "language": "en",
        "price_list_id": prices.pk,
        "premium_allowed": True,
        "satellite_allowed": True,
        "unknown_allowed": True,
        "international": "world",
        "max_rate": "2.5000",
        "credit_limit": "100.0000",
    }
    one = f"operator/tenants/{kwiaty.tenant.pk}"
    for field, value in wanted.items():
        before, after = operator.get(one).body, operator.patch(one, {field: value}).body
        assert after == before | {field: value, "version": before["version"] + 1}
    assert operator.patch(one, {"price_list_id": None}).body["price_list_id"] is None
    assert operator.patch(one, {}).body == operator.get(one).body


@pytest.mark.parametrize(
    ("field", "bad"),
    [
        *(("name", bad) for bad in values(None, 1, "", "x" * 101, "a\x07")),
        *(("language", bad) for bad in values(None, "", "de")),
        *(("price_list_id", bad) for bad in values(0, -1, 999_999, 2**63, "1", True, 1.0, [])),
        *((f"{kind}_allowed", bad) for kind in ("premium", "satellite", "unknown") for bad in NO_SWITCH),
        *(("international", bad) for bad in values(None, "", "inherit", "moon")),
        *(
            (amount, bad)
            for amount in ("max_rate", "credit_limit")
            for bad in NO_AMOUNT
        ),
        *((money, "1") for money in ("balance", "slug", "sip_accounts")),
    ],
)  # fmt: skip
def test_a_wrong_field_is_named_and_nothing_is_changed(
    operator: Api, kwiaty: cast.Company, field: str, bad: Any
) -> None:
    one = f"operator/tenants/{kwiaty.tenant.pk}"
    before = operator.get(one).body
    answer = operator.patch(one, {"unknown_allowed": True, field: bad})
    assert answer.status == 422
    assert set(answer.wrong) == {field}
    assert operator.get(one).body == before


def test_a_company_that_is_not_there_is_not_changed(operator: Api) -> None:
    assert operator.patch("operator/tenants/999999", {"premium_allowed": True}).status == 404
