"""The call history, and what would happen to a call."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet, Value
from django.db.models.functions import StrIndex
from django.db.models.lookups import GreaterThan
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from centralka.calls.alphabet import fold
from centralka.calls.called_number import Arrival
from centralka.calls.facts import AccountKind, CallFacts, IncomingFacts
from centralka.calls.outside_caller import OutsideCaller
from centralka.calls.plan import Plan
from centralka.calls.planner import plan_call
from centralka.calls.record_search import token_of
from centralka.calls.spelling import parse_number
from centralka.store.facts import call_facts, incoming_facts
from centralka.store.hang_ups import order_hang_up
from centralka.store.models import AuditEntry, CallChanges, CallRecord, Role
from centralka.store.models.audited import note
from centralka.store.models.call_record import CallRecordAccount

from .actor import Actor
from .checks.search import digits_in, tidy
from .errors import EndedAlready, InvalidInput, NotFound, Problem

_NO_ID = 2**63
"""Greater than any id that a database can hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallFilter:
    """A choice of calls; a field that is None does not narrow it."""

    since: datetime | None = None
    """Aware; calls that started then or later."""
    until: datetime | None = None
    """Aware; calls that started before."""
    sip_account: int | None = None
    """The account called, was rung, or a call was transferred to it."""
    direction: str | None = None
    outcome: str | None = None
    number: str | None = None
    """Part of the caller's, the dialled or another rung number, in any spelling, or of any of their names."""
    extension: str | None = None
    """The extension had a part in the call; its account may have been deleted since."""
    missed: bool = False
    """Only calls to an account here that nobody took: not calls that this account or extension made itself."""


_MISSED = ("no_answer", "busy", "unavailable", "cancelled", "voicemail")
"""Outcomes of a call that nobody took; the caller perhaps spoke to a mailbox."""


def call_records(actor: Actor, wanted: CallFilter = CallFilter()) -> QuerySet[CallRecord]:
    """Return the tenant's calls, newest first; running calls are among them."""
    found = CallRecord.objects.filter(tenant=actor.tenant)
    if wanted.since:
        found = found.filter(started_at__gte=wanted.since)
    if wanted.until:
        found = found.filter(started_at__lt=wanted.until)
    if wanted.sip_account is not None:
        found = found.filter(pk__in=_calls_of_account(actor, wanted.sip_account))
    exact = {"direction": wanted.direction, "outcome": wanted.outcome}
    found = found.filter(**{name: value for name, value in exact.items() if value})
    if number := tidy(wanted.number or ""):
        found = found.filter(_has(number))
    if wanted.extension:
        found = found.filter(_holds(f" {token_of(wanted.extension)} "))
    if wanted.missed:
        found = _missed(actor, found, wanted)
    return found.order_by("-started_at", "-id")


def _missed(actor: Actor, found: QuerySet[CallRecord], wanted: CallFilter) -> QuerySet[CallRecord]:
    found = found.filter(outcome__in=_MISSED).exclude(direction=CallRecord.Direction.OUT)
    caller = wanted.extension
    if wanted.sip_account is not None and 0 < wanted.sip_account < _NO_ID:
        mine = actor.tenant.sip_accounts.filter(pk=wanted.sip_account)
        caller = mine.values_list("extension", flat=True).first() or caller
    return found.exclude(direction=CallRecord.Direction.INTERNAL, from_number=caller) if caller else found


def changed_calls(actor: Actor, wanted: CallFilter, after: int, limit: int) -> tuple[list[CallRecord], int]:
    """Return at most `limit` of the tenant's calls that changed after the change of that number (0: all), oldest change
    first, and the number to ask with the next time.

    Nothing is skipped: what is written while we read has a higher number. Raises `InvalidInput` at `changed_since` for
    a number that there was not yet, as after a backup was put back.
    """
    last = CallChanges.objects.filter(tenant=actor.tenant).values_list("last", flat=True).first() or 0
    if after > last:
        ahead = _("There were not so many changes yet: begin again with 0.")
        raise InvalidInput({"changed_since": [Problem("ahead", ahead)]})
    found = call_records(actor, wanted).filter(change__gt=after, change__lte=last)
    calls = list(found.order_by("change")[:limit])
    return calls, calls[-1].change if len(calls) == limit else last


