"""Price lists: what calls outside and services cost, and VAT, which only shows in gross prices."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import Count, Model, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from centralka.calls.price_list_csv import MESSAGES, PriceListError, PriceListErrors, parse_price_list
from centralka.calls.spelling import parse_number
from centralka.calls.tariffs import Rate, prefixes_of
from centralka.store.models import Installation, Price, PriceList, Tenant

from .actor import Operator
from .amounts import check_amount
from .charges import vat_percent
from .errors import ActionError, InUse, NotFound, Problem, ProblemList, Taken
from .search import named

NAME_MAX = 60
HIGHEST_FEE = Decimal(10_000)
HIGHEST_VAT = Decimal(50)
_THE_ONE = 1
"""The id of the only row of `Installation`."""
_RATE = tuple(field.name for field in fields(Rate))
"""The columns of a price are called as the fields of a rate."""
_SEARCHED = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceListInput:
    """What a price list is to be, but for the prices of calls, which come as a file. PLN net."""

    name: str
    account_activation: Decimal = Decimal(0)
    account_monthly: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class WrongLine:
    """One thing wrong with an uploaded price list, in the active language."""

    line: int | None
    """Counted from 1; None: the file as a whole."""
    column: str | None
    """A field of `calls.tariffs.Rate`; None: the line as a whole."""
    code: str
    message: str


class WrongPriceList(ActionError):
    """Nothing of a file was taken. `total`: how many errors it has; `lines`: the first hundred of them."""

    def __init__(self, lines: list[WrongLine], total: int) -> None:
        self.lines, self.total = lines, total
        super().__init__(f"{total} errors in a price list")


def price_lists(operator: Operator) -> QuerySet[PriceList]:
    """All price lists by name, each with `price_count` and `tenant_count`."""
    return PriceList.objects.annotate(price_count=_count(Price), tenant_count=_count(Tenant)).order_by("sort_key", "id")


def price_list(operator: Operator, price_list_id: int) -> PriceList:
    """One price list, with its counts; raises `NotFound`."""
    try:
        return price_lists(operator).get(pk=price_list_id)
    except (PriceList.DoesNotExist, OverflowError):
        raise NotFound from None


def add_price_list(operator: Operator, wanted: PriceListInput) -> PriceList:
    """A new list without prices of calls: nobody who has it can call outside until some are uploaded."""
    return price_list(operator, _save(PriceList(), wanted).pk)


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
        found.delete()


def import_prices(operator: Operator, price_list_id: int, data: bytes) -> int:
    """Replace all prices of calls by those of a CSV file; gives how many there are now.

    All or nothing: raises `WrongPriceList`, and every price stays as it was. Calls that go on keep their old price.
    """
    price_list(operator, price_list_id)
    try:
        rates = parse_price_list(data)
    except PriceListErrors as wrong:
        raise WrongPriceList([_in_words(one) for one in wrong.errors], wrong.total) from None
    with transaction.atomic():
        found = _locked(price_list_id)
        found.prices.all().delete()
        _insert(found, rates)
        found.save(update_fields=["changed_at"])
    return len(rates)


def prices(operator: Operator, price_list_id: int, search: str = "") -> QuerySet[Price]:
    """The prices of calls by prefix.

    `search`: a part of the description, the beginning of a prefix, or a whole number: then every prefix that it has.
    """
    found = price_list(operator, price_list_id).prices.order_by("prefix", "id")
    search = search.strip().replace("\0", "")[:_SEARCHED]
    return found.filter(_fits(search)) if search else found


def vat() -> Decimal:
    """The VAT rate in percent."""
    return vat_percent()


def set_vat(operator: Operator, percent: Decimal) -> Decimal:
    """Change the VAT rate: from now on gross prices show it. What was booked is net and stays."""
    problems = ProblemList()
    check_amount(problems, "vat_percent", percent, most=HIGHEST_VAT, decimals=2)
    problems.raise_any()
    Installation.objects.update_or_create(pk=_THE_ONE, defaults={"vat_percent": percent})
    return vat()


def _count(model: type[Model]) -> Coalesce:
    """How many rows of `model` point at each price list, without a join that multiplies them with others."""
    rows = model._default_manager.filter(price_list=OuterRef("pk")).order_by().values("price_list")
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


def _insert(found: PriceList, rates: Iterable[Rate]) -> None:
    """100,000 rows within two seconds. `bulk_create` takes five, and on SQLite no call can reserve money meanwhile."""
    columns = ", ".join(("price_list_id", *_RATE))
    blanks = ", ".join(["%s"] * (1 + len(_RATE)))
    rows = [(found.pk, *(getattr(rate, column) for column in _RATE)) for rate in rates]
    with connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO price ({columns}) VALUES ({blanks})", rows)  # noqa: S608 (constants)


def _in_words(error: PriceListError) -> WrongLine:
    message = _(MESSAGES[error.code]) % error.values
    return WrongLine(error.line, error.column, error.code, message)


def _fits(search: str) -> Q:
    digits = search.removeprefix("+").replace(" ", "")
    described = named("description", search)
    if e164 := parse_number(search):
        return Q(prefix__in=prefixes_of(e164)) | described
    return Q(prefix__startswith=digits) | described if digits.isdigit() else described
