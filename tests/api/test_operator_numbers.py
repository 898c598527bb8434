"""Numbers, for the operator."""

from typing import Any

import pytest

from centralka.store.models import Number
from tests import cast
from tests.api.client import Api, values


def test_numbers_are_added_in_any_spelling_and_given_at_once(operator: Api, kwiaty: cast.Company) -> None:
    answer = operator.post(
        "operator/numbers", {"numbers": ["22 123 45 67", "+48 600-100-200"], "tenant_id": kwiaty.tenant.pk}
    )
    assert answer.status == 201
    assert [(one["number"], one["tenant_id"]) for one in answer.body["items"]] == [
        ("+48221234567", kwiaty.tenant.pk),
        ("+48600100200", kwiaty.tenant.pk),
    ]
    assert operator.get("operator/numbers").body["items"] == answer.body["items"]


def test_each_wrong_number_is_named_and_none_is_added(operator: Api) -> None:
    answer = operator.post("operator/numbers", {"numbers": ["+48221234567", "112", "x", "22 123 45 67"]})
    assert answer.wrong == {
        "numbers.1": ["not_a_number"],
        "numbers.2": ["not_a_number"],
        "numbers.3": ["repeated"],
    }
    assert not Number.objects.exists()


def test_a_number_that_exists_is_a_conflict(operator: Api) -> None:
    operator.post("operator/numbers", {"numbers": ["+48221234567"]})
    answer = operator.post("operator/numbers", {"numbers": ["+48600100200", "0048221234567"]})
    assert (answer.kind, answer.wrong) == ("taken", {"numbers.1": ["taken"]})
    assert Number.objects.count() == 1


def test_numbers_are_searched_and_filtered(operator: Api, kwiaty: cast.Company) -> None:
    operator.post("operator/numbers", {"numbers": ["+48221234567"], "tenant_id": kwiaty.tenant.pk})
    operator.post("operator/numbers", {"numbers": ["+48600100200"]})

    def found(**asked: Any) -> list[str]:
        return [one["number"] for one in operator.get("operator/numbers", **asked).body["items"]]

    assert found(search="22 123 45 67") == found(search="kwiaty") == found(tenant_id=kwiaty.tenant.pk)
    assert found(tenant_id=kwiaty.tenant.pk) == ["+48221234567"]
    assert found(search="zzz") == []
    first = operator.get("operator/numbers", limit=1).body
    assert [first["items"][0]["number"], *found(limit=1, cursor=first["next"])] == ["+48221234567", "+48600100200"]


def test_a_number_is_given_and_taken_back(operator: Api, kwiaty: cast.Company, ksiegi: cast.Company) -> None:
    phone = cast.phone(kwiaty.tenant, "100")
    number = Number.objects.create(e164="+48221234567", tenant=kwiaty.tenant, sip_account=phone)
    phone.caller_id = number
    phone.save()
    one = f"operator/numbers/{number.pk}"
    assert operator.patch(one, {}).body == operator.get(one).body
    assert operator.get(one).body["sip_account_id"] == phone.pk
    given = operator.patch(one, {"tenant_id": ksiegi.tenant.pk}).body
    assert (given["tenant_id"], given["sip_account_id"]) == (ksiegi.tenant.pk, None)
    assert (given["shown_by"], given["shown_elsewhere"]) == (1, 1)
    assert operator.delete(one).kind == "in-use"
    assert operator.patch(one, {"tenant_id": None}).body["tenant_id"] is None
    assert operator.delete(one).status == 204
    assert operator.get(one).status == operator.delete(one).status == 404


@pytest.mark.parametrize(
    ("field", "bad"),
    [
        *(
            ("numbers", bad)
            for bad in values(None, "22 123 45 67", 1, {}, [], [None], [1], [["22 123 45 67"]], [""], ["\0"])
        ),
        ("numbers", ["x"] * 1001),
        ("numbers", ["x" * 100_000]),
        ("numbers", ["\ud800"]),
        *(("tenant_id", bad) for bad in values(0, -1, "1", True, 1.0, 999_999, 2**63, [])),
        ("number", "22 123 45 67"),
    ],
    ids=lambda value: f"{value!r:.30}",
)
def test_a_wrong_field_is_named(operator: Api, field: str, bad: Any) -> None:
    answer = operator.post("operator/numbers", {"numbers": ["+48221234567"], field: bad})
    assert answer.status == 422
    assert {wrong.partition(".")[0] for wrong in answer.wrong} == {field}
    assert not Number.objects.exists()
    if field == "tenant_id":
        number = Number.objects.create(e164="+48221234567")
        assert set(operator.patch(f"operator/numbers/{number.pk}", {field: bad}).wrong) == {field}


@pytest.mark.parametrize(("name", "bad"), [("search", "x" * 101), ("search", "\0"), ("tenant_id", "x"), ("given", "1")])
def test_a_wrong_filter_is_named(operator: Api, name: str, bad: str) -> None:
    assert set(operator.get("operator/numbers", **{name: bad}).wrong) == {name}
