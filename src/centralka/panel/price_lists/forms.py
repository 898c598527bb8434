"""A price list's own fields, and the file with its prices."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any, cast

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.translation import gettext_lazy

from centralka.actions.errors import NotFound
from centralka.calls.price_list.text import LARGEST_FILE

from ..collisions import ChangeForm
from ..forms import PanelForm, text_field
from ..money import AmountField

_AMOUNT = {"required": gettext_lazy("Give an amount; 0 if it is free.")}
_SECONDS = {
    "required": gettext_lazy("Give 1 to 3600 seconds."),
    "invalid": gettext_lazy("Give 1 to 3600 seconds."),
}


class PriceListForm(ChangeForm):
    """Name and fees. PLN net."""

    name = text_field(gettext_lazy("Name"), gettext_lazy("For you; companies do not see it."))
    account_activation = AmountField(
        label=gettext_lazy("Activation of a SIP account"),
        help_text=gettext_lazy("PLN net, once for each account. 0 is asked to be agreed to as well."),
        initial=Decimal(0),
        error_messages={"required": gettext_lazy("Give an amount; 0 if it is free.")},
    )
    account_monthly = AmountField(
        label=gettext_lazy("Monthly fee of a SIP account"),
        help_text=gettext_lazy("PLN net, on the first of each month; pro rata in the account's first month."),
        initial=Decimal(0),
        error_messages={"required": gettext_lazy("Give an amount; 0 if it is free.")},
    )

    def wanted(self) -> dict[str, Any]:
        """Return what was typed, in the words of `PriceListInput`."""
        return self.given(name="", account_activation=Decimal(0), account_monthly=Decimal(0))


class PriceForm(ChangeForm):
    """One row of a price list. PLN net."""

    description = text_field(gettext_lazy("Description"))
    per_minute = AmountField(label=gettext_lazy("Price per minute"), error_messages=_AMOUNT)
    connection_fee = AmountField(label=gettext_lazy("Connection fee"), error_messages=_AMOUNT)
    first_increment = forms.IntegerField(label=gettext_lazy("First increment"), error_messages=_SECONDS)
    next_increment = forms.IntegerField(label=gettext_lazy("Next increment"), error_messages=_SECONDS)
    barred = forms.BooleanField(
        label=gettext_lazy("Barred"), required=False, help_text=gettext_lazy("Nobody may call there.")
    )

    def wanted(self) -> dict[str, Any]:
        """Return what was typed, in the words of `PriceInput`."""
        return self.given(
            description="",
            per_minute=Decimal(0),
            connection_fee=Decimal(0),
            first_increment=1,
            next_increment=1,
            barred=False,
        )


class PricesForm(PanelForm):
    """A CSV file that replaces all prices of calls."""

    file = forms.FileField(
        label=gettext_lazy("CSV file"),
        allow_empty_file=True,
        required=False,
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,text/csv"}),
    )
    kept = forms.IntegerField(required=False, widget=forms.HiddenInput)
    """The file that was chosen before, in a form that could not be used: browsers forget files."""
    holds_from = forms.DateTimeField(
        label=gettext_lazy("Holds from"),
        required=False,
        help_text=gettext_lazy("Empty: as soon as it is loaded. Until then the prices stay as they are."),
        error_messages={"invalid": gettext_lazy("Give a day and a time.")},
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%d"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )

    kept_name = ""
    """What the file is called that waits for the form to be sent again."""

    def file_sent(self, kept: Callable[[int], tuple[str, bytes]]) -> tuple[str, bytes] | None:
        """Return the name and the content, of no more than may be read, of the file that was chosen now or before.

        `kept` returns a file that was kept, and raises `NotFound`. None: there is none, which stands beside the field.
        """
        self.full_clean()
        file: UploadedFile[bytes] | None = self.cleaned_data.get("file")
        if file is not None:
            return file.name or "", bytes(file.read(LARGEST_FILE + 1))
        try:
            return kept(self.cleaned_data.get("kept") or 0)
        except NotFound:
            self.add_error("file", forms.ValidationError(gettext_lazy("Choose a file."), code="required"))
            return None

    def keep(self, kept: int, name: str) -> None:
        """Show the file as chosen, and send its number with the form."""
        data = cast(QueryDict, self.data).copy()
        data["kept"], self.kept_name = str(kept), name
        self.data = data
