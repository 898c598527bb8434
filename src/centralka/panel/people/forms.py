"""Adding a person to a company."""

from django import forms
from django.utils.translation import gettext_lazy

from centralka.store.models import Role

from ..forms import ROLE_HELP, PanelForm, text_field


class PersonForm(PanelForm):
    """The person to add, and what they may do."""

    email = text_field(
        gettext_lazy("E-mail address"), gettext_lazy("It is the login."), type="email", inputmode="email"
    )
    name = text_field(gettext_lazy("First and last name"), needed=gettext_lazy("Give the first and last name."))
    role = forms.ChoiceField(
        label=gettext_lazy("Role"), help_text=ROLE_HELP, choices=Role.choices, initial=Role.READER, required=False
    )