def _has(text: str) -> Q:
    """Match the text in one of the names of a call, or the number that it spells in one of its numbers."""
    digits = parse_number(text) or digits_in(text)
    return _holds(fold(text)) | _holds(digits) if digits else _holds(fold(text))


def _holds(text: str) -> Q:
    return Q(GreaterThan(StrIndex("search", Value(text)), 0))


def was_in_calls(actor: Actor, extension: str) -> bool:
    """Tell whether a call is kept in which this extension had a part; its account may be gone."""
    return call_records(actor, CallFilter(extension=extension)).exists()


def _calls_of_account(actor: Actor, account_id: int) -> QuerySet[CallRecordAccount, int]:
    if not 0 < account_id < _NO_ID:  # no database has such a row, and some fail at the question
        return CallRecordAccount.objects.none().values_list("call_record_id", flat=True)
    # Over the account's rows, so that an account of another tenant finds nothing.
    mine = CallRecordAccount.objects.filter(sip_account_id=account_id, sip_account__tenant=actor.tenant)
    return mine.values_list("call_record_id", flat=True)


def call_record(actor: Actor, call_id: str) -> CallRecord:
    """Return one call. Raises `NotFound` for a call of another tenant."""
    found = call_records(actor).filter(call_id=call_id.replace("\0", "")).first()
    if found is None:
        raise NotFound
    return found


def hang_up(actor: Actor, call_id: str) -> CallRecord:
    """Order that a running call ends, within a second or so. Returns its record as it is now.

    Raises `NotAllowed` for readers, `NotFound`, and `EndedAlready`.
    """
    record = call_record(actor, call_id)
    actor.require(Role.MANAGER)
    if record.ended_at:
        raise EndedAlready
    with transaction.atomic():
        order_hang_up(record, actor.person.name if actor.person else actor.who, timezone.now())
        called = f"{record.from_number or '–'} → {record.to_number}"
        note(AuditEntry.Did.ADDED, "hang_up", called, actor.tenant.pk, pk=record.pk)
    return record


def plan_for(
    actor: Actor, caller: str, dialled: str, at: datetime | None = None
) -> tuple[CallFacts | IncomingFacts, Plan]:
    """Plan a call of extension `caller`, or of somebody outside, to `dialled` at `at` (now by default).

    The same facts and the same function decide a real call.
    """
    caller, dialled = caller.replace("\0", ""), dialled.strip().replace("\0", "")
    facts: CallFacts | IncomingFacts
    if outside := parse_number(caller):
        facts = _incoming(actor, outside, dialled, at or timezone.now())
    else:
        facts = _of_extension(actor, caller, dialled, at or timezone.now())
    return facts, plan_call(facts)


def _of_extension(actor: Actor, caller: str, dialled: str, at: datetime) -> CallFacts:
    facts = call_facts(login=f"{actor.tenant.slug}_{caller}", dialled=dialled, now=at)
    if facts is None or facts.tenant_id != actor.tenant.pk or facts.caller.kind is AccountKind.FAX:
        raise InvalidInput({"from": [Problem("unknown", _("There is no such extension in the company."))]})
    return facts


def _incoming(actor: Actor, caller: str, dialled: str, at: datetime) -> IncomingFacts:
    facts = incoming_facts(trunk_id=0, arrival=Arrival(dialled, OutsideCaller(caller)), now=at)
    if facts is None or facts.tenant_id != actor.tenant.pk:
        raise InvalidInput({"to": [Problem("not_owned", _("The company has no such number."))]})
    return facts
