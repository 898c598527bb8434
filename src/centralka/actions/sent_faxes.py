"""Sending documents by fax: everything is checked before one is queued; each is then a call of the account."""

import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Prefetch, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from centralka.calls.destinations import Kind
from centralka.calls.facts import CallFacts
from centralka.calls.fax_sending import fax_facts
from centralka.calls.plan import Reject
from centralka.calls.planner import plan_call
from centralka.calls.spelling import grouped, parse_number
from centralka.store import money, sent_faxes
from centralka.store.facts import call_facts
from centralka.store.models import AuditEntry, FaxDocument, FaxTry, Role, SentFax, SipAccount
from centralka.store.models.audited import note

from .actor import Actor
from .checks.quoted import quoted
from .errors import EndedAlready, NotFound, ProblemList
from .fax_documents import document
from .reason_words import sentence
from .request_keys import KeyReused, made_before, note_made

MOST_RECIPIENTS = 50
MOST_WAITING = 200
"""Faxes of a company that wait at once."""
FURTHEST = timedelta(days=60)
"""So far ahead a fax can be sent."""
_JUST_NOW = timedelta(minutes=1)
"""A time that is over by less is now: people give whole minutes."""
_BIGGEST_ID = 2**63 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class FaxInput:
    """An order to send a document from an account.

    `to`: numbers in any spelling, or extensions. `send_at`: aware; None: at once.
    """

    document_id: int
    account_id: int
    to: Sequence[str]
    send_at: datetime | None = None


def send(actor: Actor, wanted: FaxInput, *, request: str = "", now: datetime | None = None) -> list[SentFax]:
    """Queue the document to each recipient: to all of them, or to none. It waits for `send_at`, if there is any.

    Each is then a call of the account, whose permission, money and limits are asked again when it is made. Raises
    `InvalidInput`: `to.<index>` for a wrong recipient, `send_at` for a time that is over or too far; `NotFound` for a
    document of another company. `request`: a key of the client's; the same request with the same key gives the faxes
    that it made.
    """
    actor.require(Role.MANAGER)
    actor.require_unblocked()
    now = now or timezone.now()
    with transaction.atomic():
        money.lock(actor.tenant.pk)
        if request and (made := made_before(actor, request, asdict(wanted))) is not None:
            return _made(actor, made)
        sent = document(actor, wanted.document_id)
        account, numbers = _checked(actor, wanted, now)
        kept = _queued(actor, sent, account, numbers, now, wanted.send_at)
        if request:
            note_made(actor, request, asdict(wanted), kept[0].pk, now)
    return kept


def sent(actor: Actor, *, batch: str = "") -> QuerySet[SentFax]:
    """Return what the company sends and sent, newest first."""
    actor.require(Role.MANAGER)
    found = SentFax.objects.filter(tenant=actor.tenant).select_related("sip_account", "document")
    if batch:
        found = found.filter(batch=batch.replace("\0", ""))
    tries = Prefetch("all_tries", FaxTry.objects.order_by("number"))
    return found.prefetch_related(tries).order_by("-created_at", "-id")


def sent_fax(actor: Actor, fax_id: int) -> SentFax:
    """Return one fax. Raises `NotFound` for one of another company."""
    found = sent(actor).filter(pk=fax_id).first() if 0 < fax_id <= _BIGGEST_ID else None
    if found is None:
        raise NotFound
    return found


def cancel(actor: Actor, fax_id: int) -> None:
    """Cancel a fax that waits, also for another try. Raises `EndedAlready` for one that is under way or over."""
    found = sent_fax(actor, fax_id)
    with transaction.atomic():
        if not sent_faxes.cancel(found.pk, timezone.now()):
            raise EndedAlready
        note(AuditEntry.Did.REMOVED, "sent_fax", found.number, actor.tenant.pk, pk=found.pk)


def _made(actor: Actor, first: int) -> list[SentFax]:
    batch = actor.tenant.sent_faxes.filter(pk=first).values_list("batch", flat=True).first()
    if not batch:
        raise KeyReused
    return list(sent(actor, batch=batch).order_by("pk"))


