"""The filter of faxes, and the address to which one is mailed on."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from centralka.actions.account.fax_accounts import fax_accounts
from centralka.actions.actor import Actor
from centralka.store.models import SipAccount

from ..forms import PanelForm, text_field


class FaxFilter(PanelForm):
    """The account whose faxes are shown; empty: all accounts."""

    account = forms.CharField(
        label=gettext_lazy("Extension"), required=False, widget=forms.TextInput(attrs={"inputmode": "numeric"})
    )

    def wanted(self, actor: Actor) -> SipAccount | None:
        """Return the account; None for all accounts, and when something is wrong, which the form then says."""
        extension = self.cleaned_data["account"] if self.is_valid() else ""
        found = fax_accounts(actor, extension=extension).first() if extension else None
        if extension and found is None:
            self.add_error("account", forms.ValidationError(_("No fax account has this extension."), code="unknown"))
        return found


class FaxMailForm(PanelForm):
    """The address to which a fax is mailed."""

    address = text_field(
        gettext_lazy("E-mail address"),
        gettext_lazy("The PDF goes there within a minute; what became of it stands under “Sent by e-mail”."),
        needed=gettext_lazy("Give an e-mail address."),
        inputmode="email",
    )
