"""The company's own settings."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy

from centralka.store.models import Level

from ..forms import PanelForm, text_field
from ..money import RATE_HELP, AmountField


class SettingsForm(PanelForm):
    """What the company is called and which language it speaks."""

    name = text_field(gettext_lazy("Company name"))
    language = forms.ChoiceField(
        label=gettext_lazy("Language"),
        help_text=gettext_lazy("The company's; each person still chooses their own for this panel."),
        choices=settings.LANGUAGES,
    )


class OutsideForm(PanelForm):
    """Where and for how much accounts call that have no setting of their own."""

    international = forms.ChoiceField(
        label=gettext_lazy("International calls"),
        help_text=gettext_lazy("How far accounts may call. Emergency numbers always work."),
        choices=Level.choices,
        widget=forms.RadioSelect,
    )
    max_rate = AmountField(
        label=gettext_lazy("Highest price per minute"),
        help_text=RATE_HELP,
        error_messages={"required": gettext_lazy("Give a price per minute, e.g. 1.00.")},
    )
