"""The filters of the ledger."""

from django import forms
from django.utils.translation import gettext_lazy

from centralka.actions.money import LedgerFilter
from centralka.store.models import LedgerEntry

from ..periods import PeriodForm


class LedgerForm(PeriodForm):
    """The form with the filters of bookings."""

    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"),
        required=False,
        choices=[("", gettext_lazy("All bookings")), *LedgerEntry.Kind.choices],
    )

    def wanted(self) -> LedgerFilter | None:
        """Return the filter; None when something is wrong, which the form then says beside the field."""
        if not self.is_valid():
            return None
        period = self.days()
        return LedgerFilter(kind=self.cleaned_data["kind"] or None, since=period.since, until=period.until)
