"""The mistakes in a file, as rows of a table."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from centralka.actions.prices.uploads import WrongLine, WrongPriceList
from centralka.calls.price_list.errors import MESSAGES

COLUMN_WORDS: dict[str, Promise] = {
    "prefix": gettext_lazy("Prefix"),
    "description": gettext_lazy("Description"),
    "per_minute": gettext_lazy("Price per minute"),
    "connection_fee": gettext_lazy("Connection fee"),
    "first_increment": gettext_lazy("First increment"),
    "next_increment": gettext_lazy("Next increment"),
    "increments": gettext_lazy("Increments"),
}


@dataclass(frozen=True)
class Mistake:
    """One row of the table of errors."""

    line: int | None
    column: str | Promise
    message: str


def mistakes_of(refused: WrongPriceList | None) -> list[Mistake]:
    """Return the mistakes for the page; none if the file was not refused."""
    lines = refused.lines if refused else []
    return [Mistake(one.line, COLUMN_WORDS.get(one.column or "", ""), _message(one)) for one in lines]


def _message(one: WrongLine) -> str:
    """Call a column by the name that the page gives it; programs read the field's."""
    if one.code in ("missing_column", "double_column") and one.column in COLUMN_WORDS:
        return _(MESSAGES[one.code]) % {"name": COLUMN_WORDS[one.column]}
    return one.message
