"""Money on pages: read from what people type, shown as they write it."""

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.formats import get_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

_AMOUNT = re.compile(r"[-−]?[0-9]{1,12}([.,][0-9]{1,12})?")
_SPACES = dict.fromkeys(map(ord, " \u00a0\u202f"))
MINUS = "−"


class AmountField(forms.Field):
    """An amount of PLN with a comma or a point; which amounts are sensible is the action's to say."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"autocomplete": "off", "inputmode": "decimal"}
        super().__init__(widget=forms.TextInput(attrs=attrs), **kwargs)

    def to_python(self, value: Any) -> Decimal | None:
        if isinstance(value, Decimal):
            return value
        if value in self.empty_values:
            return None
        text = str(value).translate(_SPACES)
        if not _AMOUNT.fullmatch(text):
            raise forms.ValidationError(_("Give an amount, e.g. 0.50."), code="malformed")
        return Decimal(text.replace(",", ".").replace(MINUS, "-"))

    def prepare_value(self, value: Any) -> Any:
        return number(value) if isinstance(value, Decimal) else value


def number(amount: Decimal, fewest: int = 2, most: int = 4) -> str:
    """`1234.5` as `1 234,50`: at least `fewest` decimals, and as many of `most` as say something."""
    whole, _point, decimals = f"{abs(amount):,.{most}f}".partition(".")
    decimals = decimals[:fewest] + decimals[fewest:].rstrip("0")
    thousands, point = str(get_format("THOUSAND_SEPARATOR")), str(get_format("DECIMAL_SEPARATOR"))
    return f"{MINUS if amount < 0 else ''}{whole.replace(',', thousands)}{point}{decimals}"


def money(amount: Decimal, most: int = 4) -> str:
    """`1 234,50 zł` in Polish, `PLN 1,234.50` in English; net prices have up to four decimals."""
    return pgettext("money", "PLN %(amount)s") % {"amount": number(amount, most=most)}


RATE_HELP = gettext_lazy(
    "PLN net per minute, e.g. 0.50. A destination is refused before it rings if a minute of it costs more, or the first"
    " minute with the connection fee and the first increment."
)
