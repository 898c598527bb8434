"""Sending faxes for programs."""

from datetime import timedelta

import pytest
from django.utils import timezone

from centralka.store.models import SentFax, SipAccount
from tests import cast
from tests.api.client import Api, form_with_file
from tests.documents import a_pdf


@pytest.fixture
def account(kwiaty: cast.Company) -> SipAccount:
    cast.fax_account(kwiaty.tenant)
    return cast.phone(kwiaty.tenant, "100", "Biuro", caller_id=cast.line_outside(kwiaty.tenant))


def upload(manager: Api, file: bytes) -> tuple[int, dict[str, object]]:
    body, kind = form_with_file(file, name="Umowa.pdf")
    made = manager.send("POST", "fax-documents", body, content_type=kind)
    return made.status, made.body


def test_a_document_is_uploaded_looked_at_and_sent(manager: Api, account: SipAccount) -> None:
    status, document = upload(manager, a_pdf([["0 g 0 0 99 99 re f"]] * 2))
    assert (status, document["name"], document["pages"]) == (201, "Umowa.pdf", 2)
    assert manager.get(f"fax-documents/{document['id']}").body == document
    page = manager.get(f"fax-documents/{document['id']}/pages/2")
    assert (page.headers["Content-Type"], page.body[:4]) == ("image/png", b"\x89PNG")
    made = manager.post("sent-faxes", {"document": document["id"], "from": "100", "to": ["22 222 33 44", "15"]})
    assert made.status == 201
    assert [one["send_at"] for one in made.body["items"]] == [None, None]
    outside, inside = made.body["items"]
    assert (outside["to"], inside["to"], outside["state"], outside["pages"]) == ("+48222223344", "15", "queued", 2)
    assert manager.get(f"sent-faxes/{outside['id']}").body == outside
    assert manager.get(f"sent-faxes?batch={outside['batch']}").body["items"] == [inside, outside]
    report = manager.get(f"sent-faxes/{outside['id']}/report")
    assert (report.headers["Content-Type"], report.body[:5]) == ("application/pdf", b"%PDF-")
    cancelled = manager.post(f"sent-faxes/{outside['id']}/cancel", {})
    assert (cancelled.status, cancelled.body["state"]) == (200, "cancelled")
    assert manager.post(f"sent-faxes/{outside['id']}/cancel", {}).status == 409


def test_a_request_that_comes_twice_sends_once(manager: Api, account: SipAccount, kwiaty: cast.Company) -> None:
    keyed = Api(manager.token, headers={"Idempotency-Key": "umowa-7"})
    wanted = {"document": cast.fax_document(kwiaty.tenant).pk, "from": "100", "to": "15"}
    first, second = keyed.post("sent-faxes", wanted), keyed.post("sent-faxes", wanted)
    assert first.body == second.body
    assert SentFax.objects.count() == 1
    assert keyed.post("sent-faxes", {**wanted, "to": ["15", "221234567"]}).wrong == {"Idempotency-Key": ["reused"]}


def test_one_for_later_waits(manager: Api, account: SipAccount, kwiaty: cast.Company) -> None:
    at = (timezone.now() + timedelta(days=3)).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    wanted = {"document": cast.fax_document(kwiaty.tenant).pk, "from": "100", "to": "15", "send_at": at}
    (made,) = manager.post("sent-faxes", wanted).body["items"]
    assert (made["state"], made["send_at"], made["next_at"]) == ("queued", at, at)
    assert manager.post(f"sent-faxes/{made['id']}/cancel", {}).body["state"] == "cancelled"


def test_what_is_wrong_is_named_as_it_was_sent(manager: Api, account: SipAccount, kwiaty: cast.Company) -> None:
    wanted = {"document": cast.fax_document(kwiaty.tenant).pk, "from": "100", "to": ["15", "112"]}
    assert manager.post("sent-faxes", wanted).wrong == {"to.1": ["not_a_number"]}
    assert manager.post("sent-faxes", {**wanted, "from": "999"}).wrong == {"from": ["unknown"]}
    assert manager.post("sent-faxes", {**wanted, "to": "15", "document": 2**62}).wrong == {"document": ["unknown"]}
    assert upload(manager, b"hello")[0] == 422
    for at, code in (
        ("2026-01-31T12:00:00Z", "past"),
        ("2099-01-31T12:00:00+01:00", "too_far"),
        ("12:00", "malformed"),
    ):
        assert manager.post("sent-faxes", {**wanted, "to": "15", "send_at": at}).wrong == {"send_at": [code]}
    assert not SentFax.objects.exists()
