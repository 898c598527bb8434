"""The company's messages: the list, one conversation, what nobody looked at yet. Private: readers have no access."""

from dataclasses import dataclass
from datetime import datetime

import structlog
from django.db import OperationalError, transaction
from django.db.models import Max, QuerySet

from centralka.calls.spelling import parse_number
from centralka.store.models import Role, Sms

from ..actor import Actor
from ..errors import NotFound

_BIGGEST_ID = 2**63 - 1
LONGEST_NUMBER = 20

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class SmsFilter:
    """A choice of messages; a field that is None does not narrow it."""

    since: datetime | None = None
    """Aware; made then or later."""
    until: datetime | None = None
    """Aware; made before."""
    direction: str | None = None
    state: str | None = None
    number: str | None = None
    """The other side, in any spelling."""
    batch: str | None = None


def messages(actor: Actor, wanted: SmsFilter = SmsFilter()) -> QuerySet[Sms]:
    """Return the company's messages, newest first."""
    actor.require(Role.MANAGER)
    found = actor.tenant.sms.select_related("sip_account")
    for name in ("direction", "state", "batch"):
        if value := getattr(wanted, name):
            found = found.filter(**{name: value.replace("\0", "")})
    if wanted.number:
        found = found.filter(number=_number(wanted.number))
    if wanted.since:
        found = found.filter(created_at__gte=wanted.since)
    if wanted.until:
        found = found.filter(created_at__lt=wanted.until)
    return found.order_by("-created_at", "-id")


def message(actor: Actor, sms_id: int) -> Sms:
    """Return one message. Raises `NotFound` for one of another company."""
    found = messages(actor).filter(pk=sms_id).first() if 0 < sms_id <= _BIGGEST_ID else None
    if found is None:
        raise NotFound
    return found


def conversations(actor: Actor) -> QuerySet[Sms]:
    """Return the last message with each number, newest first."""
    actor.require(Role.MANAGER)
    last = actor.tenant.sms.values("number").annotate(last=Max("pk")).order_by()
    return messages(actor).filter(pk__in=last.values("last"))


def mark_seen(actor: Actor, number: str) -> None:
    """Note that somebody looks at the messages of a number. While the database cannot be written they stay new."""
    unseen = messages(actor).filter(number=_number(number), seen=False).order_by()
    if not unseen.exists():
        return
    try:
        with transaction.atomic():
            unseen.update(seen=True)
    except OperationalError:
        log.info("messages that somebody looked at stay new: the database is busy", tenant=actor.tenant.pk)


def unseen_count(actor: Actor) -> int:
    """Count the messages that came in and nobody looked at; 0 for a person who may not see them."""
    return actor.tenant.sms.filter(seen=False).count() if actor.may(Role.MANAGER) else 0


def _number(text: str) -> str:
    return parse_number(text) or text.replace("\0", "").strip()[:LONGEST_NUMBER]
