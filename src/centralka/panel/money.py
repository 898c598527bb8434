"""Money on pages: read from what people type, shown as they write it."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django import forms
from django.utils.formats import get_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from centralka.calls.amounts import TwoReadings, read_amount

MINUS = "−"


class AmountField(forms.Field):
    """An amount of PLN with a comma or a point; the action says which amounts are sensible."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"autocomplete": "off", "inputmode": "decimal"}
        super().__init__(widget=forms.TextInput(attrs=attrs), **kwargs)

    def to_python(self, value: Any) -> Decimal | None:
        if isinstance(value, Decimal):
            return value
        if value in self.empty_values:
            return None
        match read_amount(str(value)):
            case None:
                said = self.error_messages.get("malformed", _("Give an amount, e.g. 0.50."))
                raise forms.ValidationError(said, code="malformed")
            case TwoReadings() as either:
                raise forms.ValidationError(_asked(either), code="ambiguous")
            case amount:
                return amount

    def prepare_value(self, value: Any) -> Any:
        return number(value) if isinstance(value, Decimal) else value


def _asked(either: TwoReadings) -> str:
    """Write both readings, each so that it can be read in one way only."""
    point = str(get_format("DECIMAL_SEPARATOR"))
    small = f"{either.decimals:.{2 if either.decimals == round(either.decimals, 2) else 4}f}".replace(".", point)
    large = f"{either.thousands:.2f}".replace(".", point)
    said = _("This can be read in two ways. Write %(small)s or %(large)s, whichever you mean.")
    return said % {"small": small, "large": large}


def number(amount: Decimal, most: int = 4) -> str:
    """Write `1234.5` as `1 234,50`: two decimals, or four where the others say something and `most` allows.

    Never three: `1,234` can be read in two ways.
    """
    rounded = amount.quantize(Decimal(1).scaleb(-most), ROUND_HALF_UP)
    cents = rounded == round(rounded, 2)
    thousands, point = str(get_format("THOUSAND_SEPARATOR")), str(get_format("DECIMAL_SEPARATOR"))
    whole, _point, decimals = f"{abs(rounded):,.{2 if cents else 4}f}".partition(".")
    return f"{MINUS if rounded < 0 else ''}{whole.replace(',', thousands)}{point}{decimals}"


def money(amount: Decimal) -> str:
    """Write `1 234,50 zł` in Polish, `PLN 1,234.50` in English: whole grosze, whatever is kept."""
    return _with_currency(number(amount, most=2))


def rate(amount: Decimal) -> str:
    """Write a price of a list or per minute, as `money` does but with four decimals where they say something."""
    return _with_currency(number(amount))


def _with_currency(amount: str) -> str:
    return pgettext("money", "PLN %(amount)s") % {"amount": amount}


RATE_HELP = gettext_lazy(
    "PLN net per minute, e.g. 0.50. A destination is refused before it rings if a minute of it costs more, or the first"
    " minute with the connection fee and the first increment."
)
