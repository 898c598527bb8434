"""The form of a SIP account, block by block; its rules are those of `actions.account.accounts`."""

import hashlib
import secrets
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from centralka.actions.account.blocks import SipAccountInput, current_input
from centralka.actions.account.general import RING_TIMEOUT_MAX, RING_TIMEOUT_MIN
from centralka.actions.actor import Actor
from centralka.actions.numbers import own_numbers
from centralka.calls.spelling import grouped
from centralka.store.models import Level, SipAccount

from ..forms import text_field
from ..money import RATE_HELP, AmountField, number, rate
from ..pickers.fields import PickedField
from ..pickers.sources import CallerIds
from .forwarding import (
    FORWARDING_FIELDS,
    UNANSWERED_SWITCHES,
    VOICEMAIL_FIELDS,
    UnansweredForm,
    unanswered_as_typed,
)

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

REAL, OTHER = "real", "other"
RESTRICTED = CallerIds.RESTRICTED
"""In place of a number: people outside see none."""
INHERIT = "inherit"
SWITCHES = ("call_waiting", "max_rate_inherited", "asks_pin", *UNANSWERED_SWITCHES)
"""Fields that a browser leaves out when they are off."""
_SHOWN = (
    "extension",
    "name",
    "caller_id",
    "shows",
    "internal_caller_id",
    "ring_timeout",
    "voicemail_email",
    *FORWARDING_FIELDS,
    "international",
    "max_rate",
    *SWITCHES,
)
_GENERAL = (
    "request",
    "version",
    "revealed",
    "extension",
    "name",
    "password",
    "confirmation",
    "caller_id",
    "shows",
    "internal_caller_id",
    "ring_timeout",
    "call_waiting",
)
_PASSWORD_ATTRS = {"autocomplete": "new-password", "spellcheck": "false", "autocapitalize": "none"}
_NEW = gettext_lazy("At least 10 characters, letters and digits; the phone stores it, nobody has to remember it.")
_KEEP = gettext_lazy(
    "Leave it empty to keep the present one. With a new extension the login changes, and a new password is needed."
)


