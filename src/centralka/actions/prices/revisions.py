"""Revisions of price lists: what held and what will, and which of them does."""

import csv
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from decimal import Decimal
from io import StringIO
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from centralka.calls.price_list.increments import LONGEST_INCREMENT
from centralka.calls.price_list.parse import LONGEST_DESCRIPTION
from centralka.calls.price_list.prices import BARRED, HIGHEST_PRICE
from centralka.calls.tariffs import Rate, rate_as_json
from centralka.store.models import AuditEntry, Price, PriceListRevision, Tenant
from centralka.store.models.audited import note
from centralka.store.price_lists import State, current_revision, drop
from centralka.store.turns import in_turn

from ..actor import Operator
from ..checks.amounts import check_amount
from ..errors import ChangedMeanwhile, InUse, NotFound, Problem, ProblemList
from .price_lists import price_list
from .rows import revision

_CHARGED = ("per_minute", "connection_fee", "first_increment", "next_increment", "barred")
"""What a price is, but for its prefix and description."""
_COLUMNS = ("prefix", "description", "price per minute", "connection fee", "first increment", "next increment")


@dataclass(frozen=True, slots=True)
class Revisions:
    """The revisions of a list, the newest first, and which of them holds at `now`."""

    all: list[PriceListRevision]
    current: PriceListRevision | None
    now: datetime

    @property
    def loading(self) -> bool:
        """Tell whether a revision is on its way."""
        return any(one.state == State.LOADING for one in self.all)


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceInput:
    """A row as it is wanted. PLN net, increments in seconds."""

    description: str = ""
    per_minute: Decimal
    connection_fee: Decimal = Decimal(0)
    first_increment: int = 1
    next_increment: int = 1
    barred: bool = False


def revisions(operator: Operator, price_list_id: int) -> Revisions:
    """Return all revisions that are not being removed. Raises `NotFound`."""
    now = timezone.now()
    return Revisions(list(all_revisions(operator, price_list_id)), current_revision(price_list_id, now), now)


def all_revisions(operator: Operator, price_list_id: int) -> QuerySet[PriceListRevision]:
    """Return all revisions, newest first, without the content that is still to be written. Raises `NotFound`."""
    found = price_list(operator, price_list_id).revisions.filter(state__in=(State.LOADING, State.READY))
    return found.defer("content").order_by("-made_at", "-id")


@dataclass(frozen=True, slots=True)
class Difference:
    """What bringing a revision back changes: numbers of prices, and what comes after it."""

    changed: int
    """Prefixes that both have, with another price, increment or bar."""
    added: int
    gone: int
    """Prefixes that hold now and are not in it: nobody may call there, unless a shorter one covers them."""
    following: PriceListRevision | None
    """The one that is to hold next, and ends it."""
    companies: int
    """Companies that have the list."""
    between: str
    """Names what was compared; another text as soon as other prices hold, or are to hold next, or one was changed, or
    more or fewer companies have the list."""


def difference(operator: Operator, price_list_id: int, revision_id: int) -> Difference:
    """Compare a revision with the one that holds now. Raises `NotFound`, and `InUse` where it is not loaded."""
    found, now = revision(operator, price_list_id, revision_id), timezone.now()
    if found.state != State.READY:
        raise _not_ready()
    between = _between(price_list_id, found, now)
    holding, wanted = Price.objects.filter(revision=current_revision(price_list_id, now)), found.prices.all()
    same = holding.filter(prefix=OuterRef("prefix"))
    alike = same.filter(**{column: OuterRef(column) for column in _CHARGED})
    return Difference(
        wanted.filter(Exists(same), ~Exists(alike)).count(),
        wanted.filter(~Exists(same)).count(),
        holding.filter(~Exists(wanted.filter(prefix=OuterRef("prefix")))).count(),
        _following(found, now),
        _companies(price_list_id),
        between,
    )


def _between(price_list_id: int, found: PriceListRevision, now: datetime) -> str:
    compared = (found, current_revision(price_list_id, now), _following(found, now))
    named = [f"{one.pk}.{len(one.changes)}" if one else "-" for one in compared]
    return " ".join([*named, str(_companies(price_list_id))])


def _companies(price_list_id: int) -> int:
    return Tenant.objects.filter(price_list=price_list_id).count()


def _following(found: PriceListRevision, now: datetime) -> PriceListRevision | None:
    later = PriceListRevision.objects.filter(price_list=found.price_list_id, state=State.READY, holds_from__gt=now)
    return later.exclude(pk=found.pk).order_by("holds_from", "id").first()


@in_turn
def bring_back(
    operator: Operator, price_list_id: int, revision_id: int, *, between: str | None = None
) -> PriceListRevision:
    """Let an earlier revision, or one that was to hold later, hold from now on. Raises `NotFound`, `InUse`.

    `between`: of the difference that was told before; `ChangedMeanwhile` if it would be another one now.
    """
    found = revision(operator, price_list_id, revision_id)
    if between is not None and between != _between(price_list_id, found, timezone.now()):
        raise ChangedMeanwhile(found)
    ready = PriceListRevision.objects.filter(pk=found.pk, state=State.READY)
    if not ready.update(holds_from=timezone.now()):
        raise _not_ready()
    return revision(operator, price_list_id, revision_id)


