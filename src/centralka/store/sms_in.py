"""Text messages that come in: kept once, however often the gateway brings them."""

import hashlib
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from centralka.calls.spelling import parse_number
from centralka.sms.gateway_words import ID_MAX, Incoming
from centralka.sms.states import State
from centralka.sms.stop_words import is_stop

from .mail import queue_sms
from .models import Number, Sms, SmsGateway, SmsStop, Tenant
from .sms_events import tell_of

ANSWERS_WITHIN = timedelta(days=3)
"""A message to a random number answers the last one that went to its sender within so long."""
_REPEATED_WITHIN = 600
"""Seconds: the same text of the same sender is a repetition, where the gateway gives no id."""
_LONGEST_TEXT = 5_000
_LONGEST_SENDER = 20


def keep_incoming(gateway: SmsGateway, key: str, told: Incoming, now: datetime) -> bool:
    """Keep a message. `key`: of ours, that it answers, from the address it came to. False: it is nobody's here."""
    sender = parse_number(told.sender) or told.sender.strip()[:_LONGEST_SENDER] or "?"
    answered = _answered(gateway, key or told.answers, sender, now)
    number = _own_number(told.to)
    # The message is the number's; without a number of a company, the account's that it answers.
    meant = number if number is not None and number.tenant is not None else answered
    if meant is None or meant.tenant is None or meant.tenant.closed_at is not None:
        return False
    tenant, account = meant.tenant, meant.sip_account
    kept = Sms(
        tenant=tenant,
        sip_account=account,
        direction=Sms.Direction.IN,
        number=sender,
        sender=number.e164 if number is not None else "",
        text=_readable(told.text),
        state=State.RECEIVED,
        gateway=gateway,
        gateway_name=gateway.name,
        their_id=told.id[:ID_MAX],
        key=_digest(gateway, key, told, now),
        next_at=now,
        phones_at=now if account is not None and account.sms_phones else None,
        created_at=now,
        seen=False,
    )
    with transaction.atomic():
        if not Sms.objects.filter(key=kept.key).exists():
            kept.save()
            _stop(tenant, kept, now)
            queue_sms(kept, now)
            tell_of(kept, now)
    return True


def _answered(gateway: SmsGateway, named: str, sender: str, now: datetime) -> Sms | None:
    """Return the message that another one answers: the named one, else the last that went to its sender."""
    own = Sms.objects.filter(gateway=gateway, direction=Sms.Direction.OUT).select_related("tenant", "sip_account")
    if named:
        found = own.filter(Q(key=named) | Q(their_id=named), number=sender).order_by("-created_at", "-pk").first()
        if found is not None:
            return found
    lately = own.filter(number=sender, sender="", created_at__gte=now - ANSWERS_WITHIN).exclude(accepted_at=None)
    return lately.order_by("-created_at", "-pk").first()


def _own_number(text: str) -> Number | None:
    e164 = parse_number(text) if text else None
    return Number.objects.select_related("tenant", "sip_account").filter(e164=e164).first() if e164 else None


def _readable(text: str) -> str:
    """Return a text that every database keeps: phones can send anything."""
    return text.encode("utf-8", "replace").decode().replace("\0", "")[:_LONGEST_TEXT]


def _stop(tenant: Tenant, kept: Sms, now: datetime) -> None:
    if kept.number.startswith("+") and is_stop(kept.text):
        defaults = {"text": kept.text.strip()[:40], "at": now}
        SmsStop.objects.update_or_create(tenant=tenant, number=kept.number, defaults=defaults)


def _digest(gateway: SmsGateway, key: str, told: Incoming, now: datetime) -> str:
    """Make the key of a message: by the gateway's id, else by the minutes in which it came, so that it is kept once."""
    named = told.id or str(int(now.timestamp()) // _REPEATED_WITHIN)
    parts = (gateway.pk, key, named, told.sender, told.to, told.text)
    return hashlib.sha256("\0".join(map(str, parts)).encode("utf-8", "replace")).hexdigest()
