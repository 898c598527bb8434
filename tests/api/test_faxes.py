"""Fax accounts and faxes for programs."""

from centralka.store.models import Fax, SipAccount
from tests import cast
from tests.api.client import Api

SENT = {"extension": "15", "name": "Faks", "emails": ["a@b.example"], "station_id": "+48 22 1"}


def test_a_fax_account_is_made_read_changed_and_deleted(manager: Api) -> None:
    made = manager.post("fax-accounts", SENT)
    assert (made.status, {name: made.body[name] for name in SENT}) == (201, SENT)
    path = made.headers["Location"].removeprefix("/api/v1/")
    assert (made.body["kind"], manager.get(path).body) == ("fax", made.body)
    changed = manager.patch(path, {"emails": [], "version": 1})
    assert (changed.status, changed.body["emails"], changed.body["station_id"]) == (200, [], "+48 22 1")
    assert manager.patch(path, {"name": "X", "version": 1}).kind == "changed-meanwhile"
    assert [one["extension"] for one in manager.get("fax-accounts").body["items"]] == ["15"]
    assert manager.delete(path).status == 204
    assert not SipAccount.objects.exists()


def test_it_is_no_sip_account(manager: Api) -> None:
    made = manager.post("fax-accounts", SENT)
    assert manager.get("sip-accounts").body["items"] == []
    assert manager.get(f"sip-accounts/{made.body['id']}").status == 404


def test_what_is_wrong_is_named_as_it_was_sent(manager: Api) -> None:
    refused = manager.post("fax-accounts", {**SENT, "station_id": "ł", "emails": ["x"]})
    assert refused.status == 422
    assert refused.wrong.keys() == {"station_id", "emails"}


def test_a_number_points_at_it(manager: Api, kwiaty: cast.Company) -> None:
    made = manager.post("fax-accounts", SENT).body["id"]
    number = cast.line_outside(kwiaty.tenant)
    assert manager.patch(f"numbers/{number.pk}", {"target": {"type": "sip_account", "id": made}}).status == 200
    plan = manager.post("call-plans", {"from": "+48600100200", "to": "221234567"}).body
    assert (plan["steps"][0]["kind"], plan["steps"][0]["station"]) == ("receive_fax", "+48 22 1")


def test_faxes_are_listed_read_and_deleted(manager: Api, kwiaty: cast.Company) -> None:
    account = cast.fax_account(kwiaty.tenant)
    fax = cast.fax(account, state=Fax.State.BROKEN_OFF, unreadable=1, station="ABC")
    (told,) = manager.get(f"faxes?fax_account={account.pk}").body["items"]
    assert told == manager.get(f"faxes/{fax.pk}").body
    assert (told["from"], told["pages"], told["unreadable_pages"]) == ("+48600100200", 2, 1)
    assert (told["state"], told["station_id"], told["call"]) == ("broken_off", "ABC", "node1-1")
    pdf = manager.get(f"faxes/{fax.pk}/pdf")
    assert (pdf.headers["Content-Type"], pdf.body) == ("application/pdf", b"%PDF-1.4")
    assert manager.get(f"faxes?fax_account={account.pk + 1}").body["items"] == []
    assert manager.delete(f"faxes/{fax.pk}").status == 204
    assert manager.get("faxes").body["items"] == []
