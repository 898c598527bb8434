"""The form of a fax account; its rules are those of `actions.account.fax_accounts`."""

import hashlib
import secrets
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy

from centralka.actions.account.fax_accounts import current_input
from centralka.store.models import SipAccount

from ..collisions import RememberingForm
from ..forms import text_field


class FaxAccountForm(RememberingForm):
    """Extension, name, addresses and station identification."""

    request = forms.CharField(widget=forms.HiddenInput, required=False)
    """Names the making of this account, so that a double click or a reload makes and charges it once."""
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    """The version that the form was filled from."""
    extension = text_field(
        gettext_lazy("Extension"),
        gettext_lazy("2 to 6 digits, e.g. 15. Colleagues can fax it by this extension."),
        needed=gettext_lazy("Give an extension."),
        inputmode="numeric",
    )
    name = text_field(
        gettext_lazy("Name of the fax account"),
        gettext_lazy("Seen only inside the company, e.g. whose faxes these are."),
    )
    emails = forms.CharField(
        label=gettext_lazy("Mail each fax to"),
        help_text=gettext_lazy(
            "Up to 10 e-mail addresses, one a line; each gets the fax as a PDF. Empty: faxes are in the panel only."
        ),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "inputmode": "email", "spellcheck": "false", "autocapitalize": "none"}),
    )
    station = text_field(
        gettext_lazy("Station identification"),
        gettext_lazy("What the sending machine displays and prints, usually the fax number. Empty: nothing."),
    )

    def __init__(self, *args: Any, account: SipAccount | None = None, **kwargs: Any) -> None:
        self.account = account
        super().__init__(*args, initial=self._initial(), **kwargs)
        self.remember(typed(account) if account else ())

    def _initial(self) -> dict[str, Any]:
        if self.account is None:
            return {"request": secrets.token_urlsafe(16)}
        return {**typed(self.account), "version": self.account.version}

    @property
    def request_key(self) -> str:
        """Return the key of this request; another extension in the same form, after going back, is another request."""
        words = self.cleaned_data.get("request", ""), self.cleaned_data.get("extension", "")
        return hashlib.sha256("\n".join(words).encode()).hexdigest() if words[0] else ""

    def wanted(self) -> dict[str, Any]:
        """Return what was typed, in the words of `FaxAccountInput`."""
        given = self.given(extension="", name="", emails="", station="")
        return {**given, "emails": tuple(given["emails"].replace(",", "\n").replace(";", "\n").splitlines())}


def typed(account: SipAccount) -> dict[str, str]:
    """Return an account's values as the form's fields hold them."""
    return {**current_input(account), "emails": "\n".join(current_input(account)["emails"])}


def as_it_was_typed(given: QueryDict) -> FaxAccountForm:
    """Return what was typed so far, not judged yet."""
    form = FaxAccountForm()
    form.initial.update({name: given[name] for name in form.fields if name in given})
    return form
