"""A company's money: its funds, its bookings, and bookings that the operator makes by hand. PLN net."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TypeVar
from uuid import uuid4

from django.db import transaction
from django.db.models import QuerySet, Sum
from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from centralka.store import money
from centralka.store.models import AuditEntry, LedgerEntry, Role, Tenant
from centralka.store.models.audited import note as note_audit
from centralka.store.money import Funds, NotEnoughMoney

from .actor import Actor, Operator
from .checks.amounts import check_amount
from .errors import InvalidInput, NotFound, Problem, ProblemList
from .prices.monthly import charge_due_fees

MOST_AT_ONCE = Decimal(1_000_000)
"""PLN: more in one booking, or as a credit limit, is a slip of the finger."""
MOST_BALANCE = Decimal(1_000_000_000)
NOTE_MAX, KEY_MAX = 200, 100
LONGEST_CHART = 366
"""Days."""
SPENDING = (LedgerEntry.Kind.CALL, LedgerEntry.Kind.SMS, LedgerEntry.Kind.ACTIVATION, LedgerEntry.Kind.MONTHLY)
_BIGGEST_ID = 2**63 - 1
_Done = TypeVar("_Done")


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerFilter:
    """A choice of bookings; a field that is None does not narrow it."""

    kind: str | None = None
    since: datetime | None = None
    """Aware; booked then or later."""
    until: datetime | None = None
    """Aware; booked before."""


def funds(tenant: Tenant) -> Funds:
    """Return what the company has now, however long ago `tenant` was read.

    The caller of this function has checked the right to see it.
    """
    return money.funds(tenant.pk)


def own_funds(actor: Actor) -> Funds:
    """Return what the actor's company has now. A reader does not see it."""
    actor.require(Role.MANAGER)
    return funds(actor.tenant)


def ledger(actor: Actor, wanted: LedgerFilter = LedgerFilter()) -> QuerySet[LedgerEntry]:
    """Return the company's bookings, newest first. A reader does not see them."""
    actor.require(Role.MANAGER)
    return _narrowed(LedgerEntry.objects.filter(tenant=actor.tenant), wanted)


def ledger_of(operator: Operator, tenant_id: int, wanted: LedgerFilter = LedgerFilter()) -> QuerySet[LedgerEntry]:
    """Return a company's bookings, newest first. Raises `NotFound`."""
    return _narrowed(LedgerEntry.objects.filter(tenant=_existing(tenant_id)), wanted)


def spending_by_day(actor: Actor, since: date, until: date) -> list[tuple[date, Decimal]]:
    """Sum what calls and fees cost on each day from `since` to `until`, both included; PLN net, 0 on a day without any.

    Days are those of the installation's clock. Of more than 366 days the last ones are given.
    """
    actor.require(Role.MANAGER)
    since = max(since, until - timedelta(days=LONGEST_CHART - 1))
    zone = timezone.get_default_timezone()
    wanted = LedgerFilter(
        since=datetime.combine(since, time.min, zone), until=datetime.combine(until + timedelta(days=1), time.min, zone)
    )
    spent = ledger(actor, wanted).filter(kind__in=SPENDING).order_by()
    by_day = spent.values(day=TruncDate("at", tzinfo=zone)).annotate(net=Sum("net")).values_list("day", "net")
    found = {day: -net.quantize(Decimal("0.0001")) for day, net in by_day}
    days = [since + timedelta(days=count) for count in range((until - since).days + 1)]
    return [(day, found.get(day, Decimal(0))) for day in days]


def top_up(operator: Operator, tenant_id: int, net: Decimal, note: str = "", key: str | None = None) -> LedgerEntry:
    """Book money that came in. The company sees `note`; fees that it owes are booked at once.

    A repeated `key` returns the entry that exists: a request that is sent twice books once. Raises `InvalidInput`,
    also for the key of another booking, and `NotFound`.
    """
    problems = ProblemList()
    if check_amount(problems, "net", net, most=MOST_AT_ONCE):
        problems.check(net > 0, "net", "not_positive", _("Give more than 0."))
    return _book(operator, tenant_id, LedgerEntry.Kind.TOP_UP, net, note, key, problems)


