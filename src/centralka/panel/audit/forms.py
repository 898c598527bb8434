"""The filters of the audit log."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from centralka.actions.audit import AuditFilter

from ..periods import PeriodForm
from .words import OPERATORS, WHAT


class AuditForm(PeriodForm):
    """The form with the filters of changes."""

    what = forms.ChoiceField(label=gettext_lazy("What"), required=False)
    who = forms.CharField(label=gettext_lazy("Who"), required=False)
    search = forms.CharField(label=gettext_lazy("What it is called"), required=False)

    def __init__(self, *args: Any, for_operator: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        things = [(key, words) for key, words in WHAT.items() if for_operator or key not in OPERATORS]
        self.fields["what"].choices = [("", gettext_lazy("Everything")), *things]  # type: ignore[attr-defined]

    def wanted(self) -> AuditFilter | None:
        """Return the filter; None when something is wrong, which the form then says beside the field."""
        if not self.is_valid():
            return None
        given, period = self.cleaned_data, self.days()
        return AuditFilter(
            since=period.since,
            until=period.until,
            what=given["what"] or None,
            who=given["who"] or None,
            search=given["search"] or None,
        )