class AccountForm(UnansweredForm):
    """All four blocks. Passwords and PINs survive a refused save: nothing typed is lost."""

    field_order = (*_GENERAL, *VOICEMAIL_FIELDS, *FORWARDING_FIELDS)

    request = forms.CharField(widget=forms.HiddenInput, required=False)
    """Names the making of this account, so that a double click or a reload makes and charges it once."""
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
    caller_id = PickedField(
        label=gettext_lazy("Number presentation"),
        help_text=gettext_lazy(
            "What people outside see when this account calls them: one of the company's numbers, or nothing."
        ),
        required=False,
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

    international = forms.ChoiceField(
        label=gettext_lazy("International calls"),
        help_text=gettext_lazy("How far this account may call. Emergency numbers always work."),
        initial=INHERIT,
    )
    max_rate_inherited = forms.BooleanField(required=False, initial=True)
    max_rate = AmountField(label=gettext_lazy("Own highest price"), help_text=RATE_HELP, required=False)
    asks_pin = forms.BooleanField(
        label=gettext_lazy("The caller has to enter a PIN before the call"),
        help_text=gettext_lazy(
            "Asked before each call outside, three tries. Not for colleagues, star codes and emergency numbers."
        ),
        required=False,
    )
    outbound_pin = text_field(
        gettext_lazy("PIN"), gettext_lazy("4 to 10 digits. After saving it is not shown any more."), inputmode="numeric"
    )

    def __init__(self, *args: Any, actor: Actor, account: SipAccount | None = None, **kwargs: Any) -> None:
        self.actor, self.account = actor, account
        super().__init__(*args, initial=_initial(account) if account else _new(), **kwargs)
        self.fields["password"].help_text = _KEEP if account else _NEW
        self._offer()
        self.offer_unanswered()
        if account:
            self._remember_what_was_shown()
        if self.is_bound and self.data.get("revealed"):
            self.reveal_password()

    def _remember_what_was_shown(self) -> None:
        """So that a save that collides with somebody else's can tell what this person really changed."""
        for name in _SHOWN:
            self.fields[name].show_hidden_initial = True

    def _offer(self) -> None:
        """What there is to choose from, with what the company says in place of the account."""
        tenant = self.actor.tenant
        inherited, international = Level(tenant.international).label, self.fields["international"]
        self._offer_numbers()
        international.choices = [  # type: ignore[attr-defined]
            (INHERIT, _("Use the company's permission (now: %(level)s)") % {"level": inherited}),
            *Level.choices,
        ]
        inherited_rate = {"rate": rate(tenant.max_rate)}
        said = _("Use the company's highest price per minute (now %(rate)s)") % inherited_rate
        self.fields["max_rate_inherited"].label = said
        if self.has_pin:
            self.fields["outbound_pin"].help_text = _("A PIN is set. Leave it empty to keep it; 4 to 10 digits else.")

    def _offer_numbers(self) -> None:
        caller_id, source = self.fields["caller_id"], CallerIds(self.actor)
        if not self.account:
            first = own_numbers(self.actor).first()
            caller_id.initial = first.e164 if first else RESTRICTED
        if not isinstance(caller_id, PickedField):
            return
        if source.is_long:
            caller_id.pick_from(source)
        else:
            caller_id.choices = self._numbers()

    def _numbers(self) -> list[tuple[str, "str | _StrPromise"]]:
        """The company's numbers and hiding them; before these what the account has, if it is neither."""
        own = [(number.e164, grouped(number.e164)) for number in own_numbers(self.actor)]
        found: list[tuple[str, str | _StrPromise]] = [*own, (RESTRICTED, _("Restricted number"))]
        now = _caller_id(self.account) if self.account else found[0][0]
        if now == "":
            return [("", _("Not chosen yet: no calls outside")), *found]
        if now not in dict(found):
            return [(now, _("%(number)s (not the company's any more)") % {"number": grouped(now)}), *found]
        return found

    @property
    def has_pin(self) -> bool:
        """Whether a PIN is kept already."""
        return bool(self.account and self.account.outbound_pin_digest)

    @property
    def request_key(self) -> str:
        """The key of this request; another extension in the same form, after going back, is another request."""
        typed = self.cleaned_data.get("request", ""), self.cleaned_data.get("extension", "")
        return hashlib.sha256("\n".join(typed).encode()).hexdigest() if typed[0] else ""

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
        self._check_rate(given)
        self._check_pin(given)
        return given

    def _check_rate(self, given: dict[str, Any]) -> None:
        if given.get("max_rate_inherited"):
            self.errors.pop("max_rate", None)  # hidden, and of no effect
        elif given.get("max_rate") is None and "max_rate" not in self.errors:
            message = _("Give a price, or use the company's.")
            self.add_error("max_rate", forms.ValidationError(message, code="required"))

    def _check_pin(self, given: dict[str, Any]) -> None:
        if given.get("asks_pin") and not given.get("outbound_pin") and not self.has_pin:
            self.add_error("outbound_pin", forms.ValidationError(_("Give the PIN to ask for."), code="required"))

    def wanted(self) -> dict[str, Any]:
        """What was typed, in the words of `SipAccountInput`; a field that the form refused stays as it was."""
        given = self.cleaned_data
        before = current_input(self.account) if self.account else asdict(SipAccountInput(extension="", name=""))
        plain = ["extension", "name", "ring_timeout", "call_waiting"]
        typed = {name: given[name] for name in plain if name in given}
        shown = given.get("internal_caller_id") if given.get("shows") == OTHER else None
        secret = given.get("password") or None
        return {
            **before,
            **typed,
            **self.unanswered(),
            **self._outside(),
            "password": secret,
            "internal_caller_id": shown,
        }

    def _outside(self) -> dict[str, Any]:
        given = self.cleaned_data
        wanted: dict[str, Any] = {}
        if chosen := given.get("caller_id"):
            hides = chosen == RESTRICTED
            wanted |= {"caller_id": None if hides else chosen, "caller_id_restricted": hides}
        if level := given.get("international"):
            wanted["international"] = None if level == INHERIT else level
        if given.get("max_rate_inherited"):
            wanted["max_rate"] = None
        elif given.get("max_rate") is not None:
            wanted["max_rate"] = given["max_rate"]
        wanted["outbound_pin"] = (given.get("outbound_pin") or None) if given.get("asks_pin") else ""
        return wanted


def as_typed(account: SipAccount) -> dict[str, str]:
    """An account's values as the form's fields hold them."""
    shown = account.internal_caller_id or ""
    return {
        "extension": account.extension,
        "name": account.name,
        "caller_id": _caller_id(account),
        "shows": OTHER if shown else REAL,
        "internal_caller_id": shown,
        "ring_timeout": str(account.ring_timeout),
        "call_waiting": _switch(account.call_waiting),
        "international": account.international or INHERIT,
        "max_rate_inherited": _switch(account.max_rate is None),
        "max_rate": "" if account.max_rate is None else number(account.max_rate),
        "asks_pin": _switch(account.outbound_pin_digest != ""),
        **unanswered_as_typed(account),
    }


def _switch(on: bool) -> str:
    return "True" if on else ""


def _caller_id(account: SipAccount) -> str:
    if account.caller_id_restricted:
        return RESTRICTED
    return account.caller_id.e164 if account.caller_id else ""


def _initial(account: SipAccount) -> dict[str, Any]:
    typed = as_typed(account)
    return {**typed, **{name: bool(typed[name]) for name in SWITCHES}, "version": account.version}


def _new() -> dict[str, Any]:
    return {"request": secrets.token_urlsafe(16)}


def as_it_was_typed(typed: QueryDict, actor: Actor, account: SipAccount | None = None) -> AccountForm:
    """What was typed so far, not judged yet."""
    form = AccountForm(actor=actor, account=account)
    form.initial.update({name: typed[name] for name in form.fields if name in typed})
    form.initial.update({name: name in typed for name in SWITCHES})
    if typed.get("revealed"):
        form.reveal_password()
    return form


def generated(typed: QueryDict, password: str, actor: Actor, account: SipAccount | None = None) -> AccountForm:
    """What was typed so far, not judged yet, with a generated password in both of its fields."""
    form = as_it_was_typed(typed, actor, account)
    form.initial.update(password=password, confirmation=password, revealed=True)
    form.reveal_password()
    return form
