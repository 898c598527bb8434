"""Tell what is known about one person, and erase it (RODO, articles 15 and 17): a number outside, or an account.

A person is named as the company knows them: by an extension, or by a public number. Bookings stay: books have to be
kept (Accounting Act of 29 September 1994, article 74), which the regulation allows (article 17(3)(b)).
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import structlog
from django.db import connection, transaction
from django.db.models import Q, QuerySet, TextField, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone

from centralka.calls.spelling import parse_number
from centralka.sms.states import OPEN
from centralka.store.models import (
    AuditEntry,
    CallRecord,
    Device,
    ExternalNumber,
    Fax,
    FraudStop,
    LedgerEntry,
    Mail,
    Registration,
    SentFax,
    SipAccount,
    Sms,
    SmsStop,
    Tenant,
    VoicemailMessage,
    WebhookDelivery,
)
from centralka.store.money import message_channel
from centralka.store.voicemail import order_delete

from .account.blocks import current_input
from .account.fax_accounts import current_input as current_fax_input
from .errors import InvalidInput, Problem

log = structlog.get_logger()

KEPT_BOOKINGS = "bookings have to be kept: Accounting Act, article 74; GDPR, article 17(3)(b)"
KEPT_RUNNING = "a call is going on; erase again when it is over"
KEPT_SENDING = "a gateway may be sending it; erase again, by its number, when that is over"
KEPT_SENDING_FAXES = "it is being sent; erase again, by its number, when that is over"
KEPT_STOPS = "the company must not write to the number again: GDPR, articles 17(3)(b) and 21(3)"
KEPT_JOURNAL = "the engine's journal and logs, and backups, hold numbers until they are removed from the disk"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of whom a company knows something."""

    tenant: Tenant
    account: SipAccount | None
    """None: somebody outside."""
    number: str
    """E.164; "" for an account."""


@dataclass(frozen=True, slots=True)
class Erased:
    """The numbers of things that were erased, by kind, and the things that were kept, with the reason."""

    person: str
    erased: Mapping[str, int]
    kept: list[dict[str, Any]] = field(default_factory=list)

    def as_data(self) -> dict[str, Any]:
        return asdict(self)


def person(tenant: Tenant, who: str) -> Person:
    """Find a person by an extension of the company, or by a public number in any spelling. Raises `InvalidInput`."""
    typed = who.strip()
    if account := tenant.sip_accounts.filter(extension=typed).first():
        return Person(tenant, account, "")
    number = parse_number(typed)
    if number is None:
        raise InvalidInput({"who": [Problem("unknown", f"{typed} is neither an extension here nor a public number.")]})
    return Person(tenant, None, number)


def export(found: Person) -> dict[str, Any]:
    """Return all that the database knows of the person; no passwords, PINs or their digests."""
    return {
        "account": _account(found.account) if found.account else None,
        "number": found.number or None,
        "external_numbers": list(_saved(found).values("e164", "name", "created_at")),
        "calls": [_call(row) for row in _calls(found).iterator()],
        "voice_messages": list(_messages(found).values("caller_number", "caller_name", "received_at", "seconds")),
        "faxes": list(_faxes(found).values("caller_number", "caller_name", "station", "received_at", "pages")),
        "sent_faxes": list(_sent_faxes(found).values("number", "document__name", "created_at", "state", "pages_sent")),
        "text_messages": [_text_message(row) for row in _sms(found).iterator()],
        "wants_no_text_messages": list(_sms_stops(found).values("text", "at")),
        "events": list(_events(found).values("event", "body", "state", "created_at")),
        "devices": list(_devices(found).values("name", "created_at", "last_seen_at", "revoked_at")),
        "mails": list(_mails(found).values("kind", "to", "state", "created_at", "sent_at")),
        "audit_log": list(_audit(found).values("at", "did", "what", "title", "changes")),
        "stops": list(_stops(found).values("rule", "number", "at", "lifted_at")),
        "bookings": list(_bookings(found).values("key", "kind", "net", "at", "details")),
    }


