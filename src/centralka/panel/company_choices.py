"""Choosing a company, or none."""

from collections.abc import Iterable

from django import forms
from django.utils.translation import gettext_lazy

from centralka.store.models import Tenant

Choices = list[tuple[str, str]]


def company_choices(companies: Iterable[Tenant]) -> Choices:
    """List the companies with their short names, because two can have the same name."""
    return [(str(company.pk), f"{company.name} ({company.slug})") for company in companies]


class CompanyField(forms.ChoiceField):
    """A company's id, or None; its choices are set when the form is made."""

    def __init__(self) -> None:
        super().__init__(label=gettext_lazy("Company"), required=False)

    def offer(self, companies: Iterable[Tenant]) -> None:
        """Offer these companies, and the choice of none."""
        self.choices = [("", gettext_lazy("Nobody: keep it in stock")), *company_choices(companies)]

    def clean(self, value: object) -> int | None:
        chosen = super().clean(value)
        return int(chosen) if chosen else None
