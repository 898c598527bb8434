"""The messages of mailboxes and the companies' own greetings, as the switchboard reads and writes them.

The recordings lie with the engine that took them; panel, API and mail see a row with a copy of the audio. They write an
order on the row of a message, and the switchboard carries it out.
"""

import secrets
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, QuerySet, Sum

from centralka.calls.spelling import known_number
from centralka.calls.voicemail import is_full

from .mail import queue_mailbox_full, queue_voicemail
from .models import Greeting, Mail, SipAccount, VoicemailAudio, VoicemailMessage
from .statements import rows_of

_AT_ONCE = 10
"""A mailbox has more new messages only when a database is put back, or was away for long."""
_LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class FoundMessage:
    """A message as it lies in the engine's folder."""

    msg_id: str
    """The engine's own id of it."""
    caller_number: str
    """An extension, or a public number in any spelling; "" for a caller who hides it."""
    caller_name: str
    received_at: datetime
    """Aware."""
    seconds: int
    heard: bool
    wav: Callable[[], bytes]
    """Reads the recording, 8 kHz mono 16-bit WAV; raises OSError. Called for a message that has no row yet."""


@dataclass(frozen=True, slots=True)
class KeptMessage:
    """A message as its owner is told of it."""

    id: int
    caller_number: str
    received_at: datetime
    heard: bool


@dataclass(frozen=True, slots=True)
class MessageOrder:
    """An order for a message."""

    message_id: int
    account_id: int
    msg_id: str
    """The engine's own."""
    order: VoicemailMessage.Order


def keep_messages(node: str, account_id: int, found: Sequence[FoundMessage], now: datetime) -> bool:
    """Make the rows of one mailbox true to what lies in its folder. An account that is gone has no rows to be made.

    A row with an order stays as it is until the order is done. A row whose recording is not there stays too: a message
    goes when its owner deletes it, not when a disk is lost, or full while the engine moves it, or when the database was
    put back on another machine.
    False: there are more new messages than are added at once, while others wait for the database; call it again.
    """
    with transaction.atomic():
        # Locked, so that two at once do not both add the same message.
        account = SipAccount.objects.select_for_update(no_key=True).filter(pk=account_id).first()
        if account is None:
            return True
        kept = {row.msg_id: row for row in VoicemailMessage.objects.filter(node=node, sip_account=account)}
        new = [message for message in found if f"{node}/{message.msg_id}" not in kept]
        for message in new[:_AT_ONCE]:
            _add(node, account, message, now)
        for message in found:
            _follow_folder(kept.get(f"{node}/{message.msg_id}"), message)
        if new and _is_full(account):
            queue_mailbox_full(account, now)
        return len(new) <= _AT_ONCE


def _add(node: str, account: SipAccount, found: FoundMessage, now: datetime) -> None:
    message = VoicemailMessage.objects.create(
        sip_account=account,
        node=node,
        msg_id=f"{node}/{found.msg_id}",
        caller_number=known_number(found.caller_number),
        caller_name=found.caller_name[:_LONGEST_NAME],
        received_at=found.received_at,
        seconds=found.seconds,
        heard=found.heard,
    )
    VoicemailAudio.objects.create(message=message, wav=found.wav())
    queue_voicemail(message, now)


def _follow_folder(row: VoicemailMessage | None, found: FoundMessage) -> None:
    if row is not None and row.heard != found.heard:
        VoicemailMessage.objects.filter(pk=row.pk, order="").update(heard=found.heard)


def _without_mail(rows: "QuerySet[VoicemailMessage]") -> "QuerySet[VoicemailMessage]":
    waiting = Mail.objects.filter(message=OuterRef("pk"), state=Mail.State.QUEUED)
    return rows.filter(~Exists(waiting))


def _is_full(account: SipAccount) -> bool:
    shown = VoicemailMessage.objects.filter(sip_account=account, deleted_at=None)
    sums = shown.aggregate(messages=Count("pk"), seconds=Sum("seconds", default=0))
    return is_full(sums["messages"], sums["seconds"])


def accounts_with_messages(node: str) -> set[int]:
    """Return the accounts whose messages this engine has, as far as the rows tell."""
    rows = VoicemailMessage.objects.filter(node=node).order_by().values_list("sip_account_id", flat=True)
    return set(rows.distinct())


def accounts_that_exist(ids: Iterable[int]) -> set[int]:
    """Return the accounts of these that have not been deleted."""
    return set(SipAccount.objects.order_by().values_list("pk", flat=True)) & set(ids)


