"""The company's numbers over the API."""

from centralka.store.models import Number, SipAccount
from tests import cast
from tests.api.client import Api

OFFICE, MOBILE, THEIRS = "+48221234567", "+48600100200", "+48222222222"


def test_the_companys_numbers_are_listed_with_where_they_ring(
    reader: Api, kwiaty: cast.Company, ksiegi: cast.Company, account: SipAccount
) -> None:
    mobile = Number.objects.create(e164=MOBILE, tenant=kwiaty.tenant)
    office = Number.objects.create(e164=OFFICE, tenant=kwiaty.tenant, sip_account=account)
    Number.objects.create(e164=THEIRS, tenant=ksiegi.tenant)
    Number.objects.create(e164="+48223333333")
    assert reader.get("numbers").body == {
        "items": [
            {"id": office.pk, "number": OFFICE, "target": {"type": "sip_account", "id": account.pk}},
            {"id": mobile.pk, "number": MOBILE, "target": None},
        ],
        "next": None,
    }
    first = reader.get("numbers", limit=1).body
    assert [item["number"] for item in reader.get("numbers", limit=1, cursor=first["next"]).body["items"]] == [MOBILE]


def test_a_number_rings_where_the_company_says_and_then_nowhere(
    manager: Api, kwiaty: cast.Company, account: SipAccount
) -> None:
    number = Number.objects.create(e164=OFFICE, tenant=kwiaty.tenant)
    target = {"type": "sip_account", "id": account.pk}
    assert manager.patch(f"numbers/{number.pk}", {"target": target}).body["target"] == target
    assert manager.patch(f"numbers/{number.pk}", {}).body["target"] == target
    assert manager.patch(f"numbers/{number.pk}", {"target": None}).body["target"] is None
    number.refresh_from_db()
    assert number.sip_account is None


def test_a_number_points_at_no_strangers_account(manager: Api, kwiaty: cast.Company, ksiegi: cast.Company) -> None:
    number = Number.objects.create(e164=OFFICE, tenant=kwiaty.tenant)
    theirs = cast.phone(ksiegi.tenant, "100")
    answer = manager.patch(f"numbers/{number.pk}", {"target": {"type": "sip_account", "id": theirs.pk}})
    assert (answer.status, answer.wrong) == (422, {"target": ["unknown"]})


def test_nobody_makes_numbers_or_takes_them(manager: Api, kwiaty: cast.Company) -> None:
    number = Number.objects.create(e164=OFFICE, tenant=kwiaty.tenant)
    assert manager.post("numbers", {"number": MOBILE}).status == 405
    assert manager.delete(f"numbers/{number.pk}").status == 405
    assert manager.patch(f"numbers/{number.pk}", {"number": MOBILE}).wrong == {"number": ["unknown_field"]}
