"""Text messages that came in, on their way to an account's phones. Whatever comes of that, the panel has them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from .models import SipAccount, Sms
from .statements import moment, rows_of

TRIED_FOR = timedelta(days=1)
"""The time for which a message waits for a phone that takes it."""
_MANY = 50
# Asked twice a second. A message whose account has no phone now waits in the index at no cost but its place there.
_DUE = """
SELECT s.id FROM sms s WHERE s.phones_at <= %s AND EXISTS (
  SELECT 1 FROM registration r WHERE r.sip_account_id = s.sip_account_id AND r.node = %s
) ORDER BY s.phones_at, s.id LIMIT %s
"""
_ANY = "SELECT EXISTS (SELECT 1 FROM sms WHERE phones_at IS NOT NULL)"
_ANY_OLD = "SELECT 1 FROM sms WHERE phones_at <= %s LIMIT 1"


@dataclass(frozen=True, slots=True)
class ForPhones:
    """A message for the phones of an account."""

    id: int
    login: str
    number: str
    """E.164, or the name that it came with."""
    text: str
    key: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Colleague:
    """An account to which another one of the same company writes, and what its phones show of the writer."""

    login: str
    own: bool
    """It is the writer's."""
    number: str
    name: str


def any_for_phones() -> bool:
    """Tell whether any message waits for phones, due or not: where none does, no more has to be asked."""
    ((found,),) = rows_of(_ANY)
    return bool(found)


def due_for_phones(node: str, now: datetime) -> list[int]:
    """Return the ids of messages to be handed to phones now, the longest waiting first."""
    return [found for (found,) in rows_of(_DUE, [moment(now), node, _MANY])]


def for_phones(ids: list[int]) -> list[ForPhones]:
    """Read messages, in the order in which they came; what is gone meanwhile is left out."""
    rows = Sms.objects.filter(pk__in=ids).exclude(phones_at=None).exclude(sip_account=None)
    told = rows.order_by("created_at", "pk").values_list(
        "pk", "sip_account__login", "number", "text", "key", "created_at"
    )
    return [ForPhones(*values) for values in told]


def handed_to_phones(sms_id: int) -> None:
    """Note that a phone has the message."""
    Sms.objects.filter(pk=sms_id).update(phones_at=None)


def phones_later(sms_id: int, at: datetime) -> None:
    """Let a message that no phone took wait for its next try."""
    Sms.objects.filter(pk=sms_id).exclude(phones_at=None).update(phones_at=at)


def forget_old(now: datetime) -> None:
    """Let messages go that have waited for a phone for long enough: they stay in the panel."""
    if rows_of(_ANY_OLD, [moment(now - TRIED_FOR)]):
        Sms.objects.filter(phones_at__lte=now - TRIED_FOR).update(phones_at=None)


def colleague(login: str, called: str) -> Colleague | None:
    """Find the account of the same company that `called` names, by extension or login; None: there is none."""
    writer = SipAccount.objects.filter(login=login, kind=SipAccount.Kind.VOICE).first()
    if writer is None or "\0" in called:
        return None
    extension = called.removeprefix(login.rpartition("_")[0] + "_")
    found = SipAccount.objects.filter(tenant=writer.tenant_id, extension=extension, kind=SipAccount.Kind.VOICE).first()
    if found is None:
        return None
    return Colleague(found.login, found.pk == writer.pk, writer.internal_caller_id or writer.extension, writer.name)
