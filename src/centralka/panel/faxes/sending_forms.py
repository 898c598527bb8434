"""Forms to send a fax: a document, then an account and the recipients."""

import re
import secrets
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy, pgettext_lazy

from centralka.actions.account.accounts import sip_accounts
from centralka.actions.actor import Actor
from centralka.actions.errors import InvalidInput
from centralka.actions.external_numbers import external_numbers
from centralka.actions.sent_faxes import MOST_RECIPIENTS, FaxInput
from centralka.calls.spelling import grouped
from centralka.fax.preparation import MAX_BYTES

from ..forms import PanelForm
from ..moments import MomentField

_MOST_LISTED = 50
"""Accounts, or saved numbers, that are offered as a list; more of them are typed."""
_BETWEEN = re.compile(r"[,;\n\r\t]+")


class DocumentForm(PanelForm):
    """A document to be faxed."""

    file = forms.FileField(
        label=gettext_lazy("Document"),
        help_text=gettext_lazy("PDF, JPEG or PNG; at most 50 pages and 20 MB. You see the pages before they are sent."),
        allow_empty_file=True,
        error_messages={"required": gettext_lazy("Choose a file.")},
        widget=forms.FileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png,application/pdf,image/jpeg,image/png"}),
    )

    def named_file(self) -> tuple[str, bytes]:
        """Return name and content, but not all of a file that is too large anyhow."""
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        return file.name or "", bytes(file.read(MAX_BYTES + 1))


class SendForm(PanelForm):
    """From which account a document goes, and to whom."""

    request = forms.CharField(widget=forms.HiddenInput, required=False)
    """Names the sending, so that a double click or a reload sends once."""
    account = forms.CharField(
        label=gettext_lazy("From the account"),
        help_text=gettext_lazy(
            "The fax is a call of this account: its number is shown, its permission and limits hold, and the call "
            "costs what a call costs."
        ),
        required=False,
    )
    to = forms.CharField(
        label=pgettext_lazy("recipient", "To"),
        help_text=gettext_lazy("Fax numbers in any spelling, or extensions: one in each line, or with commas."),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 2, "autocomplete": "off", "spellcheck": "false"}),
    )
    send_at = MomentField(
        label=gettext_lazy("When"),
        help_text=gettext_lazy("Empty: at once. Until then it can be called off."),
    )
    saved = forms.MultipleChoiceField(
        label=gettext_lazy("Saved numbers"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor
        self.fields["request"].initial = secrets.token_urlsafe(12)
        self._offer_accounts()
        self._offer_saved()

    def _offer_accounts(self) -> None:
        found = list(sip_accounts(self.actor)[: _MOST_LISTED + 1])
        field = self.fields["account"]
        if len(found) > _MOST_LISTED:
            field.widget = forms.TextInput(attrs={"class": "form-control", "inputmode": "numeric"})
            return
        choices = [(account.extension, f"{account.extension} {account.name}") for account in found]
        field.widget = forms.Select(attrs={"class": "form-select"}, choices=choices)

    def _offer_saved(self) -> None:
        found = list(external_numbers(self.actor)[: _MOST_LISTED + 1])
        field = self.fields["saved"]
        if not found or len(found) > _MOST_LISTED or not isinstance(field, forms.MultipleChoiceField):
            del self.fields["saved"]
            return
        field.choices = [(one.e164, f"{one.name} ({grouped(one.e164)})") for one in found]

    def wanted(self, document_id: int) -> FaxInput:
        """Return what was typed, in the words of the action."""
        account = sip_accounts(self.actor, extension=str(self.cleaned_data.get("account", "")).strip()).first()
        typed = [part.strip() for part in _BETWEEN.split(self.cleaned_data.get("to", "")) if part.strip()]
        to = (*self.cleaned_data.get("saved", []), *typed)[: MOST_RECIPIENTS + 1]
        return FaxInput(
            document_id=document_id,
            account_id=account.pk if account else 0,
            to=to,
            send_at=self.cleaned_data.get("send_at"),
        )

    def add_problems(self, refusal: InvalidInput) -> None:
        """Say what is wrong with single recipients beside the field."""
        gathered: dict[str, list[Any]] = {}
        for name, found in refusal.problems.items():
            gathered.setdefault(name.partition(".")[0], []).extend(found)
        super().add_problems(InvalidInput(gathered))
