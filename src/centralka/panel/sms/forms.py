"""Forms to send messages, and to ask for a sender name."""

import re
import secrets
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy, pgettext_lazy

from centralka.actions.account.accounts import sip_accounts
from centralka.actions.actor import Actor
from centralka.actions.errors import InvalidInput
from centralka.actions.external_numbers import external_numbers
from centralka.actions.sms.messages import SmsFilter
from centralka.actions.sms.sending import SmsInput
from centralka.calls.spelling import grouped
from centralka.store.models import SipAccount, Sms

from ..forms import PanelForm, switch_field, text_field
from ..periods import PeriodForm

_MOST_LISTED = 50
"""Accounts, or saved numbers, that are offered as a list; more of them are typed."""
_BETWEEN = re.compile(r"[,;\n\r\t]+")
_ESTIMATED = {
    "hx-trigger": "input delay:300ms, change",
    "hx-target": "#estimate",
    "hx-include": "closest form",
    "hx-sync": "closest form:replace",
}


class SmsForm(PanelForm):
    """A message: from which account, to whom, and what it says. What was typed survives a refused send."""

    request = forms.CharField(widget=forms.HiddenInput, required=False)
    """Names the sending, so that a double click or a reload sends once."""
    account = forms.CharField(
        label=gettext_lazy("From the account"),
        help_text=gettext_lazy("Its SMS sender is shown, its permission for numbers abroad counts."),
    )
    to = forms.CharField(
        label=pgettext_lazy("recipient", "To"),
        help_text=gettext_lazy(
            "Mobile numbers in any spelling: one in each line, or with commas. A pasted list will do."
        ),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off", "spellcheck": "false"}),
    )
    saved = forms.MultipleChoiceField(
        label=gettext_lazy("Saved numbers"), required=False, widget=forms.CheckboxSelectMultiple
    )
    text = forms.CharField(
        label=gettext_lazy("Text"), required=False, strip=False, widget=forms.Textarea(attrs={"rows": 5})
    )
    plain = switch_field(
        gettext_lazy("Without Polish letters"),
        gettext_lazy("ą becomes a: 160 characters fit into a part instead of 70, so longer texts cost less."),
    )

    def __init__(self, *args: Any, actor: Actor, address: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor
        self.fields["request"].initial = secrets.token_urlsafe(12)
        self._offer_accounts()
        self._offer_saved()
        for name, field in self.fields.items():
            if name != "request":
                field.widget.attrs |= {"hx-post": address, **_ESTIMATED}

    def _offer_accounts(self) -> None:
        found = list(sip_accounts(self.actor)[: _MOST_LISTED + 1])
        field = self.fields["account"]
        if len(found) > _MOST_LISTED:
            field.widget = forms.TextInput(attrs={"class": "form-control", "inputmode": "numeric"})
            field.help_text = gettext_lazy("Its extension. Its SMS sender is shown.")
            return
        choices = [(account.extension, f"{account.extension} {account.name}") for account in found]
        field.widget = forms.Select(attrs={"class": "form-select"}, choices=choices)
        field.initial = field.initial or (choices[0][0] if choices else None)

    def _offer_saved(self) -> None:
        found = list(external_numbers(self.actor)[: _MOST_LISTED + 1])
        field = self.fields["saved"]
        if not found or len(found) > _MOST_LISTED or not isinstance(field, forms.MultipleChoiceField):
            del self.fields["saved"]
            return
        field.choices = [(one.e164, f"{one.name} ({grouped(one.e164)})") for one in found]

    def wanted(self) -> SmsInput:
        """Return what was typed, in the words of the action; also what the form refused, as far as it can be read."""
        given = self.cleaned_data
        account = sip_accounts(self.actor, extension=str(given.get("account", "")).strip()).first()
        return SmsInput(
            account_id=account.pk if account else 0,
            to=self._recipients(),
            text=given.get("text", ""),
            plain=bool(given.get("plain")),
        )

    def _recipients(self) -> Sequence[str]:
        typed = [part.strip() for part in _BETWEEN.split(self.cleaned_data.get("to", "")) if part.strip()]
        return [*self.cleaned_data.get("saved", []), *typed]

    def add_problems(self, refusal: InvalidInput) -> None:
        """Say what is wrong with single recipients beside the field."""
        gathered: dict[str, list[Any]] = {}
        for name, found in refusal.problems.items():
            gathered.setdefault(name.partition(".")[0], []).extend(found)
        super().add_problems(InvalidInput(gathered))


class ReplyForm(SmsForm):
    """A message to one number."""

    def __init__(self, *args: Any, number: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.number = number
        del self.fields["to"]
        self.fields.pop("saved", None)

    def _recipients(self) -> Sequence[str]:
        return [self.number]


class PhoneSmsForm(SmsForm):
    """A message from the phone in the browser, of the account that the person has."""

    def __init__(self, *args: Any, sip_account: SipAccount, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sip_account = sip_account
        # Only what a message comes to is worked out with what is sent here.
        self.fields["account"] = forms.CharField(
            widget=forms.HiddenInput, initial=sip_account.extension, required=False, label=self.fields["account"].label
        )
        self.fields.pop("saved", None)
        self.fields["to"].widget.attrs["rows"] = 1
        self.fields["text"].widget.attrs["rows"] = 3

    def wanted(self) -> SmsInput:
        """Return what was typed, as the account's."""
        return replace(super().wanted(), account_id=self.sip_account.pk)


class NameForm(PanelForm):
    """A sender name to ask for."""

    name = text_field(
        gettext_lazy("Name"),
        gettext_lazy("3 to 11 letters without Polish signs, digits, spaces or . & _ -. Recipients see exactly this."),
        autocapitalize="none",
        spellcheck="false",
    )
    purpose = forms.CharField(
        label=gettext_lazy("What for"),
        help_text=gettext_lazy("What is sent under it, and why the name is yours: a company's name, a trade mark."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class SmsListForm(PeriodForm):
    """The filters of the list of all messages."""

    direction = forms.ChoiceField(
        label=gettext_lazy("Direction"),
        required=False,
        choices=[("", gettext_lazy("Any direction")), *Sms.Direction.choices],
    )
    state = forms.ChoiceField(
        label=gettext_lazy("State"), required=False, choices=[("", gettext_lazy("Any state")), *Sms.State.choices]
    )
    number = forms.CharField(label=gettext_lazy("Number"), required=False)

    def wanted(self) -> SmsFilter | None:
        """Return the filter; None when something is wrong, which the form then says beside the field."""
        if not self.is_valid():
            return None
        given, period = self.cleaned_data, self.days()
        return SmsFilter(
            since=period.since,
            until=period.until,
            direction=given["direction"] or None,
            state=given["state"] or None,
            number=given["number"] or None,
        )
