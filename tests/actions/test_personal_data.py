"""RODO: what is known of a person, an extension or a number, is told; and erased but for what has to be kept."""

import json
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from centralka.actions import personal_data
from centralka.actions.errors import InvalidInput
from centralka.store import money
from centralka.store.models import (
    AuditEntry,
    CallRecord,
    ExternalNumber,
    LedgerEntry,
    Mail,
    SipAccount,
    Sms,
    SmsStop,
    VoicemailMessage,
    WebhookDelivery,
)
from centralka.store.models.call_record import CallRecordAccount
from centralka.store.sms_events import tell_of
from centralka.store.webhooks import queue_event
from tests import cast
from tests.operators import fraud_stop

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
ANNA, OTHER = "+48600100200", "+4860010020012"
"""The second is longer, and somebody else's."""


def call(company: cast.Company, name: str, from_number: str, to_number: str, **fields: object) -> CallRecord:
    return CallRecord.objects.create(
        call_id=name, tenant=company.tenant, from_number=from_number, to_number=to_number,
        **{"started_at": NOW, "ended_at": NOW, "direction": "out", "outcome": "answered", **fields},
    )  # fmt: skip


@pytest.fixture
def account(kwiaty: cast.Company) -> SipAccount:
    """Alicja's, who had calls, messages and mails."""
    made = cast.phone(kwiaty.tenant, "100", "Alicja", voicemail_enabled=True, voicemail_email="alicja@kwiaty.example")
    VoicemailMessage.objects.create(
        sip_account=made, node="n", msg_id="m", caller_number=ANNA, caller_name="Anna", received_at=NOW, seconds=3
    )
    Mail.objects.create(
        tenant=kwiaty.tenant, sip_account=made, kind="test", key="t", to="alicja@kwiaty.example", language="pl",
        state="sent", next_at=NOW, created_at=NOW,
    )  # fmt: skip
    return made


def booked(company: cast.Company, key: str, **details: object) -> None:
    money.book(company.tenant.pk, key=key, kind=LedgerEntry.Kind.TOP_UP, net=Decimal(1), at=NOW, details=details)


def told(company: cast.Company, who: str) -> str:
    return json.dumps(personal_data.export(personal_data.person(company.tenant, who)), default=str)


def test_a_number_is_told_and_erased_and_nobody_elses(
    kwiaty: cast.Company, ksiegi: cast.Company, account: SipAccount
) -> None:
    call(kwiaty, "to her", "100", "600100200")
    call(kwiaty, "from her", ANNA, "100", direction="in", from_name="Anna")
    call(kwiaty, "to another", "100", OTHER)
    call(ksiegi, "of another company", ANNA, "100", direction="in")
    planned = call(kwiaty, "perhaps", "101", "100", plan={"number": ANNA})
    call(kwiaty, "goes on", "100", ANNA, ended_at=None)
    call(kwiaty, "in a reason", "101", "100", why=[{"why": "forward_not_followed", "values": {"number": ANNA}}])
    ExternalNumber.objects.create(tenant=kwiaty.tenant, e164=ANNA, name="Anna")
    stop = fraud_stop(kwiaty.tenant)
    type(stop).objects.update(number=ANNA)
    booked(kwiaty, "a", number=ANNA)
    booked(kwiaty, "b", number=OTHER)
    before = told(kwiaty, "600 100 200")
    assert all(name in before for name in ("to her", "from her", "goes on", "in a reason", "Anna"))
    assert "to another" not in before

    done = personal_data.erase(personal_data.person(kwiaty.tenant, "600 100 200"))
    assert done.erased == {
        "calls": 3, "voice_messages": 1, "faxes": 0, "sent_faxes": 0,
        "text_messages": 0, "events": 0, "mails": 0, "external_numbers": 1, "stops": 1,
        "audit_log": 2, "plans": 1,
    }  # fmt: skip
    assert [(one["what"], one["count"]) for one in done.kept] == [("bookings", 1), ("calls", 1), ("files", None)]
    assert ANNA not in str(list(AuditEntry.objects.filter(tenant=kwiaty.tenant).values()))
    left = set(CallRecord.objects.values_list("call_id", flat=True))
    assert left == {"to another", "of another company", "perhaps", "goes on"}
    planned.refresh_from_db()
    assert planned.plan is None
    message = VoicemailMessage.objects.get()
    assert (message.caller_number, message.caller_name, message.order) == ("", "", "delete")
    CallRecord.objects.filter(call_id="goes on").update(ended_at=NOW)
    personal_data.erase(personal_data.person(kwiaty.tenant, ANNA))
    after = json.loads(told(kwiaty, ANNA))
    assert [name for name, found in after.items() if found] == ["number", "bookings"]


