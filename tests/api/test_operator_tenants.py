"""Companies, for the operator."""

from centralka.store.models import Membership, Person, Tenant
from tests import cast
from tests.api.client import Api

OWNER = {"email": "ewa@nowa.example", "name": "Ewa", "password": cast.PASSWORD}
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