def _checked(actor: Actor, wanted: FaxInput, now: datetime) -> tuple[SipAccount, list[str]]:
    problems = ProblemList()
    own = actor.tenant.sip_accounts.filter(kind=SipAccount.Kind.VOICE)
    account = own.filter(pk=wanted.account_id).first() if 0 < wanted.account_id <= _BIGGEST_ID else None
    problems.check(account is not None, "account", "unknown", _("Choose the account that sends."))
    problems.check(bool(wanted.to), "to", "required", _("Say to whom it goes."))
    said = _("At most %(most)s recipients at once.") % {"most": MOST_RECIPIENTS}
    problems.check(len(wanted.to) <= MOST_RECIPIENTS, "to", "too_many", said)
    _check_time(problems, wanted.send_at, now)
    problems.raise_any()
    if account is None:
        raise AssertionError("a missing account is a problem")
    numbers = _checked_numbers(problems, account, wanted.to, wanted.send_at or now)
    waiting = actor.tenant.sent_faxes.filter(state=SentFax.State.QUEUED).count()
    said = _("At most %(most)s faxes can wait at once; %(waiting)s do.") % {"most": MOST_WAITING, "waiting": waiting}
    problems.check(waiting + len(numbers) <= MOST_WAITING, "to", "limit", said)
    problems.raise_any()
    return account, numbers


def _check_time(problems: ProblemList, send_at: datetime | None, now: datetime) -> None:
    if send_at is None:
        return
    problems.check(
        send_at > now - _JUST_NOW, "send_at", "past", _("This time is over. Leave it empty to send at once.")
    )
    said = _("A fax can be sent at most %(days)s days ahead.") % {"days": FURTHEST.days}
    problems.check(send_at <= now + FURTHEST, "send_at", "too_far", said)


def _checked_numbers(problems: ProblemList, account: SipAccount, texts: Sequence[str], now: datetime) -> list[str]:
    """Return each number once, as it is called, where the account may call it at that time, as far as one knows."""
    found: dict[str, None] = {}
    for index, text in enumerate(texts):
        facts = _facts(account, text, now)
        if facts is None:
            said = _("%(number)s is not a number, e.g. 22 123 45 67, +49 30 123456, or an extension.")
            problems.add(f"to.{index}", "not_a_number", said % {"number": quoted(text)})
            continue
        plan = plan_call(facts)
        first = plan.first_step
        if isinstance(first, Reject):
            said = _("%(number)s cannot be called: %(why)s.")
            said %= {"number": grouped(facts.dialled), "why": sentence(first.why)}
            problems.add(f"to.{index}", "refused", said)
        found[facts.dialled] = None
    return list(found)


def _facts(account: SipAccount, text: str, now: datetime) -> CallFacts | None:
    """Gather the facts of the call; None for what is no number, or none of a fax machine."""
    text = text.strip()
    dialled = parse_number(text) or text
    if not dialled.removeprefix("+").isascii() or not dialled.removeprefix("+").isdigit():
        return None
    facts = call_facts(login=account.login, dialled=dialled, now=now)
    if facts is None or (facts.callee is None and facts.outside is None):
        return None
    if facts.outside is not None and facts.outside.destination.kind is Kind.EMERGENCY:
        return None
    return fax_facts(facts)


def _queued(
    actor: Actor,
    sent_document: FaxDocument,
    account: SipAccount,
    numbers: Sequence[str],
    now: datetime,
    send_at: datetime | None,
) -> list[SentFax]:
    batch = secrets.token_hex(16)
    SentFax.objects.bulk_create(
        SentFax(
            tenant=actor.tenant,
            sip_account=account,
            document=sent_document,
            number=number,
            next_at=send_at or now,
            send_at=send_at,
            by=actor.who,
            batch=batch,
            created_at=now,
        )
        for number in numbers
    )
    return list(sent(actor, batch=batch).order_by("pk"))
