"""Rules against fraud by API: the panel's rules, with the same errors."""

import pytest

from centralka.actions.fraud import change_account_limits
from centralka.store.models import KnownCountry, Tenant
from tests import cast
from tests.api.client import Api
from tests.operators import fraud_stop


def test_rules_are_read_changed_and_refused_field_by_field(manager: Api) -> None:
    read = manager.get("fraud-rules").body
    assert (read["calls_at_once"], read["ask_new_countries"], read["night_from"]) == (None, False, "22:00")
    changed = manager.patch("fraud-rules", {"calls_at_once": 4, "spend_per_hour": "15.00", "night_calls": "abroad"})
    assert changed.body == {
        **read,
        "calls_at_once": 4,
        "spend_per_hour": "15.0000",
        "night_calls": "abroad",
        "version": 2,
    }
    assert manager.patch("fraud-rules", {"spend_per_hour": None}).body["spend_per_hour"] is None
    wrong = manager.patch("fraud-rules", {"calls_at_once": 0, "spend_per_day": "-1", "night_until": "6"})
    assert wrong.status == 422
    assert {"calls_at_once", "spend_per_day", "night_until"} == {one["field"] for one in wrong.body["errors"]}
    assert manager.patch("fraud-rules", {"spend_per_day": "1000000"}).status == 422
    assert manager.patch("fraud-rules", {"spend_per_day": "999999"}).body["spend_per_day"] == "999999.0000"
    assert manager.get("fraud-rules").body["spend_per_day"] == "999999.0000"
    assert manager.get("fraud-rules").body["calls_at_once"] == 4


def test_whoever_read_an_account_or_its_limits_before_somebody_else_saved_saves_nothing(
    manager: Api, kwiaty: cast.Company
) -> None:
    account = cast.phone(kwiaty.tenant, "100")
    one, limits = f"sip-accounts/{account.pk}", f"sip-accounts/{account.pk}/fraud-limits"
    others_saves = (
        lambda: manager.patch(limits, {"spend_per_day": "12.00", "version": manager.get(one).body["version"]}),
        lambda: manager.patch(one, {"name": "Biuro", "version": manager.get(limits).body["version"]}),
        lambda: manager.patch(limits, {"calls_at_once": 4}),
        lambda: change_account_limits(kwiaty.manager, account.pk, {"spend_per_hour": None}),  # the panel saves by it
    )
    for save in others_saves:
        was = manager.get(limits).body["version"]
        save()
        for late in (
            manager.patch(limits, {"calls_at_once": 9, "version": was}),
            manager.patch(one, {"name": "Za późno", "version": was}),
        ):
            assert (late.status, late.kind, late.wrong) == (409, "changed-meanwhile", {"version": ["stale"]})
    now = {"calls_at_once": 4, "spend_per_hour": None, "spend_per_day": "12.0000", "version": 5}
    assert manager.get(limits).body == now
    assert manager.get(one).body["name"] == "Biuro"
    assert manager.patch(limits, {"calls_at_once": 5, "version": 5}).body == {**now, "calls_at_once": 5, "version": 6}


@pytest.mark.parametrize("area, status", [("CU", 201), ("ZZ", 422), ("", 422), ("PL:premium", 422)])
def test_only_countries_are_allowed_or_what_a_stop_asks_for(manager: Api, area: str, status: int) -> None:
    assert manager.post("known-countries", {"area": area}).status == status


def test_what_a_stop_asks_for_is_allowed_and_the_stop_is_lifted(manager: Api, kwiaty: cast.Company) -> None:
    fraud_stop(kwiaty.tenant, area="PL:premium")
    assert manager.post("known-countries", {"area": "PL:premium"}).status == 201
    (stop,) = manager.get("fraud-stops").body["items"]
    assert stop["lifted_at"]
    assert KnownCountry.objects.get().area == "PL:premium"


def test_the_operator_sets_the_rules_of_new_companies(operator: Api) -> None:
    assert operator.get("operator/fraud-rules").body["account_spend_per_hour"] == "20.0000"
    assert operator.patch("operator/fraud-rules", {"calls_at_once": 9}).body["calls_at_once"] == 9
    made = operator.post("operator/tenants", {"slug": "nowa", "name": "Nowa"})
    assert made.status == 201
    assert Tenant.objects.get(slug="nowa").calls_at_once == 9
