"""SIP accounts over the API."""

from datetime import UTC, datetime
from typing import Any

import pytest
from pytest_django import Settings

from centralka.actions.account.passwords import digest_of
from centralka.calls.doing import Doing
from centralka.store.models import CallRecord, Number, Registration, SipAccount
from centralka.store.models.call_record import CallRecordAccount
from centralka.store.pins import is_pin
from tests import cast
from tests.api.client import Api

ACCOUNT = {"extension": "102", "name": "Biuro", "password": cast.SIP_PASSWORD}


def test_a_new_account_has_the_defaults_of_an_empty_form(manager: Api) -> None:
    answer = manager.post("sip-accounts", ACCOUNT)
    assert answer.status == 201
    made = answer.body
    assert answer.headers["Location"] == f"/api/v1/sip-accounts/{made['id']}"
    assert made == {
        "id": made["id"],
        "kind": "voice",
        "extension": "102",
        "login": "kwiaty_102",
        "register_at": made["register_at"],
        "name": "Biuro",
        "internal_caller_id": None,
        "ring_timeout": 30,
        "call_waiting": True,
        "caller_id": {"mode": "restricted", "number": None},
        "international": "inherit",
        "media_encryption": "off",
        "max_rate": None,
        "outbound_pin_set": False,
        "monitoring": True,
        "monitoring_emails": [],
        "monitoring_paused_until": None,
        "sms_mail": True,
        "sms_emails": [],
        "sms_phones": True,
        "sms_webhook": True,
        "monitoring_state": None,
        "voicemail": {
            "enabled": False,
            "pin_set": False,
            "email": None,
            "greeting_on": {"no_answer": True, "busy": False},
            "greeting": None,
        },
        "forwarding": {"no_answer": None, "busy": None, "unavailable": None, "return_after": 30},
        "registered": False,
        "reachable": False,
        "contacts": [],
        "call_state": "idle",
        "last_seen": None,
        "created_at": made["created_at"],
        "changed_at": made["changed_at"],
        "version": 1,
        "fax_sending": False,
        "switch_to_fax": None,
        "sms_sender": made["sms_sender"],
    }
    assert made["sms_sender"]["mode"] == "random"
    assert manager.get(answer.headers["Location"]).body == made


def test_every_field_of_a_new_account_counts(manager: Api) -> None:
    wanted = {
        "kind": "voice",
        "extension": "102",
        "name": "  Biuro   główne ",
        "password": cast.SIP_PASSWORD,
        "internal_caller_id": "200",
        "ring_timeout": 45,
        "call_waiting": False,
    }
    made = manager.post("sip-accounts", wanted).body
    kept = SipAccount.objects.get(pk=made["id"])
    assert (kept.name, kept.internal_caller_id, kept.ring_timeout, kept.call_waiting) == (
        "Biuro główne",
        "200",
        45,
        False,
    )
    assert kept.password_digest == digest_of("kwiaty_102", cast.SIP_PASSWORD)


def test_every_setting_of_calls_outside_counts(manager: Api, kwiaty: cast.Company) -> None:
    Number.objects.create(e164="+48221234567", tenant=kwiaty.tenant)
    wanted = {
        "caller_id": {"mode": "number", "number": "22 123 45 67"},
        "international": "eea",
        "max_rate": "0.5",
        "outbound_pin": "4711",
    }
    made = manager.post("sip-accounts", ACCOUNT | wanted).body
    assert made["caller_id"] == {"mode": "number", "number": "+48221234567"}
    assert (made["international"], made["max_rate"], made["outbound_pin_set"]) == ("eea", "0.5000", True)
    assert "4711" not in str(made)
    kept = SipAccount.objects.get(pk=made["id"])
    assert is_pin("4711", kept.outbound_pin_digest)
    assert manager.get(f"sip-accounts/{kept.pk}").body == made