def remove_deleted(node: str) -> None:
    """Remove the rows of deleted messages that nothing waits for any more."""
    _without_mail(VoicemailMessage.objects.filter(node=node, order="", deleted_at__isnull=False)).delete()


def with_mailbox(logins: Iterable[str]) -> set[int]:
    """Return the accounts of these logins that have voicemail."""
    return set(SipAccount.objects.filter(login__in=logins, voicemail_enabled=True).values_list("pk", flat=True))


def switched_off(accounts: Iterable[int]) -> set[int]:
    """Return the accounts of these whose voicemail is off."""
    return set(SipAccount.objects.filter(voicemail_enabled=False).values_list("pk", flat=True)) & set(accounts)


# -- Orders ------------------------------------------------------------------------------------------------------------


def order_heard(message_id: int, heard: bool = True) -> None:
    """Note that a message is heard, or not heard, and order the engine to follow."""
    order = VoicemailMessage.Order.HEARD if heard else VoicemailMessage.Order.UNHEARD
    # Only where the row says something else: then the engine has nothing to do.
    there = VoicemailMessage.objects.filter(pk=message_id, deleted_at=None, heard=not heard)
    there.update(heard=heard, order=order)


def order_delete(message_id: int, now: datetime) -> None:
    """Hide a message from now on, as its owner wants it deleted, and order the engine to follow."""
    message = VoicemailMessage.objects.filter(pk=message_id, deleted_at=None)
    message.update(deleted_at=now, order=VoicemailMessage.Order.DELETE)


# Written out: asked for three times a second, it costs a quarter of what it does through the ORM (docs/decisions/0013).
_PENDING_ORDERS = """
SELECT id, sip_account_id, msg_id, "order" FROM voicemail_message
WHERE node = %s AND NOT ("order" = '') ORDER BY id
"""


def pending_orders(node: str) -> list[MessageOrder]:
    """Return the orders for this engine, oldest message first."""
    return [
        MessageOrder(pk, account_id, msg_id.partition("/")[2], VoicemailMessage.Order(order))
        for pk, account_id, msg_id, order in rows_of(_PENDING_ORDERS, [node])
    ]


def order_done(order: MessageOrder) -> None:
    """Note that an order is done, unless another came meanwhile. A deleted message goes, when no mail waits for it."""
    message = VoicemailMessage.objects.filter(pk=order.message_id, order=order.order)
    message.update(order=VoicemailMessage.Order.NOTHING)
    _without_mail(VoicemailMessage.objects.filter(pk=order.message_id, order="", deleted_at__isnull=False)).delete()


# -- The menu ----------------------------------------------------------------------------------------------------------


def messages_to_hear(account_id: int) -> list[KeptMessage]:
    """Return new messages as they came, then heard messages, the newest first."""
    rows = VoicemailMessage.objects.filter(sip_account_id=account_id, deleted_at=None)
    kept = [KeptMessage(row.pk, row.caller_number, row.received_at, row.heard) for row in rows]
    by_time = sorted(kept, key=lambda message: (message.received_at, message.id))
    new = [message for message in by_time if not message.heard]
    heard = [message for message in by_time if message.heard]
    return [*new, *reversed(heard)]


def audio_of(message_id: int) -> bytes | None:
    """Return the recording as WAV; None for a message that is gone."""
    found = VoicemailAudio.objects.filter(message=message_id).first()
    return bytes(found.wav) if found else None


# -- Greetings ---------------------------------------------------------------------------------------------------------


def greeting_version(account_id: int) -> str | None:
    """Return the version of the account's own greeting; None: it has none."""
    return Greeting.objects.filter(sip_account=account_id).values_list("version", flat=True).first()


def greeting_of(account_id: int) -> tuple[str, bytes] | None:
    """Return the version of the account's own greeting and its 16 kHz mono 16-bit WAV."""
    found = Greeting.objects.filter(sip_account=account_id).first()
    return (found.version, bytes(found.wav)) if found else None


def set_greeting(
    account_id: int, wav: bytes, seconds: float, source: Greeting.Source, now: datetime
) -> Greeting | None:
    """Keep an uploaded or recorded greeting in place of the one before.

    An account that was deleted meanwhile gets none.
    """
    values = {
        "wav": wav,
        "seconds": seconds,
        "source": source,
        "version": secrets.token_hex(8),
        "changed_at": now,
    }
    with transaction.atomic():
        if not SipAccount.objects.select_for_update(no_key=True).filter(pk=account_id).exists():
            return None
        made, _new = Greeting.objects.update_or_create(sip_account_id=account_id, defaults=values)
        return made
