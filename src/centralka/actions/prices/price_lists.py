"""Price lists: their names, what services cost by them, and which companies have them."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from centralka.store.models import PriceList, Tenant
from centralka.store.price_lists import State
from centralka.store.turns import in_turn

from ..actor import Operator
from ..checks.amounts import check_amount
from ..errors import InUse, NotFound, Problem, ProblemList, Taken
from .holding import holding

NAME_MAX = 60
HIGHEST_FEE = Decimal(10_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceListInput:
    """A price list as it is wanted, but for the prices of calls, which come as a file. PLN net."""

    name: str
    account_activation: Decimal = Decimal(0)
    account_monthly: Decimal = Decimal(0)


def price_lists(operator: Operator) -> QuerySet[PriceList]:
    """Return all price lists by name, each with `price_count` (of the revision that holds now) and `tenant_count`."""
    return PriceList.objects.annotate(
        price_count=Coalesce(Subquery(holding(timezone.now()).values("rows")[:1]), 0), tenant_count=_companies()
    ).order_by("sort_key", "id")


def price_list(operator: Operator, price_list_id: int) -> PriceList:
    """Return one price list, with its counts. Raises `NotFound`."""
    try:
        return price_lists(operator).get(pk=price_list_id)
    except (PriceList.DoesNotExist, OverflowError):
        raise NotFound from None


def add_price_list(operator: Operator, wanted: PriceListInput) -> PriceList:
    """Add a list without prices of calls: a company that has it cannot call outside until prices are uploaded."""
    return price_list(operator, _save(PriceList(), wanted).pk)


@in_turn
def change_price_list(operator: Operator, price_list_id: int, changes: Mapping[str, Any]) -> PriceList:
    """Change the name or the fees (names as in `PriceListInput`)."""
    with transaction.atomic():
        found = _locked(price_list_id)
        now = {field.name: getattr(found, field.name) for field in fields(PriceListInput)}
        _save(found, PriceListInput(**{**now, **changes}))
    return price_list(operator, price_list_id)


def delete_price_list(operator: Operator, price_list_id: int) -> None:
    """Remove a price list with its prices; `InUse` while a company has it."""
    with transaction.atomic():
        found = _locked(price_list_id)
        if count := found.tenants.count():
            said = _("Companies that have this price list: %(count)s. Give them another one first.")
            raise InUse({"tenants": [Problem("in_use", said % {"count": count})]})
        # A long list is not removed within one transaction: the worker does it, in steps.
        found.revisions.update(state=State.DROPPED, holds_from=None, content=None)
        found.delete()


def _companies() -> Coalesce:
    """Count the companies that have each price list, without a join that multiplies them with others."""
    rows = Tenant.objects.filter(price_list=OuterRef("pk")).order_by().values("price_list")
    return Coalesce(Subquery(rows.annotate(count=Count("pk")).values("count")), 0)


def _save(found: PriceList, wanted: PriceListInput) -> PriceList:
    name = " ".join(wanted.name.split())
    problems = ProblemList()
    problems.check(0 < len(name) <= NAME_MAX, "name", "length", _("Give a name of 1 to 60 characters."))
    problems.check(name.isprintable(), "name", "bad_characters", _("The name must not contain control characters."))
    check_amount(problems, "account_activation", wanted.account_activation, most=HIGHEST_FEE)
    check_amount(problems, "account_monthly", wanted.account_monthly, most=HIGHEST_FEE)
    problems.raise_any()
    for field, value in {**asdict(wanted), "name": name}.items():
        setattr(found, field, value)
    try:
        with transaction.atomic():
            found.save()
    except IntegrityError:
        raise Taken({"name": [Problem("taken", _("A price list of this name exists already."))]}) from None
    return found


def _locked(price_list_id: int) -> PriceList:
    try:
        return PriceList.objects.select_for_update().get(pk=price_list_id)
    except (PriceList.DoesNotExist, OverflowError):
        raise NotFound from None
