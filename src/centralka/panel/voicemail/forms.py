"""The filter of messages and of the mail log."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from centralka.actions.account.accounts import sip_accounts
from centralka.actions.actor import Actor
from centralka.store.models import SipAccount

from ..forms import PanelForm


class MailboxFilter(PanelForm):
    """The account whose mailbox is shown; empty: all accounts."""

    account = forms.CharField(
        label=gettext_lazy("Extension"), required=False, widget=forms.TextInput(attrs={"inputmode": "numeric"})
    )

    def wanted(self, actor: Actor) -> SipAccount | None:
        """Return the account; None for all accounts, and when something is wrong, which the form then says."""
        extension = self.cleaned_data["account"] if self.is_valid() else ""
        found = sip_accounts(actor, extension=extension).first() if extension else None
        if extension and found is None:
            self.add_error("account", forms.ValidationError(_("There is no such extension."), code="unknown"))
        return found
