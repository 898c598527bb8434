"""The company's own settings."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy, pgettext_lazy

from centralka.sound.conversion import MAX_BYTES
from centralka.store.models import HoldSound, Level

from ..collisions import ChangeForm
from ..forms import switch_field, text_field
from ..moments import MomentField
from ..money import RATE_HELP, AmountField

_TOO_MANY_MINUTES = 1_000_000


class SettingsForm(ChangeForm):
    """The company's name and language."""

    name = text_field(gettext_lazy("Company name"))
    language = forms.ChoiceField(
        label=gettext_lazy("Language"),
        help_text=gettext_lazy("The company's; each person still chooses their own for this panel."),
        choices=settings.LANGUAGES,
    )
    networks = forms.CharField(
        label=gettext_lazy("Phones only from these networks"),
        help_text=gettext_lazy(
            "One in each line: 203.0.113.0/24 is a network, 203.0.113.7 one address. Elsewhere phones can neither "
            "register nor call, not even with the right password. Empty: everywhere."
        ),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off", "spellcheck": "false"}),
    )

    alert_emails = text_field(
        gettext_lazy("Alert address"),
        gettext_lazy(
            "Who is told by mail when an account cannot be reached: addresses with commas. Accounts can have others."
        ),
        inputmode="email",
    )
    webhook = text_field(
        gettext_lazy("Address for your program (webhook)"),
        gettext_lazy(
            "An https:// address that is told of accounts that cannot be reached, and are back. Empty: none. "
            "What is sent is signed with the secret below."
        ),
        inputmode="url",
        spellcheck="false",
    )
    webhook_sms = forms.BooleanField(
        label=gettext_lazy("Tell it of text messages, too"),
        help_text=gettext_lazy("Those that come in, with their text, and each new state of those that you send."),
        required=False,
    )
    low_balance = AmountField(
        label=gettext_lazy("Warn when less is left than"),
        help_text=gettext_lazy(
            "PLN net, e.g. 50: a mail to the alert address, or to the owners where there is none. Empty: no warning. "
            "That calls are refused, since the money does not reach, is mailed in any case, once a day at most."
        ),
        required=False,
    )
    second_factor_wanted = switch_field(
        gettext_lazy("Second factor required"),
        gettext_lazy(
            "Each person of the company has to set one up before anything else opens, you too. The phone in the "
            "browser ends for whoever has none yet."
        ),
    )
    monitoring_paused_until = MomentField(
        label=gettext_lazy("Pause monitoring until"),
        help_text=gettext_lazy("Nobody is told before then of accounts that cannot be reached. Empty: no pause."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "second_factor_wanted" not in self.initial:  # an owner alone decides it
            del self.fields["second_factor_wanted"]

    def changes_to(self, now: Mapping[str, Any]) -> dict[str, Any]:
        """Read each line that is not blank as a network."""
        found = super().changes_to(now)
        return found | {"networks": found["networks"].splitlines()} if "networks" in found else found


class OutsideForm(ChangeForm):
    """Where and for how much accounts without a setting of their own may call."""

    international = forms.ChoiceField(
        label=gettext_lazy("International calls"),
        help_text=gettext_lazy("How far accounts may call. Emergency numbers always work."),
        choices=Level.choices,
        widget=forms.RadioSelect,
    )
    max_rate = AmountField(
        label=gettext_lazy("Highest price per minute"),
        help_text=RATE_HELP,
        error_messages={"required": gettext_lazy("Give a price per minute, e.g. 1.00.")},
    )


class SmsSettingsForm(ChangeForm):
    """What a text message may cost, and where answers are mailed."""

    sms_max_price = AmountField(
        label=gettext_lazy("Dearest text message"),
        help_text=gettext_lazy("PLN net, all parts together. A dearer message is refused before it is sent."),
        error_messages={"required": gettext_lazy("Give an amount, e.g. 1.00.")},
    )
    sms_email = text_field(
        gettext_lazy("Messages that come in are mailed to"),
        gettext_lazy("An e-mail address; empty: they are shown in the panel only."),
        inputmode="email",
    )
    sms_night_from = text_field(gettext_lazy("No messages from"), gettext_lazy("E.g. 21:00; empty: at any time."))
    sms_night_until = text_field(
        pgettext_lazy("end of the night", "until"),
        gettext_lazy("E.g. 08:00. What is sent in between waits, answers too, and goes out then."),
    )


class TalkForm(ChangeForm):
    """How long a call may last, and what is heard while a phone of the company holds it. A file is used at once."""

    longest_call = forms.IntegerField(
        label=gettext_lazy("Longest call"),
        help_text=gettext_lazy(
            "A call that has gone on for so long is ended; both sides hear a tone a minute before. "
            "Emergency calls are never ended."
        ),
        error_messages={
            "required": gettext_lazy("Say how many minutes, e.g. 240."),
            "invalid": gettext_lazy("Give a whole number of minutes, e.g. 240."),
        },
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    hold_sound = forms.ChoiceField(
        label=gettext_lazy("Heard on hold"), choices=HoldSound.choices, widget=forms.RadioSelect
    )
    file = forms.FileField(
        label=gettext_lazy("Own file"),
        help_text=gettext_lazy("WAV or MP3, at most 10 MB and 3 minutes. It is played round and round."),
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(
            attrs={"accept": ".wav,.mp3,audio/wav,audio/mpeg", "data-most": MAX_BYTES, "data-too-big": "too-big"}
        ),
    )

    def clean_file(self) -> "UploadedFile[bytes] | None":
        """Refuse a file by its size alone, so that it is not read into memory."""
        file: UploadedFile[bytes] | None = self.cleaned_data["file"]
        if file is not None and (file.size or 0) > MAX_BYTES:
            raise forms.ValidationError(gettext_lazy("The file is bigger than 10 MB."), code="too_big")
        return file

    def clean_longest_call(self) -> int:
        """Read the longest call in seconds. More digits than any number of minutes has are too much in every unit."""
        return min(int(self.cleaned_data["longest_call"]), _TOO_MANY_MINUTES) * 60
