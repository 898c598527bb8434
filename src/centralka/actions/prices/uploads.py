"""Prices of calls come as a file: all of it, or nothing of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from centralka.calls.price_list.errors import MESSAGES, PriceListError, PriceListErrors
from centralka.calls.price_list.parse import parse_price_list
from centralka.calls.price_list.reading import Reading, reading_from_json
from centralka.calls.tariffs import Rate
from centralka.store.models import PriceList, PriceListRevision
from centralka.store.price_lists import State, begin_loading, drop, load, packed

from ..actor import Operator
from ..errors import ActionError, InUse, InvalidInput, Problem
from .price_lists import price_list

SINCE = timedelta(minutes=5)
"""A start that is over by no more is taken as now: clocks differ, and forms know whole minutes."""
WRITTEN_AT_ONCE = 5_000
"""So many rows take less than a second, and nobody has to wait for the worker."""
FILE_NAME_MAX = 100


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
    """An upload was cancelled while it was loaded."""


class WrongPriceList(ActionError):
    """Nothing of a file was taken. `total`: how many errors it has; `lines`: the first hundred of them."""

    def __init__(self, lines: list[WrongLine], total: int) -> None:
        self.lines, self.total = lines, total
        super().__init__(f"{total} errors in a price list")


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """An upload without its rows."""

    file_name: str = ""
    holds_from: datetime | None = None
    """None: as soon as it is loaded."""


def import_prices(operator: Operator, price_list_id: int, data: bytes, upload: Upload | None = None) -> int:
    """Replace all prices of calls by those of a CSV file, and wait until that is done. Returns how many there are now.

    All or nothing: raises `WrongPriceList`, and every price stays as it was. Calls that go on keep their old price, and
    none has to wait: the rows are written in short steps, and then hold all at once. Raises `Cancelled`, and
    `InvalidInput` for a start that is over.
    """
    found, upload = price_list(operator, price_list_id), upload or Upload()
    _check_start(upload)
    return write_rates(operator, found, rates_of(found, data), upload)


def begin_import(operator: Operator, price_list_id: int, data: bytes, upload: Upload) -> PriceListRevision:
    """Do what `import_prices` does, but leave the rows of a long list to the worker: its state tells how far it is."""
    found = price_list(operator, price_list_id)
    _check_start(upload)
    return hand_over(operator, found, rates_of(found, data), upload)


def _check_start(upload: Upload) -> None:
    """Refuse a moment that is over: the prices would hold at once, where somebody mistyped a year."""
    if upload.holds_from is not None and upload.holds_from < timezone.now() - SINCE:
        over = _("This moment is over, and what was charged stays. Leave it empty: then the prices hold from now on.")
        raise InvalidInput({"holds_from": [Problem("past", over)]})


def rates_of(found: PriceList, data: bytes, reading: Reading | None = None) -> list[Rate]:
    """Read the rates in a file, by columns explained now or for an earlier such file. Raises `WrongPriceList`."""
    remembered = reading_from_json(found.reading) if found.reading else None
    try:
        return parse_price_list(data, reading or remembered)
    except PriceListErrors as wrong:
        raise WrongPriceList([_in_words(one) for one in wrong.errors], wrong.total) from None


def write_rates(operator: Operator, found: PriceList, rates: list[Rate], upload: Upload) -> int:
    """Write a revision step by step and let it hold. Returns how many prices it has. Raises `Cancelled`."""
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
    """Write rates as `write_rates` does, but leave a long list to the worker: the revision tells its progress."""
    if len(rates) > WRITTEN_AT_ONCE:
        return _begin(operator, found, rates, upload, content=packed(_in_order(rates)))
    write_rates(operator, found, rates, upload)
    return found.revisions.latest("made_at", "id")


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
    """Sort by prefix: then each step writes into the same few pages of the table and of its index."""
    return sorted(rates, key=lambda rate: rate.prefix)


def _in_words(error: PriceListError) -> WrongLine:
    message = _(MESSAGES[error.code]) % error.values
    return WrongLine(error.line, error.column, error.code, message)