def test_each_setting_of_calls_outside_is_changed_alone(manager: Api, kwiaty: cast.Company) -> None:
    Number.objects.create(e164="+48221234567", tenant=kwiaty.tenant)
    made = manager.post("sip-accounts", ACCOUNT | {"outbound_pin": "4711", "max_rate": "2.00"}).body
    assert made["caller_id"]["number"] == "+48221234567", "the company's first number, where nothing is said"
    one = f"sip-accounts/{made['id']}"
    unchanged = {"changed_at", "version"}
    changes: list[tuple[dict[str, Any], dict[str, Any]]] = [
        ({"caller_id": {"mode": "restricted"}}, {"caller_id": {"mode": "restricted", "number": None}}),
        ({"international": "world"}, {"international": "world"}),
        ({"international": "inherit"}, {"international": "inherit"}),
        ({"max_rate": "0.0001"}, {"max_rate": "0.0001"}),
        ({"max_rate": None}, {"max_rate": None}),
        ({"outbound_pin": "0815"}, {"outbound_pin_set": True}),
        ({"outbound_pin": None}, {"outbound_pin_set": False}),
    ]
    for change, told in changes:
        before, after = manager.get(one).body, manager.patch(one, change).body
        differs = {name for name in after if after[name] != before[name]} - unchanged
        assert differs <= set(told)
        assert after == after | told


def test_an_account_from_before_there_were_numbers_shows_none(manager: Api, account: SipAccount) -> None:
    assert manager.get(f"sip-accounts/{account.pk}").body["caller_id"] is None


def test_a_number_of_another_company_is_refused(manager: Api, ksiegi: cast.Company) -> None:
    Number.objects.create(e164="+48222222222", tenant=ksiegi.tenant)
    caller_id = {"mode": "number", "number": "+48222222222"}
    assert manager.post("sip-accounts", ACCOUNT | {"caller_id": caller_id}).wrong == {"caller_id": ["not_owned"]}


def test_the_phones_that_are_registered_are_told(manager: Api, account: SipAccount) -> None:
    since = datetime(2026, 1, 31, 12, 0, tzinfo=UTC)
    uri = "sip:kwiaty_100@192.0.2.7:5060"
    Registration.objects.create(sip_account=account, node="node1", uri=uri, user_agent="baresip", since=since)
    seen = manager.get(f"sip-accounts/{account.pk}").body
    assert seen["registered"] is True
    contact = {"uri": uri, "user_agent": "baresip", "since": "2026-01-31T12:00:00.000Z", "reachable": None}
    assert seen["contacts"] == [contact]
    assert manager.get("tenant").body["counts"] == {"sip_accounts": 1, "registered": 1}


@pytest.mark.parametrize(("doing", "told"), [(Doing.RINGING, "ringing"), (Doing.IN_CALL, "in_call"), (None, "idle")])
def test_what_its_phones_do_is_told(manager: Api, account: SipAccount, doing: Doing | None, told: str) -> None:
    started = datetime(2026, 1, 31, 12, 0, tzinfo=UTC)
    record = CallRecord.objects.create(call_id="1.1", tenant=account.tenant, node="node1", started_at=started)
    CallRecordAccount.objects.create(call_record=record, sip_account=account, doing=doing)
    assert manager.get(f"sip-accounts/{account.pk}").body["call_state"] == told
    assert [one["call_state"] for one in manager.get("sip-accounts").body["items"]] == [told]
    assert manager.patch(f"sip-accounts/{account.pk}", {"ring_timeout": 20}).body["call_state"] == told


def test_an_extension_that_exists_is_a_conflict(manager: Api, account: SipAccount) -> None:
    answer = manager.post("sip-accounts", ACCOUNT | {"extension": account.extension})
    assert (answer.status, answer.kind, answer.wrong) == (409, "taken", {"extension": ["taken"]})


def test_two_companies_have_the_same_extension(account: SipAccount, stranger: Api) -> None:
    assert stranger.post("sip-accounts", ACCOUNT | {"extension": account.extension}).status == 201


def test_changing_one_field_keeps_the_others(manager: Api, account: SipAccount) -> None:
    SipAccount.objects.filter(pk=account.pk).update(internal_caller_id="200", call_waiting=False, ring_timeout=60)
    before = manager.get(f"sip-accounts/{account.pk}").body
    after = manager.patch(f"sip-accounts/{account.pk}", {"name": "Ola"}).body
    assert after == before | {"name": "Ola", "version": 2, "changed_at": after["changed_at"]}


