"""An account's own greeting and its mail, on the account's page."""

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy

from centralka.sound.conversion import MAX_BYTES

from ..forms import PanelForm

TOO_BIG = gettext_lazy("The file is bigger than 10 MB.")


class GreetingForm(PanelForm):
    """A WAV or MP3 file. The action judges what is in it."""

    file = forms.FileField(
        label=gettext_lazy("Upload your own greeting"),
        help_text=gettext_lazy("WAV or MP3, at most 10 MB and 3 minutes. It is played from the next call on."),
        allow_empty_file=True,
        error_messages={"required": gettext_lazy("Choose a file.")},
        widget=forms.FileInput(
            attrs={"accept": ".wav,.mp3,audio/wav,audio/mpeg", "data-most": MAX_BYTES, "data-too-big": "too-big"}
        ),
    )

    def clean_file(self) -> "UploadedFile[bytes]":
        """Judge the file by its size alone, so that it is not read into memory."""
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if (file.size or 0) > MAX_BYTES:
            raise forms.ValidationError(TOO_BIG, code="too_big")
        return file

    def content(self) -> bytes:
        """Return the file, once it is known not to be too large."""
        return bytes(self.cleaned_data["file"].read())
