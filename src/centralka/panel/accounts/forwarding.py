"""What follows when an account does not take a call: its mailbox and its forwards, as parts of its form."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from centralka.actions.account.forwarding import FORWARD_FIELDS, RETURN_AFTER_MAX, RETURN_AFTER_MIN, forwards_of
from centralka.actions.actor import Actor
from centralka.store.models import Forward, SipAccount

from ..forms import text_field
from ..forwards import CONDITIONS
from ..pickers.sources import Targets
from ..pickers.targets import TargetField, choice_of, targets, value_of
from .greeting_in_form import GreetingInForm

VOICEMAIL_FIELDS = (
    "voicemail_enabled",
    "voicemail_pin",
    "voicemail_email",
    "greeting_file",
    "greeting_kept",
    "greeting_on_no_answer",
    "greeting_on_busy",
)
FORWARDING_FIELDS = (*FORWARD_FIELDS.values(), "return_after")
UNANSWERED_SWITCHES = ("voicemail_enabled", "greeting_on_no_answer", "greeting_on_busy")
"""Fields that a browser leaves out when they are off."""


class UnansweredForm(GreetingInForm):
    """The blocks “Voicemail” and “Forwarding”."""

    voicemail_enabled = forms.BooleanField(
        label=gettext_lazy("Turn the voicemail service on"),
        help_text=gettext_lazy(
            "Who is not answered can leave a message. It waits in the mailbox and in this panel, and is mailed to you."
        ),
        required=False,
        widget=forms.CheckboxInput(attrs={"role": "switch"}),
    )
    voicemail_pin = text_field(
        gettext_lazy("Set the PIN"),
        gettext_lazy("3 to 10 digits. *98 asks for it, from the account's own phone. After saving it is not shown."),
        inputmode="numeric",
    )
    voicemail_email = text_field(
        gettext_lazy("E-mail address"),
        gettext_lazy("New messages are mailed there, with the recording. Empty: nothing is mailed."),
        inputmode="email",
    )
    greeting_on_no_answer = forms.BooleanField(
        label=gettext_lazy("When the phone is not answered or cannot be reached"), required=False, initial=True
    )
    greeting_on_busy = forms.BooleanField(label=gettext_lazy("When the phone is busy"), required=False)

    forward_no_answer = TargetField(
        label=CONDITIONS[Forward.Condition.NO_ANSWER],
        help_text=gettext_lazy("Nobody picked up within the ringing time of the general settings."),
        required=False,
    )
    forward_busy = TargetField(
        label=CONDITIONS[Forward.Condition.BUSY],
        help_text=gettext_lazy("The call was declined, or the phone is in use and call waiting is off."),
        required=False,
    )
    forward_unavailable = TargetField(
        label=CONDITIONS[Forward.Condition.UNAVAILABLE],
        help_text=gettext_lazy("No phone is registered or none of them responds. It applies at once."),
        required=False,
    )
    return_after = forms.IntegerField(
        label=gettext_lazy("Back after"),
        help_text=gettext_lazy(
            "How long the chosen target rings, 5 to 180 seconds. Then the call comes back: "
            "to this account's voicemail if it is on, else it ends."
        ),
        required=False,
        initial=30,
        widget=forms.NumberInput(attrs={"min": RETURN_AFTER_MIN, "max": RETURN_AFTER_MAX}),
    )

    actor: Actor
    account: SipAccount | None

    def offer_unanswered(self) -> None:
        """What there is to choose from."""
        source = Targets(self.actor, self.account.pk if self.account else None)
        choices = [] if source.is_long else targets(source)
        for field in (self.fields[name] for name in FORWARD_FIELDS.values()):
            if isinstance(field, TargetField):
                field.choices = choices
                if source.is_long:
                    field.pick_from(source)
        if self.has_mailbox_pin:
            self.fields["voicemail_pin"].help_text = _("A PIN is set. Leave it empty to keep it; 3 to 10 digits else.")

    @property
    def forward_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in FORWARD_FIELDS.values()]

    @property
    def greeting_ticks(self) -> list[forms.BoundField]:
        return [self["greeting_on_no_answer"], self["greeting_on_busy"]]

    @property
    def has_mailbox_pin(self) -> bool:
        """Whether a PIN of the mailbox is kept already."""
        return bool(self.account and self.account.voicemail_pin_digest)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        # A form that was opened before there was this field keeps what is saved.
        if self.data.get("return_after") == "":
            self.add_error("return_after", forms.ValidationError(_("Give the seconds."), code="required"))
        return given

    def unanswered(self) -> dict[str, Any]:
        """What was typed, in the words of `SipAccountInput`, without what the form refused."""
        given = self.cleaned_data
        plain = ("return_after", "voicemail_email", *UNANSWERED_SWITCHES)
        wanted: dict[str, Any] = {name: given[name] for name in plain if given.get(name) is not None}
        wanted |= {name: choice_of(given[name]) for name in FORWARD_FIELDS.values() if name in given}
        # The PIN of a mailbox that is turned off is not in question.
        wanted["voicemail_pin"] = (given.get("voicemail_pin") or None) if given.get("voicemail_enabled") else None
        return wanted


def unanswered_as_typed(account: SipAccount) -> dict[str, str]:
    """An account's values as the form's fields hold them."""
    forwards = forwards_of(account)
    targets = {field: value_of(forwards.get(condition)) for condition, field in FORWARD_FIELDS.items()}
    switches = {name: "True" if getattr(account, name) else "" for name in UNANSWERED_SWITCHES}
    plain = {"voicemail_email": account.voicemail_email, "return_after": str(account.return_after)}
    return {**targets, **switches, **plain}
