"""The own greeting as a part of the account's form: judged with the other fields, and saved with them."""

from typing import Any, cast

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.translation import gettext_lazy

from centralka.actions import voicemail
from centralka.actions.errors import InvalidInput
from centralka.sound.conversion import MAX_BYTES
from centralka.store.models import SipAccount

from .block import AccountBlock
from .greeting import TOO_BIG
from .kept_file import KeptFile, forget, keep, kept


class GreetingInForm(AccountBlock):
    """A WAV or MP3 file. A right one survives a save that is refused for other reasons, and the question of costs."""

    greeting_file = forms.FileField(
        label=gettext_lazy("Upload your own greeting"),
        help_text=gettext_lazy("WAV or MP3, at most 10 MB and 3 minutes. It is played from the next call on."),
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(
            attrs={"accept": ".wav,.mp3,audio/wav,audio/mpeg", "data-most": MAX_BYTES, "data-too-big": "too-big"}
        ),
    )
    greeting_kept = forms.CharField(widget=forms.HiddenInput, required=False)
    """The key that fetches the file that was chosen before."""

    greeting: KeptFile | None = None
    """The greeting to be saved."""

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        file: UploadedFile[bytes] | None = given.get("greeting_file")
        if file:
            self._judge(file)
        elif (ticket := given.get("greeting_kept")) and self.actor.person:
            self.greeting = kept(self.actor.person.pk, ticket)
        return given

    def _judge(self, file: "UploadedFile[bytes]") -> None:
        if (file.size or 0) > MAX_BYTES:
            self.add_error("greeting_file", forms.ValidationError(TOO_BIG, code="too_big"))
            return
        try:
            self.greeting = KeptFile(file.name or "", voicemail.checked_greeting(file.read()).wav)
        except InvalidInput as refusal:
            problem = refusal.problems["file"][0]
            self.add_error("greeting_file", forms.ValidationError(str(problem.message), code=problem.code))

    def save_greeting(self, account: SipAccount) -> None:
        """Save the greeting, in the transaction of the rest."""
        if self.greeting is not None:
            voicemail.use_greeting(self.actor, account.pk, self.greeting.sound)

    def keep_greeting(self) -> None:
        """Put the file aside until the form is sent again."""
        if self.greeting is not None and self.actor.person:
            data = cast(QueryDict, self.data).copy()
            data["greeting_kept"] = keep(self.actor.person.pk, self.greeting)
            self.data = data

    def forget_greeting(self) -> None:
        """Forget the file: it is saved."""
        if self.greeting is not None and self.actor.person:
            forget(self.actor.person.pk)
