"""The filters of the call history."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from centralka.actions.actor import Actor
from centralka.actions.calls import CallFilter
from centralka.actions.sip_accounts import sip_accounts
from centralka.store.models import CallRecord

from ..forms import PanelForm

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

DAYS = "days"
_SENSIBLE = [MinValueValidator(date(2000, 1, 1)), MaxValueValidator(date(2999, 12, 31))]


@dataclass(frozen=True)
class Period:
    """Whole days, the last one included; None does not narrow."""

    first: date | None = None
    last: date | None = None


def _day(label: "_StrPromise") -> forms.DateField:
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return forms.DateField(label=label, required=False, widget=widget, validators=_SENSIBLE)


class CallsForm(PanelForm):
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
    account = forms.CharField(
        label=gettext_lazy("Extension"), required=False, widget=forms.TextInput(attrs={"inputmode": "numeric"})
    )
    outcome = forms.ChoiceField(
        label=gettext_lazy("Outcome"),
        required=False,
        choices=[("", gettext_lazy("Any outcome")), *CallRecord.Outcome.choices],
    )
    number = forms.CharField(label=gettext_lazy("Number or name"), required=False)

    def clean(self) -> dict[str, object]:
        given = super().clean() or {}
        first, last = given.get("first"), given.get("last")
        if given.get("period") == DAYS and first and last and first > last:
            self.add_error("last", forms.ValidationError(_("The last day is before the first."), code="order"))
        return given

    def wanted(self, actor: Actor) -> CallFilter | None:
        """The filter; None when something is wrong, which the form then says beside the field."""
        if not self.is_valid():
            return None
        given = self.cleaned_data
        extension = given["account"]
        account_id = self._account_id(actor, extension)
        if extension and account_id is None:
            return None
        period = _period(given["period"], given["first"], given["last"], timezone.localdate())
        return CallFilter(
            since=_midnight(period.first),
            until=_midnight(period.last + timedelta(days=1)) if period.last else None,
            sip_account=account_id,
            outcome=given["outcome"] or None,
            number=given["number"] or None,
        )

    def _account_id(self, actor: Actor, extension: str) -> int | None:
        found = sip_accounts(actor, extension=extension).first() if extension else None
        if extension and found is None:
            self.add_error("account", forms.ValidationError(_("There is no such extension."), code="unknown"))
        return found.pk if found else None


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
