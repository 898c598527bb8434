"""Making an API token."""

from django import forms
from django.utils.translation import gettext_lazy

from centralka.store.models import Role

from ..forms import PanelForm, text_field


class TokenForm(PanelForm):
    """The token's purpose, and what it may do."""

    name = text_field(
        gettext_lazy("What it is for"), gettext_lazy("To know it again in the list, e.g. the program's name.")
    )
    role = forms.ChoiceField(
        label=gettext_lazy("What it may do"),
        choices=[
            (Role.READER, gettext_lazy("Only read accounts and calls")),
            (Role.MANAGER, gettext_lazy("Read, and change accounts")),
            (Role.OWNER, gettext_lazy("Everything, also people and tokens")),
        ],
        initial=Role.READER,
        required=False,
        widget=forms.RadioSelect,
    )
