"""The prices of messages in a price list: few rows, written as a whole. PLN net for each part."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from centralka.calls.amounts import read_amount
from centralka.store.models import AuditEntry, PriceList, SmsPrice
from centralka.store.models.audited import note
from centralka.store.turns import in_turn

from ..actor import Operator
from ..checks.amounts import check_amount
from ..errors import NotFound, ProblemList

MOST_ROWS = 2_000
MOST_PRICE = Decimal(100)
PREFIX_MAX, DESCRIPTION_MAX = 15, 100
_CELLS = 4


@dataclass(frozen=True, slots=True)
class SmsPriceInput:
    """A row. `prefix`: digits of E.164 without the plus; `premium`: None where no own sender is sold."""

    prefix: str
    standard: Decimal
    premium: Decimal | None = None
    description: str = ""


def sms_prices(operator: Operator, price_list_id: int) -> QuerySet[SmsPrice]:
    """Return the prices of a list, by prefix. Raises `NotFound`."""
    return SmsPrice.objects.filter(price_list=_existing(price_list_id)).order_by("prefix", "id")


@in_turn
def set_sms_prices(operator: Operator, price_list_id: int, rows: Sequence[SmsPriceInput]) -> list[SmsPrice]:
    """Put these prices in the place of all that the list has; they count for the next message.

    Raises `NotFound`, and `InvalidInput` with a problem `prices.<index>` for each wrong row.
    """
    found, problems = _existing(price_list_id), ProblemList()
    problems.check(len(rows) <= MOST_ROWS, "prices", "too_many", _("At most 2000 rows."))
    seen: set[str] = set()
    for index, row in enumerate(rows[:MOST_ROWS]):
        _check_row(problems, f"prices.{index}", row, seen)
    problems.raise_any()
    with transaction.atomic():
        there = SmsPrice.objects.filter(price_list=found)
        changes = [["rows", str(there.count()), str(len(rows))]]
        note(AuditEntry.Did.CHANGED, "sms_price", found.name, None, changes, found.pk)
        there.delete()
        return SmsPrice.objects.bulk_create(
            SmsPrice(
                price_list=found,
                prefix=row.prefix,
                description=" ".join(row.description.split()),
                standard=row.standard,
                premium=row.premium,
            )
            for row in rows
        )


def read_rows(text: str) -> tuple[list[SmsPriceInput], list[int]]:
    """Read rows as people write them: `48; 0,09; 0,16; Polska`, one a line. Returns the lines that are none, too."""
    rows, wrong = [], []
    for number, line in enumerate(text.replace("\0", "").splitlines(), 1):
        if not line.strip():
            continue
        row = _read(line)
        if row is None:
            wrong.append(number)
        else:
            rows.append(row)
    return rows, wrong


def written_rows(rows: Sequence[SmsPrice], number: Callable[[Decimal], str]) -> str:
    """Write rows as `read_rows` reads them, and amounts as `number` does."""

    def premium(row: SmsPrice) -> str:
        return "-" if row.premium is None else number(row.premium)

    lines = (f"{row.prefix}; {number(row.standard)}; {premium(row)}; {row.description}" for row in rows)
    return "\n".join(line.rstrip("; ") for line in lines)


def _read(line: str) -> SmsPriceInput | None:
    cells = [cell.strip() for cell in line.split(";", _CELLS - 1)]
    prefix = cells[0].replace(" ", "").removeprefix("+").removeprefix("00")
    premium = cells[2] if len(cells) > 2 else ""
    standard, own = _amount(cells[1] if len(cells) > 1 else ""), _amount(premium)
    if standard is None or (own is None and premium not in ("", "-")):
        return None
    return SmsPriceInput(prefix, standard, own, cells[3] if len(cells) > 3 else "")


def _amount(text: str) -> Decimal | None:
    """Read an amount as all forms do; what can be read in two ways is none."""
    amount = read_amount(text)
    return amount if isinstance(amount, Decimal) else None


def _check_row(problems: ProblemList, field: str, row: SmsPriceInput, seen: set[str]) -> None:
    good = row.prefix.isascii() and row.prefix.isdigit() and len(row.prefix) <= PREFIX_MAX and row.prefix[0] != "0"
    problems.check(good, field, "prefix", _("“%(text)s” is no prefix, e.g. 48.") % {"text": row.prefix[:20]})
    problems.check(row.prefix not in seen, field, "repeated", _("The prefix %(p)s is there twice.") % {"p": row.prefix})
    seen.add(row.prefix)
    for amount in (row.standard, row.premium):
        if amount is not None:
            check_amount(problems, field, amount, most=MOST_PRICE)
    fits = len(row.description) <= DESCRIPTION_MAX and row.description.isprintable()
    problems.check(fits, field, "description", _("A description has at most 100 characters."))


def _existing(price_list_id: int) -> PriceList:
    found = PriceList.objects.filter(pk=price_list_id).first() if 0 < price_list_id < 2**63 else None
    if found is None:
        raise NotFound
    return found