def erase(found: Person) -> Erased:
    """Erase all that may be erased, in one transaction. An account goes with its mailbox, faxes and forwards."""
    name = found.account.extension if found.account else found.number
    with transaction.atomic():
        kept = list(_kept(found))  # counted first: what leads to a booking of a message is the message
        erased = {
            "calls": _deleted(_calls(found).filter(ended_at__isnull=False)),
            "voice_messages": _erase_messages(found),
            "faxes": _deleted(_faxes(found)),
            "sent_faxes": _deleted(_sent_faxes(found).filter(ended_at__isnull=False)),
            "text_messages": _deleted(_sms(found).exclude(state__in=OPEN)),
            "events": _deleted(_events(found)),
            "mails": _deleted(_mails(found)),
            "external_numbers": _deleted(_saved(found)),
            "stops": _stops(found).update(number=""),
            "audit_log": _audit(found).update(title="", changes=[]),
            "plans": _planned(found).filter(ended_at__isnull=False).update(plan=None),
        }
        if found.account:
            found.account.delete()
            erased["accounts"] = 1
        _audit(found).update(title="", changes=[])  # also what was noted just now
    log.info("personal data were erased", tenant=found.tenant.pk, rows=erased)
    return Erased(name, erased, kept)


def _kept(found: Person) -> Iterator[dict[str, Any]]:
    """Tell what is not erased, and why."""
    rows: list[tuple[str, QuerySet[Any], str]] = [
        ("bookings", _bookings(found), KEPT_BOOKINGS),
        ("calls", _calls(found).filter(ended_at__isnull=True), KEPT_RUNNING),
        ("text_messages", _sms(found).filter(state__in=OPEN), KEPT_SENDING),
        ("sent_faxes", _sent_faxes(found).filter(ended_at__isnull=True), KEPT_SENDING_FAXES),
        ("wants_no_text_messages", _sms_stops(found), KEPT_STOPS),
    ]
    for what, kept, why in rows:
        if count := kept.count():
            yield {"what": what, "count": count, "why": why}
    yield {"what": "files", "count": None, "why": KEPT_JOURNAL}


def _deleted(rows: "QuerySet[Any]") -> int:
    count = rows.count()
    rows.delete()
    return count


def _erase_messages(found: Person) -> int:
    """Have messages deleted as their owner does; the engine removes the recordings. The account's go with it."""
    messages = list(_messages(found).values_list("pk", flat=True))
    if found.account:
        return len(messages)
    for message in messages:
        order_delete(message, timezone.now())
    VoicemailMessage.objects.filter(pk__in=messages).update(caller_number="", caller_name="")
    return len(messages)


def _calls(found: Person) -> QuerySet[CallRecord]:
    """Return the calls of an account, or those to and from a number, in whichever leg or reason.

    Numbers stand in the text for searching between blanks, so a longer number is not meant.
    """
    calls = CallRecord.objects.filter(tenant=found.tenant).order_by("started_at", "id")
    if found.account:
        return calls.filter(accounts=found.account)
    named = Q(from_number=found.number) | Q(search__contains=f" {found.number} ") | Q(why_text__contains=found.number)
    return calls.annotate(why_text=Cast("why", TextField())).filter(named)


def _planned(found: Person) -> QuerySet[CallRecord]:
    """Return the calls whose plan names the number, though it was never called: a forward that was not followed."""
    calls = CallRecord.objects.filter(tenant=found.tenant)
    if not found.number:
        return calls.none()
    return calls.annotate(plan_text=Cast("plan", TextField())).filter(plan_text__contains=found.number)


def _messages(found: Person) -> QuerySet[VoicemailMessage]:
    messages = VoicemailMessage.objects.filter(sip_account__tenant=found.tenant, deleted_at=None)
    return messages.filter(sip_account=found.account) if found.account else messages.filter(caller_number=found.number)


