"""Making an API token."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from centralka.store.models import ApiToken, Role

from ..collisions import ChangeForm
from ..forms import PanelForm, text_field
from ..moments import MomentField, typed_moment


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
    networks = forms.CharField(
        label=gettext_lazy("Only from these networks"),
        help_text=gettext_lazy(
            "One in each line: 203.0.113.0/24 is a network, 203.0.113.7 one address. From elsewhere the token is "
            "refused. Empty: from everywhere."
        ),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 2, "autocomplete": "off", "spellcheck": "false"}),
    )
    expires_at = MomentField(
        label=gettext_lazy("Good until"),
        help_text=gettext_lazy("From then on it is refused. Empty: until it is revoked."),
    )

    def wanted(self) -> dict[str, Any]:
        """Return what was typed, as the action takes it."""
        given = self.given(name="", role=Role.READER, networks="", expires_at=None)
        return given | {"networks": given["networks"].splitlines()}


class TokenChangeForm(ChangeForm, TokenForm):
    """The fields of a token that may be changed."""

    def __init__(self, token: ApiToken, data: Any = None) -> None:
        shown = {
            "name": token.name,
            "networks": "\n".join(token.networks.split(",")),
            "expires_at": token.expires_at,
        }
        super().__init__(data, initial=shown)
        self.token = token
        del self.fields["role"]

    def changes(self) -> dict[str, Any]:
        """Return what was typed and differs from what the page showed; an end that reads alike stays to the second."""
        found = self.wanted()
        del found["role"]
        if typed_moment(found["expires_at"]) == typed_moment(self.token.expires_at):
            found["expires_at"] = self.token.expires_at
        return self.changed(found)
