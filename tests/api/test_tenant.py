"""The company over the API."""

from decimal import Decimal

from centralka.store.models import SipAccount, Tenant
from tests import cast
from tests.api.client import Api


def test_a_company_is_shown_with_what_it_has(reader: Api, account: SipAccount) -> None:
    assert reader.get("tenant").body == {
        "slug": "kwiaty",
        "name": "Kwiaciarnia Alicja",
        "language": "pl",
        "international": "national",
        "max_rate": "1.0000",
        "balance": None,
        "credit_limit": None,
        "available": None,
        "counts": {"sip_accounts": 1, "registered": 0},
    }


def test_a_manager_changes_name_and_language(manager: Api, kwiaty: cast.Company) -> None:
    assert manager.patch("tenant", {"language": "en"}).body["language"] == "en"
    assert manager.patch("tenant", {"name": " Kwiaty   i wieńce "}).body["name"] == "Kwiaty i wieńce"
    kept = Tenant.objects.get(pk=kwiaty.tenant.pk)
    assert (kept.name, kept.language) == ("Kwiaty i wieńce", "en")


def test_a_manager_says_where_and_for_how_much_accounts_call(manager: Api, kwiaty: cast.Company) -> None:
    after = manager.patch("tenant", {"international": "eea", "max_rate": "0.5"}).body
    assert (after["international"], after["max_rate"]) == ("eea", "0.5000")
    kept = Tenant.objects.get(pk=kwiaty.tenant.pk)
    assert (kept.international, kept.max_rate, kept.name) == ("eea", Decimal("0.5000"), "Kwiaciarnia Alicja")


def test_money_and_forbidden_ranges_are_not_the_companys_to_change(manager: Api) -> None:
    for field, value in {"balance": "100.00", "credit_limit": "5.00", "premium_allowed": True}.items():
        assert manager.patch("tenant", {field: value}).wrong == {field: ["unknown_field"]}


def test_nothing_to_change_changes_nothing(manager: Api) -> None:
    assert manager.patch("tenant", {}).body == manager.get("tenant").body


def test_the_short_name_never_changes(manager: Api) -> None:
    assert manager.patch("tenant", {"slug": "inna"}).wrong == {"slug": ["unknown_field"]}
