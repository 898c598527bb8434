"""The company over the API."""

from centralka.store.models import SipAccount, Tenant
from tests import cast
from tests.api.client import Api


def test_a_company_is_shown_with_what_it_has(reader: Api, account: SipAccount) -> None:
    assert reader.get("tenant").body == {
        "slug": "kwiaty",
        "name": "Kwiaciarnia Alicja",
        "language": "pl",
        "counts": {"sip_accounts": 1, "registered": 0},
    }


def test_a_manager_changes_name_and_language(manager: Api, kwiaty: cast.Company) -> None:
    assert manager.patch("tenant", {"language": "en"}).body["language"] == "en"
    assert manager.patch("tenant", {"name": " Kwiaty   i wieńce "}).body["name"] == "Kwiaty i wieńce"
    kept = Tenant.objects.get(pk=kwiaty.tenant.pk)
    assert (kept.name, kept.language) == ("Kwiaty i wieńce", "en")


def test_nothing_to_change_changes_nothing(manager: Api) -> None:
    assert manager.patch("tenant", {}).body == manager.get("tenant").body


def test_the_short_name_never_changes(manager: Api) -> None:
    assert manager.patch("tenant", {"slug": "inna"}).wrong == {"slug": ["unknown_field"]}
