"""What was kept long enough goes: each kind after its own time, some at a time; bookings never."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.contrib.sessions.models import Session
from pytest_django import Settings

from centralka.outbox.retention import Retention
from centralka.store import money
from centralka.store.models import (
    AuditEntry,
    CallRecord,
    Fax,
    FraudStop,
    LedgerEntry,
    Mail,
    PanelSession,
    Sms,
    Tenant,
    VoicemailMessage,
)
from centralka.store.retention import AT_ONCE
from tests import cast
from tests.operators import fraud_stop

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
DAY = timedelta(days=1)
Look = Callable[[datetime], object]


@pytest.fixture(autouse=True)
def _days(settings: Settings) -> None:
    settings.KEEP_CALLS_DAYS, settings.KEEP_MESSAGES_DAYS, settings.KEEP_FAXES_DAYS = 30, 20, 10
    settings.KEEP_MAILS_DAYS, settings.KEEP_AUDIT_DAYS, settings.KEEP_SMS_DAYS = 5, 40, 15


def call(tenant: Tenant, name: str, age: timedelta, *, ended: bool = True) -> None:
    CallRecord.objects.create(
        call_id=name, tenant=tenant, started_at=NOW - age, ended_at=NOW - age if ended else None, search=" x "
    )


def mail(tenant: Tenant, name: str, age: timedelta, state: str = "sent") -> None:
    Mail.objects.create(
        tenant=tenant, kind="test", key=name, to="a@x.example", language="pl", state=state, next_at=NOW,
        created_at=NOW - age,
    )  # fmt: skip


def text_message(tenant: Tenant, name: str, age: timedelta, state: str = "delivered") -> None:
    Sms.objects.create(
        tenant=tenant, direction="out", number="+48600100200", text="x", state=state, key=name, next_at=NOW,
        created_at=NOW - age,
    )  # fmt: skip


def test_each_kind_goes_after_its_time_and_what_still_goes_on_stays(kwiaty: cast.Company) -> None:
    tenant = kwiaty.tenant
    account = cast.phone(tenant, "100", voicemail_enabled=True)
    for age in (29 * DAY, 31 * DAY):
        call(tenant, f"call {age}", age)
    call(tenant, "still going on", 99 * DAY, ended=False)
    for age in (19 * DAY, 21 * DAY):
        VoicemailMessage.objects.create(
            sip_account=account, node="n", msg_id=f"m{age}", received_at=NOW - age, seconds=3
        )
    for age in (9 * DAY, 11 * DAY):
        Fax.objects.create(sip_account=account, key=f"f{age}", call_id="c", received_at=NOW - age, pages=1)
    for age in (4 * DAY, 6 * DAY):
        mail(tenant, f"mail {age}", age)
    mail(tenant, "waits", 9 * DAY, state="queued")
    for age in (14 * DAY, 16 * DAY):
        text_message(tenant, f"sms {age}", age)
    for state in ("queued", "sending", "unknown"):
        text_message(tenant, state, 99 * DAY, state)
    FraudStop.objects.filter(pk=fraud_stop(tenant).pk).update(lifted_at=NOW - 41 * DAY)
    still_open = fraud_stop(tenant, area="SO")
    FraudStop.objects.filter(pk=still_open.pk).update(at=NOW - 99 * DAY)
    AuditEntry.objects.all().delete()
    for age in (39 * DAY, 41 * DAY):
        AuditEntry.objects.create(at=NOW - age, by="system", did="added", what="x", title=f"{age}")
    kind = LedgerEntry.Kind.TOP_UP
    money.book(tenant.pk, key="old", kind=kind, net=Decimal(1), at=NOW - 9999 * DAY)

    assert not Retention().look(NOW)
    assert set(CallRecord.objects.values_list("call_id", flat=True)) == {f"call {29 * DAY}", "still going on"}
    assert list(VoicemailMessage.objects.filter(deleted_at=None).values_list("msg_id", flat=True)) == [f"m{19 * DAY}"]
    assert VoicemailMessage.objects.filter(order="delete").count() == 1, "the engine removes its recording"
    assert list(Fax.objects.values_list("key", flat=True)) == [f"f{9 * DAY}"]
    assert set(Mail.objects.values_list("key", flat=True)) == {f"mail {4 * DAY}", "waits"}
    assert set(Sms.objects.values_list("key", flat=True)) == {f"sms {14 * DAY}", "queued", "sending", "unknown"}
    assert list(FraudStop.objects.all()) == [still_open]
    assert list(AuditEntry.objects.values_list("title", flat=True)) == [f"{39 * DAY}"]
    assert LedgerEntry.objects.count() == 1


@pytest.mark.django_db
def test_nought_keeps_for_ever(kwiaty: cast.Company, settings: Settings) -> None:
    settings.KEEP_CALLS_DAYS = 0
    call(kwiaty.tenant, "ancient", 9999 * DAY)
    Retention().look(NOW)
    assert CallRecord.objects.exists()


@pytest.mark.django_db
def test_many_go_some_at_a_time_and_other_work_comes_between(kwiaty: cast.Company) -> None:
    CallRecord.objects.bulk_create(
        CallRecord(call_id=f"c{n}", tenant=kwiaty.tenant, started_at=NOW - 31 * DAY, ended_at=NOW - 31 * DAY)
        for n in range(2 * AT_ONCE + 1)
    )
    hurried = Retention(seconds=-1)
    assert hurried.look(NOW), "there is more to do"
    assert CallRecord.objects.count() == AT_ONCE + 1
    assert hurried.look(NOW)
    assert not hurried.look(NOW)
    assert not CallRecord.objects.exists()


@pytest.mark.django_db
def test_it_looks_once_an_hour_and_again_when_the_clock_was_put_back(kwiaty: cast.Company) -> None:
    retention = Retention()
    retention.look(NOW)
    call(kwiaty.tenant, "old", 31 * DAY)
    retention.look(NOW + timedelta(minutes=59))
    assert CallRecord.objects.exists()
    retention.look(NOW - timedelta(minutes=1))
    assert not CallRecord.objects.exists()


def test_addresses_of_sessions_that_are_over_go(kwiaty: cast.Company) -> None:
    assert kwiaty.owner.person
    Session.objects.create(session_key="goes on", session_data="", expire_date=NOW + DAY)
    for key, age in (("goes on", 9 * DAY), ("over", 2 * DAY), ("just over", timedelta(hours=1))):
        PanelSession.objects.create(
            person=kwiaty.owner.person, session_key=key, address="203.0.113.7", began_at=NOW - age
        )
    Retention().look(NOW)
    assert set(PanelSession.objects.values_list("session_key", flat=True)) == {"goes on", "just over"}
