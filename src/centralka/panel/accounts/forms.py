"""The form of a SIP account, block by block; its rules are those of `actions.sip_accounts`."""

from dataclasses import asdict
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from centralka.actions.sip_accounts import RING_TIMEOUT_MAX, RING_TIMEOUT_MIN, SipAccountInput, current_input
from centralka.store.models import SipAccount

from ..forms import PanelForm, text_field

REAL, OTHER = "real", "other"
_PASSWORD_ATTRS = {"autocomplete": "new-password", "spellcheck": "false", "autocapitalize": "none"}
_NEW = gettext_lazy("At least 10 characters, letters and digits; the phone stores it, nobody has to remember it.")
_KEEP = gettext_lazy(
    "Leave it empty to keep the present one. With a new extension the login changes, and a new password is needed."
)


class AccountForm(PanelForm):
    """General settings. The password survives a refused save: nothing that was typed is lost."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    """The version that the form was filled from."""
    revealed = forms.BooleanField(widget=forms.HiddenInput, required=False)
    """The password is a generated one and stands in the clear."""
    extension = text_field(
        gettext_lazy("Extension"),
        gettext_lazy("2 to 6 digits, e.g. 10, 15 or 100. Colleagues dial it, and it is the end of the login."),
        needed=gettext_lazy("Give an extension."),
        inputmode="numeric",
    )
    name = text_field(
        gettext_lazy("SIP account name"),
        gettext_lazy("Seen only inside the company, e.g. on the displays of colleagues' phones: a person or a room."),
    )
    password = forms.CharField(
        label=gettext_lazy("Password"),
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs=_PASSWORD_ATTRS, render_value=True),
    )
    confirmation = forms.CharField(
        label=gettext_lazy("Confirm the password"),
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs=_PASSWORD_ATTRS, render_value=True),
    )
    shows = forms.ChoiceField(
        label=gettext_lazy("Internal number presentation"),
        help_text=gettext_lazy(
            "The number that colleagues see when this account calls them. Whoever calls back reaches that number."
        ),
        choices=[
            (REAL, gettext_lazy("Show the real extension")),
            (OTHER, gettext_lazy("Show another number")),
        ],
        widget=forms.RadioSelect,
        initial=REAL,
    )
    internal_caller_id = text_field(
        gettext_lazy("Number to show"), gettext_lazy("1 to 15 digits."), inputmode="numeric"
    )
    ring_timeout = forms.IntegerField(
        label=gettext_lazy("Ringing time"),
        help_text=gettext_lazy("How long the phone rings before the call counts as not answered: 5 to 180 seconds."),
        initial=30,
        widget=forms.NumberInput(attrs={"min": RING_TIMEOUT_MIN, "max": RING_TIMEOUT_MAX}),
    )
    call_waiting = forms.BooleanField(
        label=gettext_lazy("Call waiting"),
        help_text=gettext_lazy(
            "On: somebody who is in a call hears that a second one is waiting. "
            "Off: the second caller hears the busy tone."
        ),
        required=False,
        initial=True,
        widget=forms.CheckboxInput(attrs={"role": "switch"}),
    )

    def __init__(self, *args: Any, account: SipAccount | None = None, **kwargs: Any) -> None:
        self.account = account
        super().__init__(*args, initial=_initial(account) if account else None, **kwargs)
        self.fields["password"].help_text = _KEEP if account else _NEW
        if account:
            self._remember_what_was_shown()
        if self.is_bound and self.data.get("revealed"):
            self.reveal_password()

    def _remember_what_was_shown(self) -> None:
        """So that a save that collides with somebody else's can tell what this person really changed."""
        for name in ("extension", "name", "shows", "internal_caller_id", "ring_timeout", "call_waiting"):
            self.fields[name].show_hidden_initial = True

    def reveal_password(self) -> None:
        """Show a generated password in the clear: its owner has to type it into a phone."""
        for name in ("password", "confirmation"):
            self.fields[name].widget.input_type = "text"

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("password", "") != given.get("confirmation", ""):
            self.add_error("confirmation", forms.ValidationError(_("The two passwords differ."), code="differs"))
        if (
            given.get("shows") == OTHER
            and not given.get("internal_caller_id")
            and "internal_caller_id" not in self.errors
        ):
            self.add_error("internal_caller_id", forms.ValidationError(_("Give the number to show."), code="required"))
        return given

    def wanted(self) -> dict[str, Any]:
        """What was typed, in the words of `SipAccountInput`; a field that the form refused stays as it was."""
        given = self.cleaned_data
        before = current_input(self.account) if self.account else asdict(SipAccountInput(extension="", name=""))
        typed = {name: given[name] for name in before if name in given}
        shown = given.get("internal_caller_id") if given.get("shows") == OTHER else None
        return {**before, **typed, "password": given.get("password") or None, "internal_caller_id": shown}


def as_typed(values: dict[str, Any]) -> dict[str, str]:
    """An account's values (`current_input`) as the form's fields hold them."""
    shown = values["internal_caller_id"] or ""
    return {
        "extension": values["extension"],
        "name": values["name"],
        "shows": OTHER if shown else REAL,
        "internal_caller_id": shown,
        "ring_timeout": str(values["ring_timeout"]),
        "call_waiting": "True" if values["call_waiting"] else "",
    }


def _initial(account: SipAccount) -> dict[str, Any]:
    values = current_input(account)
    return {**values, **as_typed(values), "call_waiting": account.call_waiting, "version": account.version}


def generated(typed: QueryDict, password: str, account: SipAccount | None = None) -> AccountForm:
    """What was typed so far, not judged yet, with a generated password in both of its fields."""
    form = AccountForm(account=account)
    form.initial.update({name: typed[name] for name in form.fields if name in typed})
    form.initial.update(call_waiting="call_waiting" in typed, password=password, confirmation=password, revealed=True)
    form.reveal_password()
    return form
