"""Rows of messages: true to what the engine has, never touched while somebody wants something of them."""

from datetime import UTC, datetime, timedelta

import pytest

from centralka.store import voicemail as store
from centralka.store.models import Greeting, Mail, SipAccount, VoicemailMessage
from centralka.store.voicemail import FoundMessage
from tests import cast

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.fixture
def account() -> SipAccount:
    tenant = cast.alicjas_company().tenant
    return cast.phone(tenant, "100", "Alicja", voicemail_enabled=True, voicemail_email="alicja@kwiaty.example")


def found(msg_id: str, *, heard: bool = False, number: str = "101", minutes: int = 0, seconds: int = 5) -> FoundMessage:
    return FoundMessage(msg_id, number, "Bartek", NOW + timedelta(minutes=minutes), seconds, heard, lambda: b"RIFF")


def keep(account: SipAccount, *messages: FoundMessage, node: str = "node1") -> None:
    while not store.keep_messages(node, account.pk, messages, NOW):
        pass


def all_sent() -> None:
    Mail.objects.update(state=Mail.State.SENT)


def rows() -> list[VoicemailMessage]:
    return list(VoicemailMessage.objects.order_by("msg_id"))


@pytest.mark.parametrize(
    "number, kept",
    [
        ("101", "101"),
        ("600100200", "+48600100200"),
        ("+48600100200", "+48600100200"),
        ("004930123456", "+4930123456"),
        ("112", "112"),
        ("", ""),
        ("anonymous", "anonymous"),
    ],
)
def test_a_public_number_is_kept_in_e164_and_an_extension_as_it_is(account: SipAccount, number: str, kept: str) -> None:
    keep(account, found("1-0", number=number))
    assert rows()[0].caller_number == kept


def test_each_new_message_is_mailed_once(account: SipAccount) -> None:
    keep(account, found("1-0"))
    keep(account, found("1-0"), found("2-0"))
    assert sorted(Mail.objects.values_list("key", flat=True)) == ["voicemail:node1/1-0", "voicemail:node1/2-0"]


def test_audio_is_read_of_new_messages_only(account: SipAccount) -> None:
    def gone() -> bytes:
        raise OSError("moved")

    keep(account, found("1-0"))
    known = FoundMessage("1-0", "101", "", NOW, 5, True, gone)
    keep(account, known)
    assert rows()[0].heard


def test_a_recording_that_cannot_be_read_changes_nothing(account: SipAccount) -> None:
    def gone() -> bytes:
        raise OSError("moved")

    keep(account, found("1-0"))
    with pytest.raises(OSError, match="moved"):
        keep(account, found("1-0", heard=True), FoundMessage("2-0", "101", "", NOW, 5, False, gone))
    assert [(row.msg_id, row.heard) for row in rows()] == [("node1/1-0", False)]


def test_of_very_many_new_messages_some_are_added_at_a_time(account: SipAccount) -> None:
    messages = [found(f"{number}-0") for number in range(15)]
    assert not store.keep_messages("node1", account.pk, messages, NOW)
    assert 0 < len(rows()) < 15
    assert store.keep_messages("node1", account.pk, messages, NOW)
    assert (len(rows()), Mail.objects.count()) == (15, 15)


def test_the_rows_of_other_accounts_and_engines_are_not_touched(account: SipAccount) -> None:
    other = cast.phone(account.tenant, "101")
    keep(other, found("1-0"))
    keep(account, found("2-0"), node="node2")
    keep(account)
    assert [row.msg_id for row in rows()] == ["node1/1-0", "node2/2-0"]


def test_what_has_an_order_stays_as_its_owner_wants_it(account: SipAccount) -> None:
    keep(account, found("1-0"))
    store.order_heard(rows()[0].pk)
    keep(account, found("1-0", heard=False))
    assert rows()[0].heard


def test_a_message_whose_recording_is_gone_stays_with_its_sound(account: SipAccount) -> None:
    keep(account, found("1-0"))
    all_sent()
    keep(account)
    store.remove_deleted("node1")
    (kept,) = store.messages_to_hear(account.pk)
    assert store.audio_of(kept.id) == b"RIFF"


def test_a_deleted_message_goes_when_its_mail_is_sent_though_its_recording_is_gone(account: SipAccount) -> None:
    keep(account, found("1-0"))
    store.order_delete(rows()[0].pk, NOW)
    (order,) = store.pending_orders("node1")
    store.order_done(order)
    keep(account)
    assert rows()[0].deleted_at == NOW
    all_sent()
    store.remove_deleted("node1")
    assert rows() == []


