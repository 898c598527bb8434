"""The company's own settings."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy

from ..forms import PanelForm, text_field


class SettingsForm(PanelForm):
    """What the company is called and which language it speaks."""

    name = text_field(gettext_lazy("Company name"))
    language = forms.ChoiceField(
        label=gettext_lazy("Language"),
        help_text=gettext_lazy("The company's; each person still chooses their own for this panel."),
        choices=settings.LANGUAGES,
    )
