"""The audit log by API: each command that changes something leaves an entry; owners and the operator read it."""

import json

import pytest

from centralka.store.models import AuditEntry, PriceList, SipAccount
from tests import cast
from tests.api.client import Api, form_with_file
from tests.api.test_rights import TABLE, address

CHANGES_NOTHING = {
    ("POST", "/api/v1/call-plans"): "asks",
    ("POST", "/api/v1/webhook-test"): "sends a test",
    ("POST", "/api/v1/operator/sms-gateways/{gateway_id}/test"): "sends a test",
    ("POST", "/api/v1/sms"): "has its own log",
    ("POST", "/api/v1/sent-faxes"): "has its own log",
    ("POST", "/api/v1/fax-documents"): "a draft",
    ("PATCH", "/api/v1/voicemail-messages/{message_id}"): "heard or not",
}
REFUSED_HERE = {
    ("DELETE", "/api/v1/people/{person_id}/second-factor"),  # there is none
    # With these examples the table's own answers are refusals; each is tried below or in `tests/store/test_audit.py`.
    ("POST", "/api/v1/sip-accounts/{account_id}/setup-link"), ("PUT", "/api/v1/sip-accounts/{account_id}/greeting"),
    ("POST", "/api/v1/calls/{call_id}/hangup"), ("PUT", "/api/v1/tenant/hold-music"),
    ("DELETE", "/api/v1/tenant/hold-music"), ("POST", "/api/v1/webhook-secret"),
    ("DELETE", "/api/v1/operator/tenants/{tenant_id}"), ("POST", "/api/v1/operator/numbers/give"),
    ("DELETE", "/api/v1/operator/numbers/{number_id}"), ("POST", "/api/v1/operator/top-ups"),
    ("POST", "/api/v1/operator/corrections"), ("DELETE", "/api/v1/operator/tenants/{tenant_id}/block"),
}  # fmt: skip
WRITES = [
    one for one in TABLE if one[0] != "GET" and one not in CHANGES_NOTHING and one not in REFUSED_HERE
]  # fmt: skip


@pytest.mark.parametrize(("method", "path"), WRITES)
def test_each_command_leaves_an_entry(
    method: str,
    path: str,
    account: SipAccount,
    kwiaty: cast.Company,
    owner: Api,
    operator: Api,
) -> None:
    body, _expected = TABLE[method, path]
    there = address(path, account, kwiaty)
    AuditEntry.objects.all().delete()
    knocks = operator if "/operator/" in path else owner
    if isinstance(body, bytes) and method == "PUT":
        form, content_type = form_with_file(body)
        answer = knocks.send(method, there, form, content_type=content_type)
    elif isinstance(body, bytes):
        answer = knocks.send(method, there, body, content_type="text/csv")
    else:
        answer = knocks.send(method, there, json.dumps(body) if body is not None else b"")
    assert answer.status in (200, 201, 204), answer.text
    entries = AuditEntry.objects.filter(by="token")
    assert entries.exists()
    assert set(entries.values_list("address", flat=True)) == {"127.0.0.1"}


def test_owners_read_their_companys_log_and_nobody_elses(
    kwiaty: cast.Company,
    ksiegi: cast.Company,
    account: SipAccount,
    owner: Api,
    manager: Api,
    stranger: Api,
    operator: Api,
) -> None:
    manager.patch(f"sip-accounts/{account.pk}", {"ring_timeout": 45})
    stranger.post("external-numbers", {"number": "600100200", "name": "Serwis"})
    operator.patch(f"operator/tenants/{kwiaty.tenant.pk}", {"premium_allowed": True})
    log = owner.get("audit-log").body["items"]
    mine = [(one["what"], one["who"], one["address"], one["by_operator"]) for one in log if one["by"] == "token"]
    assert mine == [
        ("tenant", "", "", True), ("sip_account", "test manager", "127.0.0.1", False),
    ]  # fmt: skip
    [changed] = [one for one in log if one["did"] == "changed" and one["what"] == "sip_account"]
    assert changed["changes"] == [{"field": "ring_timeout", "before": "30", "after": "45"}]
    assert (changed["object_id"], changed["title"]) == (account.pk, "100 Bartek")
    assert manager.get("audit-log").kind == "role-too-small"
    assert owner.get("audit-log", search="bartek", who="test manager").body["items"] == [changed]
    assert owner.get("audit-log", who="test").body["items"][0]["who"] == "test manager"
    assert "Serwis" not in json.dumps(log)
    everything = operator.get("operator/audit-log", what="external_number").body["items"]
    assert [(one["tenant_id"], one["title"]) for one in everything] == [(ksiegi.tenant.pk, "Serwis +48600100200")]
    assert operator.get("operator/audit-log", tenant_id=kwiaty.tenant.pk, what="external_number").body["items"] == []


def test_a_secret_is_told_as_changed_and_without_its_value(account: SipAccount, owner: Api) -> None:
    owner.patch(f"sip-accounts/{account.pk}", {"password": "Nowe7Haslo4Tel", "outbound_pin": "471193"})
    entry = owner.get("audit-log", what="sip_account").body["items"][0]
    assert {"field": "password_digest", "before": None, "after": None} in entry["changes"]
    kept = str(list(AuditEntry.objects.values()))
    account.refresh_from_db()
    for secret in ("Nowe7Haslo4Tel", "471193", account.password_digest, account.outbound_pin_digest):
        assert secret
        assert secret not in kept


def test_what_the_operator_calls_a_price_list_is_not_told(
    kwiaty: cast.Company, operator: Api, owner: Api, account: SipAccount
) -> None:
    wholesale = PriceList.objects.create(name="Hurtowy")
    operator.patch(f"operator/tenants/{kwiaty.tenant.pk}", {"price_list_id": wholesale.pk})
    mine = owner.get("audit-log", what="tenant").body["items"][0]
    assert mine["changes"] == [{"field": "price_list", "before": None, "after": None}]
    assert "Hurtowy" in str(operator.get("operator/audit-log", what="tenant").body["items"][0]["changes"])


def test_a_booking_by_the_operator_is_noted(kwiaty: cast.Company, operator: Api, owner: Api) -> None:
    operator.post("operator/top-ups", {"tenant_id": kwiaty.tenant.pk, "net": "10.00", "note": "Gotówka"})
    entry = owner.get("audit-log", what="ledger_entry").body["items"][0]
    assert (entry["who"], entry["by_operator"]) == ("", True)
    assert {"field": "net", "before": "", "after": "10.00"} in entry["changes"]
