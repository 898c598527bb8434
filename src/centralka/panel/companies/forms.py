"""A company: adding it with its first owner, what the operator decides about it, and money by hand."""

import secrets
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from centralka.actions.errors import InvalidInput, Problem
from centralka.store.models import LedgerEntry, Level, PriceList, Tenant

from ..collisions import ChangeForm
from ..forms import PanelForm, switch_field, text_field
from ..money import RATE_HELP, AmountField


class CompanyForm(PanelForm):
    """The company and its first owner."""

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
        """Return what was typed, in the words of `actions.tenants.tenants.add_tenant_with_owner`."""
        return self.given(slug="", name="", language="pl", email="", person_name="")


class CompanyChangeForm(ChangeForm):
    """The settings of a company that the operator decides."""

    name = text_field(gettext_lazy("Company name"))
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=settings.LANGUAGES)
    price_list = forms.ChoiceField(
        label=gettext_lazy("Price list"),
        help_text=gettext_lazy("What calls and accounts cost. Without one only emergency numbers can be called."),
        required=False,
    )
    credit_limit = AmountField(
        label=gettext_lazy("Credit limit"),
        help_text=gettext_lazy("PLN net: how far below zero the balance may go. 0: prepaid."),
        error_messages={"required": gettext_lazy("Give an amount; 0 for prepaid.")},
    )
    international = forms.ChoiceField(
        label=gettext_lazy("International calls"),
        help_text=gettext_lazy("For accounts that have no level of their own; the company can change it."),
        choices=Level.choices,
    )
    max_rate = AmountField(
        label=gettext_lazy("Highest price per minute"),
        help_text=RATE_HELP,
        error_messages={"required": gettext_lazy("Give a price.")},
    )
    sms_per_hour = forms.IntegerField(
        label=gettext_lazy("Text messages within an hour"),
        help_text=gettext_lazy("At most; whoever steals a password of the company sends no more than that."),
        error_messages={"required": gettext_lazy("Give a number; 0: it sends none.")},
        widget=forms.NumberInput(attrs={"min": 0}),
    )
    second_factor_required = switch_field(
        gettext_lazy("Second factor required"),
        gettext_lazy("Each person of the company has to set one up before anything else opens."),
    )
    premium_allowed = switch_field(
        gettext_lazy("Premium-rate numbers"),
        gettext_lazy("Off: refused whatever the accounts' permissions say. The same holds for the next two."),
    )
    satellite_allowed = switch_field(gettext_lazy("Satellite numbers"))
    unknown_allowed = switch_field(
        gettext_lazy("Unknown ranges"), gettext_lazy("Numbers that could exist, but in no range that is known.")
    )

    def __init__(self, *args: Any, company: Tenant, price_lists: Iterable[PriceList], **kwargs: Any) -> None:
        super().__init__(*args, initial=_initial(company), **kwargs)
        offered = [("", gettext_lazy("None: no calls outside")), *((str(one.pk), one.name) for one in price_lists)]
        field = self.fields["price_list"]
        if isinstance(field, forms.ChoiceField):
            field.choices = offered

    def changes(self) -> dict[str, Any]:
        """Return what was changed, in the words of `actions.tenants.tenants.change_tenant`."""
        given = {name: self.cleaned_data[name] for name in self.changed_data if name in self.cleaned_data}
        if "price_list" in given:
            given["price_list"] = int(given["price_list"]) if given["price_list"] else None
        return given


class BlockForm(ChangeForm):
    """Why a company is blocked."""

    reason = text_field(
        gettext_lazy("Reason"), gettext_lazy("The company reads it on every page, e.g. “Unpaid invoice 7/2026”.")
    )


class BookingForm(PanelForm):
    """Money that came in, or a correction."""

    key = forms.CharField(widget=forms.HiddenInput, required=False)
    """Names this booking, so that a double click or a reload books it once."""
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"),
        choices=[
            (LedgerEntry.Kind.TOP_UP, gettext_lazy("Top-up: the company paid")),
            (LedgerEntry.Kind.CORRECTION, gettext_lazy("Correction, in either direction")),
        ],
        initial=LedgerEntry.Kind.TOP_UP,
        widget=forms.RadioSelect,
    )
    net = AmountField(
        label=gettext_lazy("Amount"),
        help_text=gettext_lazy("PLN net. A correction that takes money away begins with a minus."),
        error_messages={"required": gettext_lazy("Give an amount.")},
    )
    note = text_field(gettext_lazy("Note"), gettext_lazy("The company sees it, e.g. the number of the payment."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, initial={"key": secrets.token_urlsafe(16)}, **kwargs)

    def add_problems(self, refusal: InvalidInput) -> None:
        """A form that was sent again with something else in it gets a new key: sent once more, it books that too."""
        if "key" in refusal.problems:
            self.data = {**{name: self.data[name] for name in self.data}, "key": secrets.token_urlsafe(16)}
            message = _("This form has booked something already, and that stays. Save again to book this as well.")
            refusal = InvalidInput({"": [Problem("booked", message)]})
        super().add_problems(refusal)

    def wanted(self) -> dict[str, Any]:
        """Return what was typed, in the words of `actions.money.top_up`."""
        return self.given(net=Decimal(1), note="") | {"key": self.cleaned_data.get("key") or None}


def _initial(company: Tenant) -> dict[str, Any]:
    values = {name: getattr(company, name) for name in CompanyChangeForm.base_fields if name != "price_list"}
    return {**values, "price_list": company.price_list_id or ""}
