"""The filters of the call history."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from centralka.actions.account.accounts import all_accounts
from centralka.actions.actor import Actor
from centralka.actions.calls import CallFilter, was_in_calls
from centralka.store.models import CallRecord

from ..periods import PeriodForm

MISSED = "missed"
"""Among the outcomes: calls to an account here that nobody took, whatever became of them."""


class CallsForm(PeriodForm):
    """The form with the filters of calls."""

    direction = forms.ChoiceField(
        label=gettext_lazy("Direction"),
        required=False,
        choices=[("", gettext_lazy("Any direction")), *CallRecord.Direction.choices],
    )
    account = forms.CharField(
        label=gettext_lazy("Extension"), required=False, widget=forms.TextInput(attrs={"inputmode": "numeric"})
    )
    outcome = forms.ChoiceField(
        label=gettext_lazy("Outcome"),
        required=False,
        choices=[("", gettext_lazy("Any outcome")), (MISSED, gettext_lazy("Missed")), *CallRecord.Outcome.choices],
    )
    number = forms.CharField(label=gettext_lazy("Number or name"), required=False)

    def wanted(self, actor: Actor) -> CallFilter | None:
        """Return the filter; None when something is wrong, which the form then says beside the field."""
        if not self.is_valid():
            return None
        given = self.cleaned_data
        extension = given["account"].replace("\0", "")
        account_id = self._account_id(actor, extension)
        if self.errors:
            return None
        period = self.days()
        return CallFilter(
            since=period.since,
            until=period.until,
            sip_account=account_id,
            direction=given["direction"] or None,
            outcome=given["outcome"] if given["outcome"] not in ("", MISSED) else None,
            missed=given["outcome"] == MISSED,
            number=given["number"] or None,
            # Of an account that was deleted its calls tell by themselves.
            extension=extension if account_id is None else None,
        )

    def _account_id(self, actor: Actor, extension: str) -> int | None:
        found = all_accounts(actor, extension=extension).first() if extension else None
        if extension and found is None and not was_in_calls(actor, extension):
            self.add_error("account", forms.ValidationError(_("There is no such extension."), code="unknown"))
        return found.pk if found else None
