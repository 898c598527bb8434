"""A price list's own fields, and the file with its prices."""

from decimal import Decimal
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy

from centralka.calls.price_list_csv import LARGEST_FILE

from ..forms import PanelForm, text_field
from ..money import AmountField


class PriceListForm(PanelForm):
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
        """What was typed, in the words of `PriceListInput`."""
        return self.given(name="", account_activation=Decimal(0), account_monthly=Decimal(0))


class PricesForm(PanelForm):
    """A CSV file that replaces all prices of calls."""

    file = forms.FileField(
        label=gettext_lazy("CSV file"),
        allow_empty_file=True,
        error_messages={"required": gettext_lazy("Choose a file.")},
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,text/csv"}),
    )

    def content(self) -> bytes:
        """The file, read only as far as it is not too large anyhow."""
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        return bytes(file.read(LARGEST_FILE + 1))