def correct(operator: Operator, tenant_id: int, net: Decimal, note: str, key: str | None = None) -> LedgerEntry:
    """Correct the balance, up or down; `note` says why. Never takes the balance below its limit.

    Repetitions and errors as in `top_up`; `net` is refused as `too_little_money` when there is not so much to take.
    """
    problems = ProblemList()
    if check_amount(problems, "net", abs(net), most=MOST_AT_ONCE):
        problems.check(net != 0, "net", "zero", _("Give an amount other than 0."))
    problems.check(note.strip() != "", "note", "required", _("Say what is corrected; the company sees it."))
    return _book(operator, tenant_id, LedgerEntry.Kind.CORRECTION, net, note, key, problems)


def set_credit_limit(operator: Operator, tenant_id: int, limit: Decimal) -> None:
    """Set how far below zero the company's balance may go; 0: prepaid. Raises `InvalidInput`, `NotFound`.

    Not less than what it owes or running calls have put aside: the balance is never below its limit.
    """
    tenant = _existing(tenant_id)
    problems = ProblemList()
    check_amount(problems, "credit_limit", limit, most=MOST_AT_ONCE)
    problems.raise_any()
    _or_refused("credit_limit", lambda: money.set_credit_limit(tenant.pk, limit))
    charge_due_fees(tenant.pk, timezone.now())


def _book(
    operator: Operator,
    tenant_id: int,
    kind: LedgerEntry.Kind,
    net: Decimal,
    note: str,
    key: str | None,
    problems: ProblemList,
) -> LedgerEntry:
    tenant, note = _existing(tenant_id), " ".join(note.split())
    problems.check(len(note) <= NOTE_MAX, "note", "too_long", _("The note has at most 200 characters."))
    problems.check(note.isprintable(), "note", "bad_characters", _("The note must not contain control characters."))
    if key is not None:
        well_formed = 0 < len(key) <= KEY_MAX and key.isprintable()
        problems.check(well_formed, "key", "malformed", _("A key has 1 to 100 characters, none a control character."))
    problems.raise_any()
    full_key = f"{kind}:{tenant.pk}:{key or uuid4()}"
    entry = _or_refused("net", lambda: _booked(operator, tenant, kind, net, note, full_key))
    if (entry.net, entry.details.get("note")) != (net, note):
        raise InvalidInput({"key": [Problem("reused", _("This key stands for another booking already."))]})
    charge_due_fees(tenant.pk, timezone.now())
    return entry


def _booked(
    operator: Operator, tenant: Tenant, kind: LedgerEntry.Kind, net: Decimal, note: str, key: str
) -> LedgerEntry:
    """Return the new entry, or the entry that has this key."""
    before = LedgerEntry.objects.filter(key=key).first()
    if before is None and abs(funds(tenant).balance + net) > MOST_BALANCE:
        raise InvalidInput({"net": [Problem("too_large", _("The balance would be too large to be true."))]})
    at = timezone.now()
    with transaction.atomic():
        made = money.book(tenant.pk, key=key, kind=kind, net=net, at=at, details={"note": note}, by=operator.who)
        if made:
            told = [["kind", "", kind.value], ["net", "", f"{made.net:f}"], *([["note", "", note]] if note else [])]
            note_audit(AuditEntry.Did.ADDED, "ledger_entry", "", tenant.pk, told, made.pk)
    return made or LedgerEntry.objects.get(key=key)


def _or_refused(field: str, action: Callable[[], _Done]) -> _Done:
    """Run the booking; too little money becomes the field's problem."""
    try:
        return action()
    except NotEnoughMoney as refused:
        message = _("Only %(available)s PLN can be taken: the balance never goes below its limit.")
        told = Problem("too_little_money", message % {"available": refused.available})
        raise InvalidInput({field: [told]}) from None


def _existing(tenant_id: int) -> Tenant:
    found = Tenant.objects.filter(pk=tenant_id).first() if 0 < tenant_id <= _BIGGEST_ID else None
    if found is None:
        raise NotFound
    return found


def _narrowed(found: QuerySet[LedgerEntry], wanted: LedgerFilter) -> QuerySet[LedgerEntry]:
    if wanted.kind:
        found = found.filter(kind=wanted.kind.replace("\0", ""))
    if wanted.since:
        found = found.filter(at__gte=wanted.since)
    if wanted.until:
        found = found.filter(at__lt=wanted.until)
    return found.order_by("-at", "-id")
