"""Rows → what follows when an account does not take a call: its forwards and its mailbox."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from centralka.calls.called_number import Arrival
from centralka.calls.facts import (
    CallFacts,
    Condition,
    Mailbox,
    ToExtension,
    ToNobody,
    ToOutside,
    ToVoicemail,
    Unanswered,
)
from centralka.store.facts import call_facts, incoming_facts
from centralka.store.models import (
    ExternalNumber,
    Forward,
    Greeting,
    Level,
    Number,
    SipAccount,
    Trunk,
    VoicemailMessage,
)
from tests import cast

NOW = datetime(2026, 11, 16, 12, tzinfo=UTC)
OWN = "+48221234567"


@pytest.fixture
def account(kwiaty: cast.Company) -> SipAccount:
    """Alicja's 100, whose company has a number, a trunk and prices."""
    return cast.phone(kwiaty.tenant, "100", "Alicja", caller_id=cast.line_outside(kwiaty.tenant, OWN))


def facts(dialled: str) -> CallFacts:
    found = call_facts(login="kwiaty_100", dialled=dialled, now=NOW)
    assert found is not None
    return found


def change(account: SipAccount, **fields: object) -> None:
    SipAccount.objects.filter(pk=account.pk).update(**fields)


def follows(callee: SipAccount) -> Unanswered:
    return facts(callee.extension).unanswered


def forward(account: SipAccount, condition: Condition, kind: str, **target: object) -> Forward:
    return Forward.objects.create(sip_account=account, condition=condition, kind=kind, **target)


def test_an_account_without_forwards_and_mailbox_has_nothing_to_follow(account: SipAccount) -> None:
    callee = cast.phone(account.tenant, "101")
    assert follows(callee) == Unanswered({}, 30, None)


def test_each_condition_has_its_target(account: SipAccount) -> None:
    callee, other = cast.phone(account.tenant, "101"), cast.phone(account.tenant, "11")
    ola = ExternalNumber.objects.create(tenant=account.tenant, e164="+48600100200", name="Ola")
    change(callee, return_after=45, voicemail_enabled=True)
    forward(callee, Condition.NO_ANSWER, "extension", target=other)
    forward(callee, Condition.BUSY, "external", external=ola)
    forward(callee, Condition.UNAVAILABLE, "voicemail")
    found = follows(callee)
    no_answer, busy = found.forwards[Condition.NO_ANSWER], found.forwards[Condition.BUSY]
    assert isinstance(no_answer, ToExtension)
    assert (no_answer.account.login, no_answer.account.extension) == (other.login, "11")
    assert isinstance(busy, ToOutside)
    assert (busy.name, busy.outside.destination.number) == ("Ola", "+48600100200")
    assert found.forwards[Condition.UNAVAILABLE] == ToVoicemail()
    assert (found.return_after, found.mailbox) == (45, Mailbox(False, True, False, False))


def test_a_forward_outside_is_under_the_permission_and_the_ceiling_of_who_forwards(account: SipAccount) -> None:
    callee = cast.phone(account.tenant, "101")
    change(callee, international=Level.WORLD, max_rate=Decimal("0.05"))
    ola = ExternalNumber.objects.create(tenant=account.tenant, e164="+48600100200", name="Ola")
    forward(callee, Condition.BUSY, "external", external=ola)
    busy = follows(callee).forwards[Condition.BUSY]
    assert isinstance(busy, ToOutside)
    assert (busy.outside.level.value, busy.outside.max_rate) == ("world", Decimal("0.05"))


def test_deleted_targets_and_those_of_another_company_are_nobody(account: SipAccount) -> None:
    callee = cast.phone(account.tenant, "101")
    strangers = cast.celinas_company().tenant
    forward(callee, Condition.NO_ANSWER, "extension", target=cast.phone(strangers, "55"))
    number = ExternalNumber.objects.create(tenant=strangers, e164="+48600100200", name="Ola")
    forward(callee, Condition.BUSY, "external", external=number)
    gone = forward(callee, Condition.UNAVAILABLE, "extension", target=cast.phone(account.tenant, "12"))
    assert gone.target
    gone.target.delete()
    assert set(follows(callee).forwards.values()) == {ToNobody()}


@pytest.mark.parametrize("messages, seconds, full", [(0, 0, False), (99, 10, False), (100, 10, True), (20, 180, True)])
def test_a_mailbox_is_full_by_messages_or_by_minutes(
    account: SipAccount, messages: int, seconds: int, full: bool
) -> None:
    change(account, voicemail_enabled=True)
    for number in range(messages):
        leave_message(account, f"m{number}", seconds)
    found = facts("*98")
    assert found.mailbox
    assert found.mailbox.full == full


def test_deleted_messages_take_no_room(account: SipAccount) -> None:
    change(account, voicemail_enabled=True)
    for number in range(100):
        leave_message(account, f"m{number}", 10)
    VoicemailMessage.objects.filter(msg_id="m7").update(deleted_at=NOW)
    found = facts("*98")
    assert found.mailbox
    assert not found.mailbox.full


def leave_message(account: SipAccount, msg_id: str, seconds: int) -> None:
    VoicemailMessage.objects.create(sip_account=account, node="n", msg_id=msg_id, received_at=NOW, seconds=seconds)


def test_an_own_greeting_is_known(account: SipAccount) -> None:
    change(account, voicemail_enabled=True, greeting_on_busy=True)
    Greeting.objects.create(sip_account=account, wav=b"", seconds=1, source="upload", version="1", changed_at=NOW)
    found = facts("*98")
    assert found.mailbox == Mailbox(True, True, True, False)


def test_an_incoming_call_knows_what_follows(account: SipAccount) -> None:
    change(account, voicemail_enabled=True)
    Number.objects.filter(e164=OWN).update(sip_account=account)
    trunk = Trunk.objects.get()
    found = incoming_facts(trunk_id=trunk.pk, arrival=Arrival(OWN), now=NOW)
    assert found
    assert found.unanswered.mailbox


@pytest.mark.parametrize("dialled", ["100", "101"])
def test_what_follows_is_known_however_the_account_is_reached(account: SipAccount, dialled: str) -> None:
    """Its own extension, too: a call that comes from outside can be transferred to who answered it first."""
    callee = account if dialled == "100" else cast.phone(account.tenant, "101")
    change(callee, return_after=45)
    assert facts(dialled).unanswered == Unanswered(return_after=45)
    forward(callee, Condition.BUSY, "nobody")
    assert facts(dialled).unanswered == Unanswered(forwards={Condition.BUSY: ToNobody()}, return_after=45)
    Forward.objects.all().delete()
    change(callee, voicemail_enabled=True)
    assert facts(dialled).unanswered.mailbox is not None
