"""The rules against fraud, as they are typed. An empty limit is none."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from centralka.actions.fraud import OWN
from centralka.actions.fraud_words import countries_in_words
from centralka.store.models import NIGHT_CALLS, Tenant

from ..collisions import ChangeForm
from ..forms import PanelForm, text_field
from ..money import AmountField, number

_EMPTY = gettext_lazy("Empty: no limit.")


def _calls(label: Any, help_text: Any = "") -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        help_text=help_text,
        required=False,
        error_messages={"invalid": gettext_lazy("Give a whole number of calls, e.g. 5.")},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )


def _money(label: Any, help_text: Any = "") -> AmountField:
    return AmountField(label=label, help_text=help_text, required=False)


class RulesForm(ChangeForm):
    """All rules of a company, or of new companies."""

    account_calls_at_once = _calls(gettext_lazy("Calls outside at once"), _EMPTY)
    account_spend_per_hour = _money(gettext_lazy("Money in an hour"), _EMPTY)
    account_spend_per_day = _money(gettext_lazy("Money in 24 hours"), _EMPTY)
    calls_at_once = _calls(gettext_lazy("Calls outside at once"), _EMPTY)
    spend_per_hour = _money(gettext_lazy("Money in an hour"), _EMPTY)
    spend_per_day = _money(gettext_lazy("Money in 24 hours"), _EMPTY)
    ask_new_countries = forms.BooleanField(
        label=gettext_lazy("Ask before the first call to a country that was never called"),
        help_text=gettext_lazy(
            "The call is refused, and owners get a mail with a link to allow the country. "
            "Premium-rate and satellite numbers are asked for separately."
        ),
        required=False,
    )
    night_calls = forms.ChoiceField(
        label=gettext_lazy("At night"), choices=list(NIGHT_CALLS.items()), widget=forms.RadioSelect
    )
    night_from = text_field(gettext_lazy("The night begins at"), needed=gettext_lazy("Give a time, e.g. 22:00."))
    night_until = text_field(gettext_lazy("The night ends at"), needed=gettext_lazy("Give a time, e.g. 06:00."))


class LimitsForm(ChangeForm):
    """The limits that an account has of its own."""

    calls_at_once = _calls(gettext_lazy("Calls outside at once"))
    spend_per_hour = _money(gettext_lazy("Money in an hour"))
    spend_per_day = _money(gettext_lazy("Money in 24 hours"))

    def __init__(self, *args: Any, tenant: Tenant, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in OWN:
            self.fields[name].help_text = _of_company(getattr(tenant, f"account_{name}"))


def _of_company(limit: int | Decimal | None) -> str:
    if limit is None:
        return _("Empty: as the company says, which sets no limit.")
    said = number(limit) if isinstance(limit, Decimal) else str(limit)
    return _("Empty: as the company says, %(limit)s.") % {"limit": said}


class CountryForm(PanelForm):
    """A country to allow."""

    area = forms.ChoiceField(
        label=gettext_lazy("Country"), error_messages={"invalid_choice": gettext_lazy("Choose a country.")}
    )

    def __init__(self, *args: Any, codes: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["area"].choices = [("", _("Choose a country")), *countries_in_words(codes)]  # type: ignore[attr-defined]
