"""Price lists: what calls outside and services cost, and VAT, which only shows in gross prices."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from centralka.calls.price_list.errors import MESSAGES, PriceListError, PriceListErrors
from centralka.calls.price_list.parse import parse_price_list
from centralka.calls.price_list.reading import Reading, reading_from_json
from centralka.calls.spelling import parse_number
from centralka.calls.tariffs import Rate, prefixes_of
from centralka.store.models import Installation, Price, PriceList, PriceListRevision, Tenant
from centralka.store.price_lists import State, begin_loading, drop, load, packed

from ..actor import Operator
from ..checks.amounts import check_amount
from ..checks.search import named
from ..errors import ActionError, InUse, NotFound, Problem, ProblemList, Taken
from .charges import vat_percent

NAME_MAX = 60
HIGHEST_FEE = Decimal(10_000)
HIGHEST_VAT = Decimal(50)
_THE_ONE = 1
"""The id of the only row of `Installation`."""
_SEARCHED = 60
WRITTEN_AT_ONCE = 5_000
"""So many rows take less than a second, and nobody has to wait for the worker."""
FILE_NAME_MAX = 100


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


class Cancelled(InUse):
    """Somebody cancelled an upload while it was loaded."""


class WrongPriceList(ActionError):
    """Nothing of a file was taken. `total`: how many errors it has; `lines`: the first hundred of them."""

    def __init__(self, lines: list[WrongLine], total: int) -> None:
        self.lines, self.total = lines, total
        super().__init__(f"{total} errors in a price list")


def price_lists(operator: Operator) -> QuerySet[PriceList]:
    """All price lists by name, each with `price_count` (of the revision that holds now) and `tenant_count`."""
    return PriceList.objects.annotate(
        price_count=Coalesce(Subquery(_holding(timezone.now()).values("rows")[:1]), 0), tenant_count=_companies()
    ).order_by("sort_key", "id")


def price_list(operator: Operator, price_list_id: int) -> PriceList:
    """One price list, with its counts; raises `NotFound`."""
    try:
        return price_lists(operator).get(pk=price_list_id)
    except (PriceList.DoesNotExist, OverflowError):
        raise NotFound from None


def revision(operator: Operator, price_list_id: int, revision_id: int) -> PriceListRevision:
    """One revision of a list, also one that is being loaded; raises `NotFound`."""
    try:
        return PriceListRevision.objects.select_related("price_list").get(pk=revision_id, price_list=price_list_id)
    except (PriceListRevision.DoesNotExist, OverflowError):
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
        # A long list is not removed within one transaction: the worker does it, in steps.
        found.revisions.update(state=State.DROPPED, holds_from=None, content=None)
        found.delete()


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """What is known of an upload beside its rows."""

    file_name: str = ""
    holds_from: datetime | None = None
    """None: as soon as it is loaded."""


def import_prices(operator: Operator, price_list_id: int, data: bytes, upload: Upload | None = None) -> int:
    """Replace all prices of calls by those of a CSV file, and wait until that is done; gives how many there are now.

    All or nothing: raises `WrongPriceList`, and every price stays as it was. Calls that go on keep their old price, and
    none has to wait: the rows are written in short steps, and then hold all at once. Raises `Cancelled`.
    """
    found = price_list(operator, price_list_id)
    return write_rates(operator, found, rates_of(found, data), upload or Upload())


def rates_of(found: PriceList, data: bytes, reading: Reading | None = None) -> list[Rate]:
    """What a file says, read as it was said now or of an earlier file of its kind; raises `WrongPriceList`."""
    remembered = reading_from_json(found.reading) if found.reading else None
    try:
        return parse_price_list(data, reading or remembered)
    except PriceListErrors as wrong:
        raise WrongPriceList([_in_words(one) for one in wrong.errors], wrong.total) from None


def write_rates(operator: Operator, found: PriceList, rates: list[Rate], upload: Upload) -> int:
    """Write a revision step by step and let it hold; gives how many prices it has. Raises `Cancelled`."""
    begun = _begin(operator, found, rates, upload)
    try:
        load(begun.pk, _in_order(rates), 0, timezone.now, lambda: False)
    except BaseException:
        drop(begun.pk, State.LOADING)
        raise
    if not PriceListRevision.objects.filter(pk=begun.pk, state=State.READY).exists():
        said = _("Somebody cancelled the upload meanwhile. The prices are as they were.")
        raise Cancelled({"file": [Problem("cancelled", said)]})
    return len(rates)


def hand_over(operator: Operator, found: PriceList, rates: list[Rate], upload: Upload) -> PriceListRevision:
    """As `write_rates`, but a long list is left to the worker: its progress is seen in the revision."""
    if len(rates) > WRITTEN_AT_ONCE:
        return _begin(operator, found, rates, upload, content=packed(_in_order(rates)))
    write_rates(operator, found, rates, upload)
    return found.revisions.latest("made_at", "id")


def prices(operator: Operator, price_list_id: int, search: str = "", revision_id: int | None = None) -> QuerySet[Price]:
    """The prices of calls by prefix, of the revision that holds now or of another one. Raises `NotFound`.

    `search`: a part of the description, the beginning of a prefix, or a whole number: then every prefix that it has.
    """
    listed = price_list(operator, price_list_id)
    if revision_id is None:
        wanted = Subquery(_holding(timezone.now(), listed.pk).values("pk")[:1])
        found = Price.objects.filter(revision_id=wanted).order_by("prefix", "id")
    else:
        found = revision(operator, price_list_id, revision_id).prices.order_by("prefix", "id")
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


def _holding(now: datetime, price_list_id: int | None = None) -> QuerySet[PriceListRevision]:
    """The revisions that hold or held, the one that does first; of one list, or of the one in the query around it."""
    of = OuterRef("pk") if price_list_id is None else price_list_id
    held = PriceListRevision.objects.filter(price_list=of, holds_from__lte=now)
    return held.order_by("-holds_from", "-id")


def _companies() -> Coalesce:
    """How many companies have each price list, without a join that multiplies them with others."""
    rows = Tenant.objects.filter(price_list=OuterRef("pk")).order_by().values("price_list")
    return Coalesce(Subquery(rows.annotate(count=Count("pk")).values("count")), 0)


def _begin(
    operator: Operator, found: PriceList, rates: list[Rate], upload: Upload, content: bytes | None = None
) -> PriceListRevision:
    return begin_loading(
        found,
        len(rates),
        timezone.now(),
        content=content,
        file_name=upload.file_name[:FILE_NAME_MAX],
        wanted_from=upload.holds_from,
        made_by=operator.who,
    )


def _in_order(rates: list[Rate]) -> list[Rate]:
    """By prefix: then each step writes into the same few pages of the table and of its index."""
    return sorted(rates, key=lambda rate: rate.prefix)


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


def _in_words(error: PriceListError) -> WrongLine:
    message = _(MESSAGES[error.code]) % error.values
    return WrongLine(error.line, error.column, error.code, message)


def _fits(search: str) -> Q:
    digits = search.removeprefix("+").replace(" ", "")
    described = named("description", search)
    if e164 := parse_number(search):
        return Q(prefix__in=prefixes_of(e164)) | described
    return Q(prefix__startswith=digits) | described if digits.isdigit() else described
