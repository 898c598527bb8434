"""Write the data of a company that is going to be deleted, for the operator to hand over. No passwords, PINs or their
digests."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from django.db.models import QuerySet

from centralka.store.models import CallRecord, Fax, FaxFile, Greeting, LedgerEntry, SipAccount, Tenant, VoicemailAudio
from centralka.store.models import VoicemailMessage as Message

from ..account import fax_accounts
from ..account.blocks import current_input
from ..account.forwarding import FORWARD_FIELDS
from ..actor import Operator
from ..sms.senders import choice_of

_COMPANY = (
    "slug", "name", "language", "international", "max_rate", "premium_allowed", "satellite_allowed", "unknown_allowed",
    "balance", "credit_limit", "created_at", "blocked_at", "block_reason",
)  # fmt: skip

_SMS = ("direction", "number", "sender", "text", "parts", "price", "state", "reason", "by", "created_at", "ended_at")


def company_data(operator: Operator, company: Tenant) -> dict[str, Any]:
    """Return the company with its people, accounts and numbers, in the words of the API."""
    people = company.memberships.select_related("person")
    return {
        **{name: getattr(company, name) for name in _COMPANY},
        "people": [{"email": one.person.email, "name": one.person.name, "role": one.role} for one in people],
        "sip_accounts": [_account(one) for one in _of_kind(company, SipAccount.Kind.VOICE)],
        "fax_accounts": [fax_accounts.current_input(one) for one in _of_kind(company, SipAccount.Kind.FAX)],
        "numbers": list(company.numbers.order_by("e164").values("e164", "sip_account__extension")),
        "external_numbers": list(company.external_numbers.values("e164", "name")),
        "sms_names": list(company.sms_names.values("name", "purpose", "state", "reason", "asked_at")),
        "sms_stops": list(company.sms_stops.values("number", "text", "at")),
        "sms": list(company.sms.order_by("created_at", "id").values(*_SMS)),
    }


def _of_kind(company: Tenant, kind: SipAccount.Kind) -> QuerySet[SipAccount]:
    return company.sip_accounts.filter(kind=kind).select_related("caller_id")


_TOLD_OTHERWISE = {*FORWARD_FIELDS.values(), "sms_sender"}


def _account(account: SipAccount) -> dict[str, Any]:
    forwards = account.forwards.values("condition", "kind", "target__extension", "external__e164")
    return {
        "login": account.login,
        **{name: value for name, value in current_input(account).items() if name not in _TOLD_OTHERWISE},
        "sms_sender": asdict(choice_of(account)),
        "created_at": account.created_at,
        "last_seen_at": account.last_seen_at,
        "forwards": list(forwards),
    }


def calls(operator: Operator, company: Tenant) -> QuerySet[CallRecord]:
    """Return every call, oldest first."""
    return company.call_records.order_by("started_at", "id")


def names(operator: Operator, company: Tenant) -> dict[str, str]:
    """Return the names that the company knows, by extension or E.164."""
    accounts = company.sip_accounts.values_list("extension", "name")
    return {**dict(accounts), **dict(company.external_numbers.values_list("e164", "name"))}


def bookings(operator: Operator, company: Tenant) -> QuerySet[LedgerEntry]:
    """Return every booking, oldest first."""
    return company.ledger_entries.order_by("at", "id")


def messages(operator: Operator, company: Tenant) -> Iterator[tuple[Message, bytes]]:
    """Return every voice message with its recording (WAV)."""
    theirs = Message.objects.filter(sip_account__tenant=company, deleted_at=None).select_related("sip_account")
    for message in theirs.order_by("received_at", "id"):
        if audio := VoicemailAudio.objects.filter(message=message).first():
            yield message, bytes(audio.wav)


def faxes(operator: Operator, company: Tenant) -> Iterator[tuple[Fax, bytes]]:
    """Return every fax with its PDF."""
    for file in FaxFile.objects.filter(fax__sip_account__tenant=company).select_related("fax__sip_account").iterator():
        yield file.fax, bytes(file.pdf)


def greetings(operator: Operator, company: Tenant) -> Iterator[tuple[Greeting, bytes]]:
    """Return every own greeting with its sound (WAV)."""
    for greeting in Greeting.objects.filter(sip_account__tenant=company).select_related("sip_account").iterator():
        yield greeting, bytes(greeting.wav)
