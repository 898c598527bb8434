"""The audit log: every model is audited or named here with its reason, and nothing is noted without its change."""

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.db import transaction
from django.utils import timezone

from centralka.panel.audit.words import _FIELDS, WHAT
from centralka.store.acting import Acting, Kind, acting_as
from centralka.store.models import Audited, AuditEntry, Forward, HoldMusic, Number, PriceList, SipAccount, Tenant
from tests import cast

NOT_AUDITED = {
    "AccountWatch": "monitoring", "Outage": "monitoring", "MonitoringNews": "monitoring", "PresenceBeat": "monitoring",
    "AuditEntry": "the log itself",
    "BlockedStranger": "the switchboard's; lifting is noted by the action",
    "BrowserPhone": "a window that calls, not a change",
    "CallChanges": "counts", "CallRecord": "the history of calls", "CallRecordAccount": "the history of calls",
    "Consent": "kept for good by itself",
    "LedgerEntry": "kept for good by itself; the operator's are noted by the action",
    "Reservation": "of running calls", "Spent": "counts", "StaleLamp": "an order of the switchboard's",
    "Edge": "processes", "EngineNode": "processes", "JournalPosition": "processes", "Registration": "phones",
    "Fax": "comes from outside; deleting is noted by the action", "FaxFile": "of a fax", "FaxPage": "of a fax",
    "FaxDocument": "has its own log", "FaxDocumentFile": "of a fax", "FaxDocumentPage": "of a fax",
    "FaxTry": "of a fax", "SentFax": "has its own log; cancelling is noted by the action",
    "FraudStop": "made by calls; lifting is noted by the action",
    "HangUp": "an order; noted by the action",
    "Mail": "has its own log", "WebhookDelivery": "has its own log",
    "Price": "thousands of rows; the revision, and a row changed by hand, are noted",
    "SmsPrice": "rows; that they were changed is noted by the action",
    "RequestKey": "of requests", "SettingsFetch": "has its own log",
    "Sms": "has its own log", "SmsPart": "of a message", "SmsPiece": "of a message",
    "PanelSession": "signing in and out; ending one is noted by the action",
    "RecoveryCode": "noted by the action",
    "SmsStop": "made by people outside; lifting is noted by the action",
    "VoicemailAudio": "of a message", "VoicemailMessage": "comes from callers; deleting is noted by the action",
}  # fmt: skip
PEOPLE = Acting(Kind.PERSON, "alicja@kwiaty.example", "203.0.113.7", tenants=frozenset())


def _audited() -> list[type[Audited]]:
    return [one for one in apps.get_app_config("store").get_models() if issubclass(one, Audited)]


def test_every_model_is_audited_or_has_a_reason() -> None:
    others = {one.__name__ for one in apps.get_app_config("store").get_models() if not issubclass(one, Audited)}
    assert others == set(NOT_AUDITED)


@pytest.mark.parametrize("model", _audited(), ids=lambda model: model.__name__)
def test_what_could_be_secret_is_no_value(model: type[Audited]) -> None:
    secret = re.compile("password|secret|pin_|digest|token|nonce|callback|mark$|key")
    shown = [one.name for one in model.audited_fields() if not model.is_secret(one)]
    assert [name for name in shown if secret.search(name)] == []


@pytest.mark.parametrize("model", _audited(), ids=lambda model: model.__name__)
def test_things_and_fields_have_words(model: type[Audited]) -> None:
    assert model._meta.db_table in WHAT
    assert [one.name for one in model.audited_fields() if one.name not in _FIELDS] == []


def test_no_raw_statement_writes_an_audited_column() -> None:
    tables = "|".join(one._meta.db_table for one in _audited())
    writes = re.compile(rf"(?:UPDATE|DELETE FROM|INSERT INTO) (?:{tables})\b", re.IGNORECASE)
    source = Path(__file__).parents[2] / "src" / "centralka"
    found = {
        (path.name, match.group())
        for path in source.rglob("*.py")
        if not {"migrations", "edge"} & set(path.parts)  # the edge has a database of its own
        for match in writes.finditer(path.read_text())
    }
    # A country that was called while nobody had to be asked: nobody changed anything. And the balance, whose bookings
    # are all kept (`LedgerEntry`).
    assert "balance" not in {one.name for one in Tenant.audited_fields()}
    assert found == {("fraud.py", "INSERT INTO known_country"), ("money.py", "UPDATE tenant")}


def _told(*, what: str | None = None) -> list[tuple[str, str, str, list[list[str]]]]:
    found = AuditEntry.objects.order_by("id")
    return [(one.did, one.what, one.title, one.changes) for one in (found.filter(what=what) if what else found)]


def test_a_change_is_noted_with_both_values_and_who_made_it(kwiaty: cast.Company) -> None:
    phone = cast.phone(kwiaty.tenant, "100", "Bartek")
    AuditEntry.objects.all().delete()
    phone.ring_timeout, phone.password_digest = 45, "0" * 32
    with acting_as(PEOPLE):
        phone.save()
    entry = AuditEntry.objects.get()
    assert (entry.tenant, entry.by, entry.who, entry.address) == (
        kwiaty.tenant, "person", "alicja@kwiaty.example", "203.0.113.7",
    )  # fmt: skip
    assert sorted(entry.changes) == [["password_digest"], ["ring_timeout", "30", "45"]]
    assert entry.title == "100 Bartek"