def test_an_account_that_was_deleted_gets_no_rows(account: SipAccount) -> None:
    store.keep_messages("node1", account.pk + 1, [found("1-0")], NOW)
    assert rows() == []


@pytest.mark.parametrize("messages, seconds", [(100, 5), (2, 1800)])
def test_a_mailbox_that_became_full_is_told_of_by_mail(account: SipAccount, messages: int, seconds: int) -> None:
    all_but_one = [found(f"{number}-0", seconds=seconds) for number in range(1, messages)]
    keep(account, *all_but_one)
    assert not Mail.objects.filter(kind=Mail.Kind.MAILBOX_FULL).exists()
    keep(account, *all_but_one, found("0-1", seconds=seconds))
    assert Mail.objects.filter(kind=Mail.Kind.MAILBOX_FULL).count() == 1


# -- Orders ----------------------------------------------------------------------------------------------------------


def test_an_order_names_the_engines_own_id(account: SipAccount) -> None:
    keep(account, found("1-0"))
    assert store.pending_orders("node1") == []
    store.order_heard(rows()[0].pk)
    (order,) = store.pending_orders("node1")
    assert (order.msg_id, order.account_id, order.order) == ("1-0", account.pk, "heard")
    assert store.pending_orders("node2") == []


def test_what_was_heard_already_needs_no_order(account: SipAccount) -> None:
    keep(account, found("1-0", heard=True))
    store.order_heard(rows()[0].pk)
    assert store.pending_orders("node1") == []


def test_a_deletion_overrides_an_earlier_order_also_while_that_is_carried_out(account: SipAccount) -> None:
    keep(account, found("1-0"))
    store.order_heard(rows()[0].pk)
    (first,) = store.pending_orders("node1")
    store.order_delete(rows()[0].pk, NOW)
    store.order_done(first)
    (second,) = store.pending_orders("node1")
    assert second.order == "delete"
    all_sent()
    store.order_done(second)
    assert rows() == []


def test_a_deleted_message_cannot_be_heard_any_more(account: SipAccount) -> None:
    keep(account, found("1-0"))
    store.order_delete(rows()[0].pk, NOW)
    store.order_heard(rows()[0].pk)
    assert rows()[0].order == "delete"
    assert store.messages_to_hear(account.pk) == []


# -- The menu and greetings ------------------------------------------------------------------------------------------


def test_new_messages_come_as_they_arrived_then_the_heard_ones_from_the_newest(account: SipAccount) -> None:
    keep(
        account,
        found("1-0", minutes=1, heard=True),
        found("2-0", minutes=2),
        found("3-0", minutes=3, heard=True),
        found("4-0", minutes=4),
    )
    minutes = [round((one.received_at - NOW).total_seconds() / 60) for one in store.messages_to_hear(account.pk)]
    assert minutes == [2, 4, 3, 1]


def test_the_audio_of_a_message_is_there_until_it_is_gone(account: SipAccount) -> None:
    keep(account, found("1-0"))
    known = rows()[0].pk
    assert store.audio_of(known) == b"RIFF"
    assert store.audio_of(known + 1) is None


def test_a_greeting_recorded_by_phone_replaces_the_one_there_was(account: SipAccount) -> None:
    assert (store.greeting_of(account.pk), store.greeting_version(account.pk)) == (None, None)
    store.set_greeting(account.pk, b"first", 2.0, Greeting.Source.UPLOAD, NOW)
    version = store.greeting_version(account.pk)
    store.set_greeting(account.pk, b"second", 3.0, Greeting.Source.PHONE, NOW)
    found_version, wav = store.greeting_of(account.pk) or ("", b"")
    assert wav == b"second"
    assert found_version == store.greeting_version(account.pk) != version
    assert Greeting.objects.get().source == "phone"


def test_an_account_that_was_deleted_meanwhile_gets_no_greeting(account: SipAccount) -> None:
    assert store.set_greeting(account.pk + 1, b"wav", 2.0, Greeting.Source.PHONE, NOW) is None
    assert not Greeting.objects.exists()


def test_which_accounts_have_messages_and_which_exist(account: SipAccount) -> None:
    keep(account, found("1-0"))
    assert store.accounts_with_messages("node1") == {account.pk}
    assert store.accounts_with_messages("node2") == set()
    assert store.accounts_that_exist({account.pk, account.pk + 1}) == {account.pk}