def _faxes(found: Person) -> QuerySet[Fax]:
    faxes = Fax.objects.filter(sip_account__tenant=found.tenant)
    return faxes.filter(sip_account=found.account) if found.account else faxes.filter(caller_number=found.number)


def _sent_faxes(found: Person) -> QuerySet[SentFax]:
    sent = SentFax.objects.filter(tenant=found.tenant).order_by("created_at", "id")
    return sent.filter(sip_account=found.account) if found.account else sent.filter(number=found.number)


def _sms(found: Person) -> QuerySet[Sms]:
    messages = Sms.objects.filter(tenant=found.tenant).order_by("created_at", "id")
    return messages.filter(sip_account=found.account) if found.account else messages.filter(number=found.number)


def _sms_stops(found: Person) -> QuerySet[SmsStop]:
    return SmsStop.objects.filter(tenant=found.tenant, number=found.number)


def _mails(found: Person) -> QuerySet[Mail]:
    return Mail.objects.filter(tenant=found.tenant, sip_account=found.account) if found.account else Mail.objects.none()


def _devices(found: Person) -> QuerySet[Device]:
    return found.account.devices.all() if found.account else Device.objects.none()


def _events(found: Person) -> QuerySet[WebhookDelivery]:
    """Return what a program of the company was told of an account, or of messages of a number."""
    named = f'"account": {{"id": {found.account.pk},' if found.account else f'"number": "{found.number}",'
    return WebhookDelivery.objects.filter(tenant=found.tenant, body__contains=named)


def _audit(found: Person) -> QuerySet[AuditEntry]:
    """Return what the audit log says of the person by name; that something was changed, when and by whom stays."""
    entries = AuditEntry.objects.filter(tenant=found.tenant).exclude(title="", changes=[])
    if found.account:
        named = Q(title__contains=str(found.account)) | Q(what="sip_account", object_id=found.account.pk)
    else:
        named = Q(title__contains=found.number)
    return entries.annotate(told=Cast("changes", TextField())).filter(named | Q(told__contains=_as_told(found)))


def _as_told(found: Person) -> str:
    """Return how changes name the person in the database's own JSON, where SQLite escapes what is no ASCII."""
    text = str(found.account) if found.account else found.number
    return json.dumps(text)[1:-1] if connection.vendor == "sqlite" else text


def _saved(found: Person) -> QuerySet[ExternalNumber]:
    return found.tenant.external_numbers.filter(e164=found.number)


def _stops(found: Person) -> QuerySet[FraudStop]:
    stops = FraudStop.objects.filter(tenant=found.tenant)
    return stops.filter(caller=found.account) if found.account else stops.filter(number=found.number)


def _bookings(found: Person) -> QuerySet[LedgerEntry]:
    entries = LedgerEntry.objects.filter(tenant=found.tenant).order_by("at", "id")
    if found.account is None:
        return entries.filter(details__number=found.number)
    extension = found.account.extension
    sent = _sms(found).order_by().values_list(Concat(Value(message_channel("")), "key"))
    return entries.filter(Q(details__from=extension) | Q(details__extension=extension) | Q(key__in=sent))


def _account(account: SipAccount) -> dict[str, Any]:
    kind = current_fax_input if account.kind == SipAccount.Kind.FAX else current_input
    phones = Registration.objects.filter(sip_account=account)
    return {
        "login": account.login,
        **kind(account),
        "created_at": account.created_at,
        "last_seen_at": account.last_seen_at,
        "phones": [str(phone) for phone in phones],
    }


def _call(row: CallRecord) -> dict[str, Any]:
    names = ("call_id", "direction", "from_number", "from_name", "to_number", "started_at", "answered_at", "ended_at")
    return {name: getattr(row, name) for name in (*names, "outcome", "price", "legs")}


def _text_message(row: Sms) -> dict[str, Any]:
    names = ("direction", "number", "sender", "text", "state", "created_at", "ended_at", "price")
    return {name: getattr(row, name) for name in names}
