"""Top-ups and corrections, for the operator: booked once, however often they are sent."""

from typing import Any

import pytest

from centralka.store.models import LedgerEntry
from tests import cast
from tests.api.client import Api, values


def booking(company: cast.Company, **changes: Any) -> dict[str, Any]:
    return {"tenant_id": company.tenant.pk, "net": "100.00", "note": "Przelew 7/2026", **changes}


def balance(company: cast.Company) -> str:
    company.tenant.refresh_from_db()
    return str(company.tenant.balance)


def test_a_top_up_is_booked(operator: Api, kwiaty: cast.Company) -> None:
    answer = operator.post("operator/top-ups", booking(kwiaty))
    assert answer.status == 201
    assert answer.body == {
        "id": answer.body["id"],
        "tenant_id": kwiaty.tenant.pk,
        "kind": "top_up",
        "net": "100.0000",
        "balance_after": "100.0000",
        "note": "Przelew 7/2026",
        "at": answer.body["at"],
    }
    operator.post("operator/top-ups", booking(kwiaty, net="0.0001"))
    assert balance(kwiaty) == "100.0001"


def test_an_amount_that_can_be_read_in_two_ways_is_refused_with_both(operator: Api, kwiaty: cast.Company) -> None:
    answer = operator.post("operator/top-ups", booking(kwiaty, net="1.000"))
    assert answer.wrong == {"net": ["ambiguous"]}
    assert "Write 1.0000 or 1000.00" in answer.body["errors"][0]["message"]
    assert not LedgerEntry.objects.exists()
    assert operator.post("operator/top-ups", booking(kwiaty, net="1.0000")).body["net"] == "1.0000"
    assert operator.post("operator/top-ups", booking(kwiaty, net="0.125")).body["net"] == "0.1250"


def test_a_request_sent_twice_with_one_key_books_once(operator: Api, kwiaty: cast.Company) -> None:
    operator.headers["Idempotency-Key"] = "faktura-7"
    first, second = (operator.post("operator/top-ups", booking(kwiaty)) for _ in range(2))
    assert (first.status, second.status, first.body) == (201, 201, second.body)
    assert operator.post("operator/top-ups", booking(kwiaty, net="50")).wrong == {"Idempotency-Key": ["reused"]}
    assert (balance(kwiaty), LedgerEntry.objects.count()) == ("100.0000", 1)


@pytest.mark.parametrize("key", ["", "x" * 101, "ż" * 60, "a\x07b"])
def test_a_broken_key_is_refused(operator: Api, kwiaty: cast.Company, key: str) -> None:
    operator.headers["Idempotency-Key"] = key
    answer = operator.post("operator/top-ups", booking(kwiaty))
    assert answer.status in (201, 422)
    if answer.status == 422:
        assert answer.wrong == {"Idempotency-Key": ["malformed"]}


def test_a_correction_goes_both_ways_and_says_why(operator: Api, kwiaty: cast.Company) -> None:
    operator.post("operator/top-ups", booking(kwiaty))
    assert operator.post("operator/corrections", booking(kwiaty, net="-30.5")).body["balance_after"] == "69.5000"
    assert operator.post("operator/corrections", booking(kwiaty, net="1", note=" ")).wrong == {"note": ["required"]}
    assert operator.post("operator/corrections", booking(kwiaty, net="-70")).wrong == {"net": ["too_little_money"]}
    assert balance(kwiaty) == "69.5000"


@pytest.mark.parametrize(
    ("field", "bad"),
    [
        *(("tenant_id", bad) for bad in values(None, 0, -1, "1", 1.0, True, 999_999, 2**63)),
        *(
            ("net", bad)
            for bad in values(None, 100, 1.5, "", "0", "-1", "1,5", "NaN", "1e3", "0.00001", "1000001", "9" * 400)
        ),
        *(("note", bad) for bad in values(None, 1, [], "x" * 201, "a\x07b", "\0", "\ud800", "x" * 100_000)),
        ("balance", "1"),
    ],
    ids=lambda value: f"{value!r:.30}",
)
def test_a_wrong_field_is_named_and_nothing_is_booked(
    operator: Api, kwiaty: cast.Company, field: str, bad: Any
) -> None:
    assert set(operator.post("operator/top-ups", booking(kwiaty) | {field: bad}).wrong) == {field}
    assert not LedgerEntry.objects.exists()


@pytest.mark.parametrize("field", ["tenant_id", "net"])
def test_what_is_left_out_is_named(operator: Api, kwiaty: cast.Company, field: str) -> None:
    sent = booking(kwiaty)
    del sent[field]
    assert operator.post("operator/top-ups", sent).wrong == {field: ["required"]}
