"""Adding a company with its first owner."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy

from ..forms import PanelForm, text_field


class CompanyForm(PanelForm):
    """The company, and who decides in it."""

    name = text_field(gettext_lazy("Company name"))
    slug = text_field(
        gettext_lazy("Short name"),
        gettext_lazy(
            "2 to 20 small letters, digits or hyphens. Each SIP login of the company starts with it; it never changes."
        ),
        autocapitalize="none",
        spellcheck="false",
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language"), choices=settings.LANGUAGES, initial="pl", required=False
    )
    email = text_field(
        gettext_lazy("Owner's e-mail address"), gettext_lazy("It is the login."), type="email", inputmode="email"
    )
    person_name = text_field(
        gettext_lazy("Owner's first and last name"), needed=gettext_lazy("Give the first and last name.")
    )

    def wanted(self) -> dict[str, Any]:
        """What was typed, in the words of `actions.tenants.add_tenant_with_owner`."""
        return self.given(slug="", name="", language="pl", email="", person_name="")
