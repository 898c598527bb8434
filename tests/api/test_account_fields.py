"""Each field of an account is written and read by the API: one that was forgotten there fails here."""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from pydantic_core import PydanticUndefined

from centralka.actions.account.blocks import FIELDS, SECRETS, SipAccountInput, current_input
from centralka.actions.account.forwarding import ForwardChoice
from centralka.actions.sms.senders import SenderChoice
from centralka.api.account.advanced import AdvancedIn
from centralka.api.account.general import GeneralIn
from centralka.sms.senders import Mode
from centralka.store.models import ExternalNumber, SipAccount
from tests import cast
from tests.api.client import Api

GUIDE = (Path(__file__).parents[2] / "docs" / "api.md").read_text()
SENT = {
    "extension": "109",
    "name": "Magazyn",
    "password": cast.SIP_PASSWORD,
    "internal_caller_id": "200",
    "ring_timeout": 17,
    "call_waiting": False,
    "caller_id": {"mode": "number", "number": "+48221234567"},
    "sms_sender": {"mode": "name", "name": "KWIATY"},
    "media_encryption": "srtp",
    "international": "world",
    "max_rate": "0.7500",
    "outbound_pin": "4711",
    "fax_sending": True,
    "switch_to_fax": "15",
    "monitoring": False,
    "monitoring_emails": ["a@example.pl", "b@example.pl"],
    "monitoring_paused_until": "2099-12-01T07:00:00.000Z",
    "sms_mail": False,
    "sms_emails": ["sms@example.pl", "b@example.pl"],
    "sms_phones": False,
    "sms_webhook": False,
    "voicemail": {
        "enabled": True,
        "pin": "7391",
        "email": "a@example.pl",
        "greeting_on": {"no_answer": False, "busy": True},
    },
    "forwarding": {
        "no_answer": {"type": "extension", "extension": "11"},
        "busy": {"type": "external", "number": "+48600100200"},
        "unavailable": {"type": "voicemail"},
        "return_after": 45,
    },
}
"""Every field otherwise than a new account has it."""
WANTED = {
    "extension": "109",
    "name": "Magazyn",
    "internal_caller_id": "200",
    "ring_timeout": 17,
    "call_waiting": False,
    "caller_id": "+48221234567",
    "caller_id_restricted": False,
    "sms_sender": SenderChoice(Mode.NAME, name="KWIATY"),
    "media_encryption": "srtp",
    "international": "world",
    "max_rate": Decimal("0.75"),
    "fax_sending": True,
    "switch_to_fax": "15",
    "monitoring": False,
    "monitoring_emails": "a@example.pl, b@example.pl",
    "monitoring_paused_until": datetime(2099, 12, 1, 7, tzinfo=UTC),
    "sms_mail": False,
    "sms_emails": "sms@example.pl, b@example.pl",
    "sms_phones": False,
    "sms_webhook": False,
    "voicemail_enabled": True,
    "voicemail_email": "a@example.pl",
    "greeting_on_no_answer": False,
    "greeting_on_busy": True,
    "return_after": 45,
    "forward_no_answer": ForwardChoice("extension", extension="11"),
    "forward_busy": ForwardChoice("external", number="+48600100200"),
    "forward_unavailable": ForwardChoice("voicemail"),
}
"""The same in the words of the action."""


def test_every_field_is_written_and_read(manager: Api, kwiaty: cast.Company, account: SipAccount) -> None:
    cast.line_outside(kwiaty.tenant, "+48221234567")
    cast.phone(kwiaty.tenant, "11")
    cast.sender_name(kwiaty.tenant, "KWIATY")
    cast.fax_account(kwiaty.tenant, "15")
    ExternalNumber.objects.create(tenant=kwiaty.tenant, e164="+48600100200", name="Serwis")
    before = current_input(account)
    assert WANTED.keys() == FIELDS.difference(SECRETS)
    answer = manager.patch(f"sip-accounts/{account.pk}", SENT)
    assert answer.status == 200
    after = current_input(SipAccount.objects.get(pk=account.pk))
    assert after == WANTED
    assert [field for field in after if after[field] == before[field]] == ["caller_id_restricted"]
    assert missing(SENT, answer.body) == []


def test_every_field_is_in_the_guide_of_the_api() -> None:
    fields = {**GeneralIn.model_fields, **AdvancedIn.model_fields}
    assert [name for name in fields if f"| `{name}` |" not in GUIDE] == []


def test_what_the_document_calls_a_default_is_one() -> None:
    named = {name: field.default for name, field in GeneralIn.model_fields.items() if not field.is_required()}
    told = {name: default for name, default in named.items() if default is not PydanticUndefined}
    assert told == {name: getattr(SipAccountInput, name) for name in told}
    assert told["ring_timeout"] == 30


def missing(sent: dict[str, Any], told: dict[str, Any]) -> list[str]:
    """What was sent and is not told; of a secret it is told that there is one."""
    return [name for name, value in sent.items() if not is_told(name, value, told)]


def is_told(name: str, value: Any, told: dict[str, Any]) -> bool:
    if name == "password":
        return True
    if name in ("pin", "outbound_pin"):
        return told[f"{name}_set"] is True
    return missing(value, told[name]) == [] if isinstance(value, dict) else bool(told[name] == value)
