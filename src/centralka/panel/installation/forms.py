"""Settings of the whole installation."""

from django.utils.translation import gettext_lazy

from ..collisions import ChangeForm
from ..money import AmountField


class InstallationForm(ChangeForm):
    """VAT."""

    vat_percent = AmountField(
        label=gettext_lazy("VAT rate"),
        help_text=gettext_lazy("Prices and the ledger are kept net; this only shows them gross. 0 to 50."),
        error_messages={
            "required": gettext_lazy("Give a rate in percent."),
            "malformed": gettext_lazy("Give a rate in percent, e.g. 23."),
        },
    )