def test_each_field_can_be_changed(manager: Api, account: SipAccount) -> None:
    password = "Nowe7haslo.Xq"
    changes = {"extension": "105", "internal_caller_id": "201", "ring_timeout": 5, "call_waiting": False}
    after = manager.patch(f"sip-accounts/{account.pk}", changes | {"name": "Ola", "password": password})
    assert after.status == 200
    assert {name: after.body[name] for name in changes} == changes
    account.refresh_from_db()
    assert account.password_digest == digest_of("kwiaty_105", password)
    assert manager.patch(f"sip-accounts/{account.pk}", {"internal_caller_id": None}).body["internal_caller_id"] is None


def test_a_new_extension_needs_a_new_password(manager: Api, account: SipAccount) -> None:
    answer = manager.patch(f"sip-accounts/{account.pk}", {"extension": "105"})
    assert (answer.status, answer.wrong) == (422, {"password": ["required"]})


def test_changing_to_an_extension_that_exists_is_a_conflict(
    manager: Api, account: SipAccount, kwiaty: cast.Company
) -> None:
    cast.phone(kwiaty.tenant, "101")
    changes = {"extension": "101", "password": cast.SIP_PASSWORD}
    assert manager.patch(f"sip-accounts/{account.pk}", changes).kind == "taken"


def test_who_saves_second_with_the_old_version_is_told(manager: Api, account: SipAccount) -> None:
    assert manager.patch(f"sip-accounts/{account.pk}", {"name": "Ola", "version": 1}).status == 200
    second = manager.patch(f"sip-accounts/{account.pk}", {"name": "Ela", "version": 1})
    assert (second.status, second.kind, second.wrong) == (409, "changed-meanwhile", {"version": ["stale"]})
    assert "2" in second.body["errors"][0]["message"]
    account.refresh_from_db()
    assert account.name == "Ola"


def test_a_deleted_account_is_gone(manager: Api, account: SipAccount) -> None:
    assert manager.delete(f"sip-accounts/{account.pk}").status == 204
    assert manager.get(f"sip-accounts/{account.pk}").status == 404
    assert manager.delete(f"sip-accounts/{account.pk}").status == 404


def test_the_list_is_filtered(manager: Api, kwiaty: cast.Company) -> None:
    for extension, name in [("100", "Bartek"), ("101", "Ola"), ("1001", "Magazyn")]:
        cast.phone(kwiaty.tenant, extension, name)

    def found(**query: str) -> list[str]:
        return [item["extension"] for item in manager.get("sip-accounts", **query).body["items"]]

    assert found() == ["100", "101", "1001"]
    assert found(extension="100") == ["100"]
    assert found(search="maGa") == ["1001"]
    assert found(kind="voice", search="kwiaty_101") == ["101"]
    assert found(search="%") == []


def test_all_wrong_fields_are_named_at_once(manager: Api) -> None:
    answer = manager.post("sip-accounts", {"extension": "1", "name": "", "password": "abc", "ring_timeout": 4})
    assert set(answer.wrong) == {"extension", "name", "password", "ring_timeout"}
    assert "too_short" in answer.wrong["password"]


def test_fields_that_are_not_built_yet_are_refused(manager: Api) -> None:
    later = {"fax": True, "recording": True}
    answer = manager.post("sip-accounts", ACCOUNT | later)
    assert answer.wrong == {name: ["unknown_field"] for name in later}


def test_an_account_says_where_its_phone_registers(manager: Api, account: SipAccount, settings: Settings) -> None:
    settings.SIP_PORT = 5070
    settings.BIND = "192.0.2.5"
    there = manager.get(f"sip-accounts/{account.pk}").body["register_at"]
    assert there[:2] == [{"transport": name, "host": "192.0.2.5", "port": 5070} for name in ("udp", "tcp")]
    settings.TLS_NAME, settings.TLS_PORT, settings.WSS_PORT = "sip.centralka.example", 5071, 8444
    there = manager.get(f"sip-accounts/{account.pk}").body["register_at"]
    secure = {"tls": 5071, "wss": 8444}
    assert there[2:] == [{"transport": n, "host": "sip.centralka.example", "port": p} for n, p in secure.items()]
    settings.BIND = "0.0.0.0"  # everywhere: where the API was reached
    assert manager.get(f"sip-accounts/{account.pk}").body["register_at"][0]["host"] == "testserver"