def test_statements_over_many_rows_are_noted_too(kwiaty: cast.Company) -> None:
    first, second = cast.phone(kwiaty.tenant, "100", "Bartek"), cast.phone(kwiaty.tenant, "101", "Marek")
    AuditEntry.objects.all().delete()
    SipAccount.objects.filter(tenant=kwiaty.tenant).update(call_waiting=False)
    assert _told() == [
        ("changed", "sip_account", "100 Bartek", [["call_waiting", "true", "false"]]),
        ("changed", "sip_account", "101 Marek", [["call_waiting", "true", "false"]]),
    ]
    AuditEntry.objects.all().delete()
    SipAccount.objects.filter(pk__in=[first.pk, second.pk]).delete()
    assert [(did, title) for did, _what, title, _changes in _told()] == [
        ("removed", "100 Bartek"), ("removed", "101 Marek"),
    ]  # fmt: skip


def test_what_stays_as_it_was_or_is_written_by_machines_is_not_noted(kwiaty: cast.Company) -> None:
    phone = cast.phone(kwiaty.tenant, "100", "Bartek")
    AuditEntry.objects.all().delete()
    phone.save()
    phone.charged_month = "2026-11"
    phone.save(update_fields=["charged_month"])
    SipAccount.objects.filter(pk=phone.pk).update(ring_timeout=30)
    Tenant.objects.filter(pk=kwiaty.tenant.pk).update(balance=5)
    assert _told() == []


def test_a_change_that_comes_to_nothing_is_not_noted(kwiaty: cast.Company) -> None:
    AuditEntry.objects.all().delete()
    with transaction.atomic():
        cast.phone(kwiaty.tenant, "100", "Bartek")
        transaction.set_rollback(True)
    assert _told() == []


def test_a_number_that_goes_to_another_company_tells_neither_of_the_other(
    kwiaty: cast.Company, ksiegi: cast.Company
) -> None:
    number = Number.objects.create(e164="+48221234567", tenant=kwiaty.tenant)
    AuditEntry.objects.all().delete()
    Number.objects.filter(pk=number.pk).update(tenant=ksiegi.tenant)
    assert list(AuditEntry.objects.order_by("id").values_list("tenant", "did", "changes")) == [
        (kwiaty.tenant.pk, "removed", []), (ksiegi.tenant.pk, "added", []),
    ]  # fmt: skip


def test_what_a_row_points_at_is_told_by_name(kwiaty: cast.Company) -> None:
    phone, other = cast.phone(kwiaty.tenant, "100", "Bartek"), cast.phone(kwiaty.tenant, "101", "Marek")
    Forward.objects.create(sip_account=phone, condition="busy", kind="extension", target=other)
    assert _told(what="forward") == [
        ("added", "forward", "100 Bartek", [
            ["sip_account", "", "100 Bartek"], ["condition", "", "busy"], ["kind", "", "extension"],
            ["target", "", "101 Marek"],
        ]),
    ]  # fmt: skip


def test_what_pointed_at_a_row_that_goes_is_told_with_its_name(kwiaty: cast.Company) -> None:
    phone, other = cast.phone(kwiaty.tenant, "100", "Bartek"), cast.phone(kwiaty.tenant, "101", "Marek")
    Number.objects.create(e164="+48221234567", tenant=kwiaty.tenant, sip_account=other)
    Forward.objects.create(sip_account=phone, condition="busy", kind="extension", target=other)
    AuditEntry.objects.all().delete()
    SipAccount.objects.filter(pk=other.pk).delete()
    assert sorted((did, what, title) for did, what, title, _changes in _told()) == [
        ("changed", "forward", "100 Bartek"), ("changed", "number", "+48221234567"),
        ("removed", "sip_account", "101 Marek"),
    ]  # fmt: skip
    assert _told(what="number")[0][3] == [["sip_account", "101 Marek", ""]]
    assert _told(what="forward")[0][3] == [["target", "101 Marek", ""]]


def test_of_a_program_s_address_the_host_alone_is_noted(kwiaty: cast.Company) -> None:
    """Whoever has the whole address of a chat's or an automation's hook can write there."""
    AuditEntry.objects.all().delete()
    for address in (
        "https://hooks.example/T0/s3cret",
        "https://anna:s3cret@hooks.example/T1",
        "https://crm.example/in",
    ):
        kwiaty.tenant.webhook = address
        kwiaty.tenant.save(update_fields=["webhook"])
    assert [changes for _did, _what, _title, changes in _told()] == [
        [["webhook", "", "hooks.example"]], [["webhook"]], [["webhook", "hooks.example", "crm.example"]],
    ]  # fmt: skip


def test_sound_is_no_value(kwiaty: cast.Company) -> None:
    HoldMusic.objects.create(tenant=kwiaty.tenant, wav=b"RIFF", seconds=2.0, version="a", changed_at=timezone.now())
    assert _told(what="hold_music")[0][3] == [["seconds", "", "2.0"]]


def test_the_operators_things_are_of_no_company(db: None) -> None:
    with acting_as(Acting(Kind.COMMAND, "root", operator=True)):
        PriceList.objects.create(name="Standard")
    entry = AuditEntry.objects.get()
    assert (entry.tenant, entry.by, entry.who, entry.by_operator) == (None, "command", "root", True)
