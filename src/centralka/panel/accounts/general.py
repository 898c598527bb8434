"""The block “General settings” of an account's form."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from centralka.actions.account.general import RING_TIMEOUT_MAX, RING_TIMEOUT_MIN
from centralka.actions.numbers import own_numbers
from centralka.actions.sms.senders import SenderChoice, approved_names, choice_of, own_mobile_numbers
from centralka.calls.spelling import grouped
from centralka.sms.senders import Mode
from centralka.store.models import SipAccount

from ..forms import switch_field, text_field
from ..pickers.fields import PickedField
from ..pickers.sources import CallerIds
from .block import AccountBlock

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

REAL, OTHER = "real", "other"
RANDOM = "random"
RESTRICTED = CallerIds.RESTRICTED
"""In place of a number: people outside see none."""
_PASSWORD_ATTRS = {"autocomplete": "new-password", "spellcheck": "false", "autocapitalize": "none"}
_NEW = gettext_lazy("At least 10 characters, letters and digits; the phone stores it, nobody has to remember it.")
_KEEP = gettext_lazy(
    "Leave it empty to keep the present one. With a new extension the login changes, and a new password is needed."
)


class GeneralBlock(AccountBlock):
    """The account's name, extension and password, and what others see of it. Passwords survive a refused save."""

    TRANSLATED: tuple[str, ...] = ("password", "internal_caller_id", "caller_id", "sms_sender")

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
    sms_sender = forms.ChoiceField(
        label=gettext_lazy("SMS sender"),
        help_text=gettext_lazy(
            "Who text messages of this account come from: a random number of the network's (SMS Standard), one of the "
            "company's mobile numbers, or a name that the operator approved (SMS Premium)."
        ),
        required=False,
        initial=RANDOM,
        widget=forms.Select(attrs={"class": "form-select"}),
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
    call_waiting = switch_field(
        gettext_lazy("Call waiting"),
        gettext_lazy(
            "On: somebody who is in a call hears that a second one is waiting. "
            "Off: the second caller hears the busy tone."
        ),
        on=True,
    )

    @classmethod
    def typed(cls, account: SipAccount) -> dict[str, str]:
        shows = OTHER if account.internal_caller_id else REAL
        return {
            **super().typed(account),
            "caller_id": _caller_id(account),
            "sms_sender": _sender(account),
            "shows": shows,
        }

    def offer(self) -> None:
        super().offer()
        self.fields["password"].help_text = _KEEP if self.account else _NEW
        senders = self.fields["sms_sender"]
        if isinstance(senders, forms.ChoiceField):
            senders.choices = self._senders()
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

    def _senders(self) -> list[tuple[str, "str | _StrPromise"]]:
        """List a random number, the company's mobile numbers and its names, and what the account has, if it is none."""
        numbers = [(f"number:{one.e164}", grouped(one.e164)) for one in own_mobile_numbers(self.actor.tenant)]
        names = [(f"name:{one.name}", one.name) for one in approved_names(self.actor.tenant)]
        found: list[tuple[str, str | _StrPromise]] = [(RANDOM, _("Random number")), *numbers, *names]
        now = _sender(self.account) if self.account else RANDOM
        if now not in dict(found):
            gone = grouped(now.partition(":")[2]) or _("deleted")
            found.append((now, _("%(sender)s (taken away: nothing is sent)") % {"sender": gone}))
        return found

    def _numbers(self) -> list[tuple[str, "str | _StrPromise"]]:
        """List the company's numbers and hiding them; before these what the account has, if it is neither."""
        own = [(number.e164, grouped(number.e164)) for number in own_numbers(self.actor)]
        found: list[tuple[str, str | _StrPromise]] = [*own, (RESTRICTED, _("Restricted number"))]
        now = _caller_id(self.account) if self.account else found[0][0]
        if now == "":
            return [("", _("Not chosen yet: no calls outside")), *found]
        if now not in dict(found):
            return [(now, _("%(number)s (not the company's any more)") % {"number": grouped(now)}), *found]
        return found

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
        given = self.cleaned_data
        shown = given.get("internal_caller_id") if given.get("shows") == OTHER else None
        wanted = {**super().wanted(), "password": given.get("password") or None, "internal_caller_id": shown}
        if sender := given.get("sms_sender"):
            wanted["sms_sender"] = _choice(sender)
        if chosen := given.get("caller_id"):
            hides = chosen == RESTRICTED
            wanted |= {"caller_id": None if hides else chosen, "caller_id_restricted": hides}
        return wanted


def _sender(account: SipAccount) -> str:
    choice = choice_of(account)
    return RANDOM if choice.mode is Mode.RANDOM else f"{choice.mode}:{choice.number or choice.name}"


def _choice(sender: str) -> SenderChoice:
    mode, _colon, text = sender.partition(":")
    match mode:
        case Mode.NUMBER:
            return SenderChoice(Mode.NUMBER, number=text)
        case Mode.NAME:
            return SenderChoice(Mode.NAME, name=text)
        case _:
            return SenderChoice()


def _caller_id(account: SipAccount) -> str:
    if account.caller_id_restricted:
        return RESTRICTED
    return account.caller_id.e164 if account.caller_id else ""