def removable(operator: Operator, price_list_id: int, revision_id: int) -> PriceListRevision:
    """Return a revision that `cancel` would remove. Raises `NotFound`, and `InUse` for the one that holds now."""
    found = revision(operator, price_list_id, revision_id)
    holding = current_revision(price_list_id, timezone.now())
    if holding and holding.pk == found.pk:
        raise _refused("holds", _("These prices hold now. Upload others, or bring back earlier ones."))
    return found


@in_turn
def cancel(operator: Operator, price_list_id: int, revision_id: int) -> None:
    """Stop an upload, or remove a revision. Raises as `removable`."""
    found = removable(operator, price_list_id, revision_id)
    drop(found.pk, State.LOADING, State.READY, State.READING)


def price(operator: Operator, price_list_id: int, price_id: int) -> Price:
    """Return one row of the revision that holds now. Raises `NotFound`."""
    holding = current_revision(price_list(operator, price_list_id).pk, timezone.now())
    try:
        return Price.objects.get(pk=price_id, revision=holding)
    except (Price.DoesNotExist, OverflowError):
        raise NotFound from None


@in_turn
def change_price(operator: Operator, price_list_id: int, price_id: int, changes: Mapping[str, Any]) -> Price:
    """Change one row (names as in `PriceInput`) of the revision that holds now, and note what it was before.

    Raises `InvalidInput`, and `NotFound` also where another revision holds meanwhile.
    """
    with transaction.atomic():
        found = price(operator, price_list_id, price_id)
        before = _rate(found)
        now = {field.name: getattr(found, field.name) for field in fields(PriceInput)}
        wanted = PriceInput(**{**now, **changes})
        _check(wanted)
        for name, value in asdict(wanted).items():
            setattr(found, name, " ".join(value.split()) if name == "description" else value)
        found.save(update_fields=sorted(changes))
        _note(operator, found, before)
    return found


def as_csv(operator: Operator, price_list_id: int, revision_id: int | None = None) -> bytes:
    """Write a revision (by default the present one) as a file that can be uploaded again. Raises `NotFound`."""
    holding = current_revision(price_list(operator, price_list_id).pk, timezone.now())
    found = revision(operator, price_list_id, revision_id) if revision_id else holding
    out = StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(_COLUMNS)
    for row in Price.objects.filter(revision=found).order_by("prefix").iterator(chunk_size=5000):
        writer.writerow(_cells(row))
    return out.getvalue().encode("utf-8-sig")


def _cells(row: Price) -> tuple[Any, ...]:
    shown = BARRED if row.barred else f"{row.per_minute:.4f}"
    return row.prefix, row.description, shown, f"{row.connection_fee:.4f}", row.first_increment, row.next_increment


def _not_ready() -> InUse:
    return _refused("not_ready", _("These prices are not loaded yet, or not there any more."))


def _refused(code: str, message: str) -> InUse:
    return InUse({"revision": [Problem(code, message)]})


def _check(wanted: PriceInput) -> None:
    problems = ProblemList()
    for name in ("per_minute", "connection_fee"):
        check_amount(problems, name, getattr(wanted, name), most=HIGHEST_PRICE)
    for name in ("first_increment", "next_increment"):
        good = 1 <= getattr(wanted, name) <= LONGEST_INCREMENT
        problems.check(good, name, "out_of_range", _("Give 1 to 3600 seconds."))
    described = wanted.description
    good = len(described) <= LONGEST_DESCRIPTION and described.isprintable()
    problems.check(good, "description", "length", _("At most 100 characters, without control characters."))
    problems.raise_any()


def _rate(found: Price) -> Rate:
    return Rate(**{field.name: getattr(found, field.name) for field in fields(Rate)})


def _note(operator: Operator, found: Price, before: Rate) -> None:
    """Note the change beside the revision: bringing the revision back brings the changed row back as well."""
    holding = PriceListRevision.objects.select_for_update().get(pk=found.revision_id)
    noted = {"at": timezone.now().isoformat(), "by": operator.who, "before": rate_as_json(before)}
    holding.changes = [*holding.changes, noted | {"after": rate_as_json(_rate(found))}]
    holding.save(update_fields=["changes"])
    was, now = _told(before), _told(_rate(found))
    changes = [[name, was[name], value] for name, value in now.items() if value != was[name]]
    note(AuditEntry.Did.CHANGED, "price", f"{holding.price_list}: {found.prefix}", None, changes, found.pk)


def _told(rate: Rate) -> dict[str, str]:
    """Write a rate as the audit log writes values."""
    written = {"barred": rate.barred, **rate_as_json(rate)}  # which leaves out that one is not barred
    return {name: str(value) for name, value in written.items() if name != "prefix"}
