"""The block “Voicemail” of an account's form."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..forms import switch_field, text_field
from .greeting_in_form import GreetingInForm


class VoicemailBlock(GreetingInForm):
    """The mailbox, its PIN, its mail and its greeting."""

    FIRST = ("voicemail_enabled", "voicemail_pin", "voicemail_email", "greeting_file", "greeting_kept")
    """Fields in this order, before the block's other fields."""
    TRANSLATED: tuple[str, ...] = ("voicemail_pin",)

    voicemail_enabled = switch_field(
        gettext_lazy("Turn the voicemail service on"),
        gettext_lazy(
            "Who is not answered can leave a message. It waits in the mailbox and in this panel, and is mailed to you."
        ),
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

    def offer(self) -> None:
        super().offer()
        if self.has_mailbox_pin:
            self.fields["voicemail_pin"].help_text = _("A PIN is set. Leave it empty to keep it; 3 to 10 digits else.")

    @property
    def greeting_ticks(self) -> list[forms.BoundField]:
        return [self["greeting_on_no_answer"], self["greeting_on_busy"]]

    @property
    def has_mailbox_pin(self) -> bool:
        """Tell whether a PIN of the mailbox is kept already."""
        return bool(self.account and self.account.voicemail_pin_digest)

    def wanted(self) -> dict[str, Any]:
        given = self.cleaned_data
        # The PIN of a mailbox that is turned off is not in question.
        pin = (given.get("voicemail_pin") or None) if given.get("voicemail_enabled") else None
        return {**super().wanted(), "voicemail_pin": pin}
