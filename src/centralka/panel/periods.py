"""The days that a list shows: the part that filters by GET have in common."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .forms import PanelForm

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

DAYS = "days"
_SENSIBLE = [MinValueValidator(date(2000, 1, 1)), MaxValueValidator(date(2999, 12, 31))]


@dataclass(frozen=True)
class Period:
    """Whole days, the last one included; None does not narrow."""

    first: date | None = None
    last: date | None = None

    @property
    def since(self) -> datetime | None:
        """Return when the first day begins."""
        return _midnight(self.first)

    @property
    def until(self) -> datetime | None:
        """Return when the day after the last begins."""
        return _midnight(self.last + timedelta(days=1)) if self.last else None


def _day(label: "_StrPromise") -> forms.DateField:
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return forms.DateField(label=label, required=False, widget=widget, validators=_SENSIBLE)


class PeriodForm(PanelForm):
    """A form by GET, so that a filtered list has an address."""

    period = forms.ChoiceField(
        label=gettext_lazy("Period"),
        required=False,
        choices=[
            ("", gettext_lazy("Any time")),
            ("today", gettext_lazy("Today")),
            ("yesterday", gettext_lazy("Yesterday")),
            ("week", gettext_lazy("Last 7 days")),
            ("month", gettext_lazy("Last 30 days")),
            (DAYS, gettext_lazy("Chosen days…")),
        ],
    )
    first = _day(gettext_lazy("From"))
    last = _day(gettext_lazy("To"))

    def clean(self) -> dict[str, object]:
        given = super().clean() or {}
        first, last = given.get("first"), given.get("last")
        if given.get("period") == DAYS and first and last and first > last:
            self.add_error("last", forms.ValidationError(_("The last day is before the first."), code="order"))
        return given

    def days(self) -> Period:
        """Return the days that are asked for; the form is valid."""
        given = self.cleaned_data
        return _period(given["period"], given["first"], given["last"], timezone.localdate())


def _period(name: str, first: date | None, last: date | None, today: date) -> Period:
    match name:
        case "today":
            return Period(today, today)
        case "yesterday":
            return Period(today - timedelta(days=1), today - timedelta(days=1))
        case "week":
            return Period(today - timedelta(days=6), today)
        case "month":
            return Period(today - timedelta(days=29), today)
        case "days":
            return Period(first, last)
        case _:
            return Period()


def _midnight(day: date | None) -> datetime | None:
    return timezone.make_aware(datetime.combine(day, time.min)) if day else None