def test_an_account_goes_with_all_that_it_had_but_its_bookings(kwiaty: cast.Company, account: SipAccount) -> None:
    mine, others = call(kwiaty, "hers", "100", "101"), call(kwiaty, "others", "101", "102")
    CallRecordAccount.objects.create(call_record=mine, sip_account=account)
    booked(kwiaty, "monthly", extension="100")
    before = told(kwiaty, "100")
    assert "kwiaty_100" in before
    assert account.password_digest not in before
    done = personal_data.erase(personal_data.person(kwiaty.tenant, "100"))
    assert (done.erased["accounts"], done.erased["calls"], done.erased["mails"]) == (1, 1, 1)
    assert done.kept[0]["what"] == "bookings"
    assert "Accounting Act" in done.kept[0]["why"]
    assert list(CallRecord.objects.all()) == [others]
    assert not SipAccount.objects.exists()
    assert not VoicemailMessage.objects.exists()
    assert not Mail.objects.exists()
    assert LedgerEntry.objects.count() == 1


def text_message(company: cast.Company, text: str, state: str, number: str = ANNA, **fields: object) -> Sms:
    return Sms.objects.create(
        tenant=company.tenant, direction="out", number=number, text=text, state=state, key=text, next_at=NOW,
        created_at=NOW, **fields,
    )  # fmt: skip


def sms_booked(company: cast.Company, sms: Sms) -> None:
    kind, details = LedgerEntry.Kind.SMS, {"number": sms.number, "from": sms.sender, "sms": sms.pk}
    key = money.message_channel(sms.key)
    money.book(company.tenant.pk, key=key, kind=kind, net=Decimal(0), at=NOW, details=details)


def test_text_messages_of_a_number_go_but_for_the_one_on_its_way_and_her_stop(
    kwiaty: cast.Company, ksiegi: cast.Company
) -> None:
    for text, state in (("Zapraszamy", "delivered"), ("STOP", "received"), ("W drodze", "unknown")):
        text_message(kwiaty, text, state)
    text_message(kwiaty, "Do innej", "delivered", OTHER)
    text_message(ksiegi, "Od innej firmy", "delivered")
    SmsStop.objects.create(tenant=kwiaty.tenant, number=ANNA, text="STOP", at=NOW)
    before = json.loads(told(kwiaty, ANNA))
    assert [one["text"] for one in before["text_messages"]] == ["Zapraszamy", "STOP", "W drodze"]
    assert [one["text"] for one in before["wants_no_text_messages"]] == ["STOP"]

    done = personal_data.erase(personal_data.person(kwiaty.tenant, ANNA))
    assert done.erased["text_messages"] == 2
    assert [(one["what"], one["count"]) for one in done.kept] == [
        ("text_messages", 1), ("wants_no_text_messages", 1), ("files", None),
    ]  # fmt: skip
    assert set(Sms.objects.values_list("text", flat=True)) == {"W drodze", "Do innej", "Od innej firmy"}


def test_what_a_program_was_told_of_an_account_goes_with_it(kwiaty: cast.Company, account: SipAccount) -> None:
    kwiaty.tenant.webhook = "https://kwiaty.example/hook"
    for number, pk in enumerate((account.pk, account.pk * 10 + 1)):
        queue_event(kwiaty.tenant, "account.gone", {"account": {"id": pk, "name": "Alicja"}}, f"k{number}", NOW)
    assert "account.gone" in told(kwiaty, "100")
    assert personal_data.erase(personal_data.person(kwiaty.tenant, "100")).erased["events"] == 1
    assert [row.key for row in WebhookDelivery.objects.all()] == ["k1"]


def test_what_a_program_was_told_of_messages_of_a_number_goes_with_it(kwiaty: cast.Company) -> None:
    kwiaty.tenant.webhook, kwiaty.tenant.webhook_sms = "https://kwiaty.example/hook", True
    kwiaty.tenant.save()
    for number in (ANNA, OTHER):
        sms = Sms.objects.create(
            tenant=kwiaty.tenant, direction="in", number=number, text="Tajne", state="received", key=number,
            next_at=NOW, created_at=NOW,
        )  # fmt: skip
        tell_of(sms, NOW)
    assert "sms.received" in told(kwiaty, ANNA)
    assert personal_data.erase(personal_data.person(kwiaty.tenant, ANNA)).erased["events"] == 1
    assert OTHER in WebhookDelivery.objects.get().body


def test_text_messages_of_an_account_go_and_their_bookings_are_told_and_stay(
    kwiaty: cast.Company, account: SipAccount
) -> None:
    mine = text_message(kwiaty, "Od Alicji", "delivered", sender="KWIATY", sip_account=account)
    others = text_message(kwiaty, "Od Bartka", "delivered", sender="KWIATY")
    sms_booked(kwiaty, mine)
    sms_booked(kwiaty, others)
    before = json.loads(told(kwiaty, "100"))
    assert [one["text"] for one in before["text_messages"]] == ["Od Alicji"]
    assert [one["key"] for one in before["bookings"]] == ["sms:Od Alicji"]

    done = personal_data.erase(personal_data.person(kwiaty.tenant, "100"))
    assert done.erased["text_messages"] == 1
    assert (done.kept[0]["what"], done.kept[0]["count"]) == ("bookings", 1)
    assert list(Sms.objects.all()) == [others]
    assert LedgerEntry.objects.count() == 2


@pytest.mark.parametrize("who", ["", "999", "Anna", "12"])
def test_whoever_is_not_known_is_refused(who: str, kwiaty: cast.Company) -> None:
    with pytest.raises(InvalidInput):
        personal_data.person(kwiaty.tenant, who)
