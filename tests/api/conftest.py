"""Tokens of each kind: a manager's and a reader's of `kwiaty`, a manager's of `ksiegi`, the operator's."""

from datetime import UTC, datetime
from typing import Any

import pytest

from centralka.actions.tokens import make_operator_token, make_token, revoke_token
from centralka.sound.wav_files import Sound, wav_of
from centralka.store.models import CallRecord, Greeting, Role, SipAccount, VoicemailAudio, VoicemailMessage
from tests import cast
from tests.api.client import Api


def token_of(company: cast.Company, role: Role) -> str:
    """A new token of the company; its text."""
    return make_token(company.owner, f"test {role}", role)[1]


@pytest.fixture
def manager(kwiaty: cast.Company) -> Api:
    return Api(token_of(kwiaty, Role.MANAGER))


@pytest.fixture
def owner(kwiaty: cast.Company) -> Api:
    return Api(token_of(kwiaty, Role.OWNER))


@pytest.fixture
def reader(kwiaty: cast.Company) -> Api:
    return Api(token_of(kwiaty, Role.READER))


@pytest.fixture
def stranger(ksiegi: cast.Company) -> Api:
    return Api(token_of(ksiegi, Role.MANAGER))


@pytest.fixture
def revoked(kwiaty: cast.Company) -> Api:
    old, text = make_token(kwiaty.owner, "old", Role.MANAGER)
    revoke_token(kwiaty.owner, old.pk)
    return Api(text)


@pytest.fixture
def operator(db: None) -> Api:
    return Api(make_operator_token("test"))


@pytest.fixture
def nobody(db: None) -> Api:
    return Api()


@pytest.fixture
def account(kwiaty: cast.Company) -> SipAccount:
    """Bartek's phone."""
    return cast.phone(kwiaty.tenant, "100", "Bartek")


def call(company: cast.Company, call_id: str, *accounts: SipAccount, **fields: Any) -> CallRecord:
    """A call from 100 to 101 that was answered, or what `fields` say instead."""
    record = CallRecord.objects.create(
        **{
            "call_id": call_id,
            "node": "node1",
            "tenant": company.tenant,
            "from_number": "100",
            "from_name": "Bartek",
            "to_number": "101",
            "started_at": datetime(2026, 1, 31, 12, 0, 0, tzinfo=UTC),
            "answered_at": datetime(2026, 1, 31, 12, 0, 5, tzinfo=UTC),
            "ended_at": datetime(2026, 1, 31, 12, 1, 5, tzinfo=UTC),
            "outcome": "answered",
            **fields,
        }
    )
    record.accounts.set(accounts)
    return record


def message(account: SipAccount, **fields: Any) -> VoicemailMessage:
    """A message of two seconds that nobody has heard, or what `fields` say instead."""
    count = VoicemailMessage.objects.count()
    made = VoicemailMessage.objects.create(
        **{
            "sip_account": account,
            "node": "node1",
            "msg_id": f"node1/1769860800-{count:08x}",
            "caller_number": "+48600100200",
            "caller_name": "Anna",
            "received_at": datetime(2026, 1, 31, 12, count, 0, tzinfo=UTC),
            "seconds": 2,
            **fields,
        }
    )
    VoicemailAudio.objects.create(message=made, wav=wav_of(Sound(bytes(32_000), 8_000)))
    return made


def greeting(account: SipAccount) -> Greeting:
    """An own greeting of one second."""
    return Greeting.objects.create(
        sip_account=account,
        wav=wav_of(Sound(bytes(32_000), 16_000)),
        seconds=1.0,
        source=Greeting.Source.PHONE,
        version="a",
        changed_at=datetime(2026, 1, 31, 12, 0, 0, tzinfo=UTC),
    )
