"""The columns of a file: a page that shows its first rows and lets the operator say what they are."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from centralka.actions.actor import Operator
from centralka.actions.prices.files import table_of, take_file
from centralka.actions.prices.price_lists import price_list
from centralka.actions.prices.uploads import WrongPriceList
from centralka.calls.price_list.columns import COLUMNS
from centralka.calls.price_list.parse import Table
from centralka.calls.price_list.reading import Reading

from ..doors import operator_page
from ..forms import PanelForm, error_title, text_field
from ..money import AmountField
from .mistakes import COLUMN_WORDS, mistakes_of
from .outcome import to_what_was_made

_ROLES: list[tuple[str, str | Promise]] = [
    ("", gettext_lazy("(ignored)")),
    *((column, COLUMN_WORDS[column]) for column in COLUMNS),
]


class ColumnsForm(PanelForm):
    """A choice for each column of the file, and how what can be read in two ways is meant."""

    decimal = forms.ChoiceField(
        label=gettext_lazy("Before decimals stands"),
        required=False,
        choices=[
            ("", gettext_lazy("as the file tells")),
            (",", gettext_lazy("a comma: 1,234")),
            (".", gettext_lazy("a point: 1.234")),
        ],
    )
    increments = text_field(
        gettext_lazy("Increments"),
        gettext_lazy("Where no column has them, e.g. 60/1: the first and the next one in seconds."),
    )
    factor = AmountField(
        label=gettext_lazy("Multiply prices by"),
        required=False,
        help_text=gettext_lazy("For a list in another currency, e.g. 4.05. Empty: the prices are in PLN net."),
    )
    round_up = forms.BooleanField(
        label=gettext_lazy("Round up"), required=False, help_text=gettext_lazy("Prices with more than four decimals.")
    )
    bar_high = forms.BooleanField(
        label=gettext_lazy("Bar"),
        required=False,
        help_text=gettext_lazy("Prices above 1000 PLN mean that nobody may call there."),
    )

    def __init__(self, table: Table, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.table = table
        for number, (name, guessed) in enumerate(zip(table.names, table.columns, strict=True)):
            label = name or _("column %(number)s") % {"number": number + 1}
            widget = forms.Select(attrs={"class": "form-select"})
            self.fields[f"column_{number}"] = forms.ChoiceField(
                label=label, required=False, choices=_ROLES, initial=guessed, widget=widget
            )

    @property
    def columns(self) -> list[tuple[forms.BoundField, list[str]]]:
        """Return each column's choice, and what its first cells hold."""
        numbers = range(len(self.table.names))
        return [(self[f"column_{n}"], [row[n] if n < len(row) else "" for row in self.table.rows]) for n in numbers]

    def reading(self) -> Reading:
        """Return the reading that the operator gave."""
        given = self.cleaned_data
        columns = tuple(given[f"column_{number}"] for number in range(len(self.table.names)))
        said = {name: given[name] for name in ("decimal", "round_up", "bar_high")}
        more = {"factor": given["factor"]} if given["factor"] else {}
        return Reading(self.table.names, columns, increments=given["increments"].strip(), **said, **more)


@operator_page
def price_list_columns(request: HttpRequest, operator: Operator, price_list_id: int, revision_id: int) -> HttpResponse:
    """Show the form with the first rows; then the list with its new prices, or the file's mistakes, line by line."""
    form = ColumnsForm(
        table_of(operator, price_list_id, revision_id), request.POST if request.method == "POST" else None
    )
    refused = None
    if request.method == "POST" and form.is_valid():
        try:
            return to_what_was_made(request, take_file(operator, price_list_id, revision_id, form.reading()))
        except WrongPriceList as wrong:
            refused = wrong
    context = {
        "form": form,
        "price_list": price_list(operator, price_list_id),
        "kept": revision_id,
        "refused": refused,
        "mistakes": mistakes_of(refused),
        "error_title": _("Error") + ": " if refused else error_title(form),
    }
    return render(request, "panel/price_lists/columns.html", context)
