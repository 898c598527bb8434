"""Adding numbers, and giving one to a company."""

import re
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from centralka.actions.errors import InvalidInput, Problem
from centralka.store.models import Tenant

from ..collisions import ChangeForm
from ..company_choices import CompanyField
from ..forms import PanelForm

_TOLD = 20
"""Of a long list of wrong numbers the first are told; the rest are most likely wrong in the same way."""


class NumbersForm(PanelForm):
    """Many numbers at once, for the stock or for one company."""

    numbers = forms.CharField(
        label=gettext_lazy("Numbers"),
        help_text=gettext_lazy(
            "One in each line or with commas between them, in any spelling: 22 123 45 67, +48 600 100 200."
        ),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 8, "autocomplete": "off", "spellcheck": "false"}),
    )
    tenant_id = CompanyField()

    def __init__(self, *args: Any, companies: Iterable[Tenant], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, companies)

    def texts(self) -> list[str]:
        """Return each number that is not blank; lists are pasted with commas and semicolons, too."""
        return [text for text in re.split(r"[,;\n\r]", self.cleaned_data.get("numbers", "")) if text.strip()]

    def add_problems(self, refusal: InvalidInput) -> None:
        """Add the action's problems: it names each number by its place; here all of them are one field."""
        together: dict[str, list[Problem]] = {}
        for field, found in refusal.problems.items():
            together.setdefault(field.partition(".")[0], []).extend(found)
        for field, found in together.items():
            if more := len(found) - _TOLD:
                together[field] = found[:_TOLD] + ([_and_more(more)] if more > 0 else [])
        super().add_problems(InvalidInput(together))


class GiveForm(ChangeForm):
    """The choice of the company that has the number."""

    tenant_id = CompanyField()

    def __init__(self, *args: Any, companies: Iterable[Tenant], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, companies)


def _and_more(count: int) -> Problem:
    return Problem("more", _("And there are more: %(count)s.") % {"count": count})


def _offer(form: PanelForm, companies: Iterable[Tenant]) -> None:
    field = form.fields["tenant_id"]
    if isinstance(field, CompanyField):
        field.offer(companies)
