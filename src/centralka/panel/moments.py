"""Moments as people type them: a date and a time of the installation's zone."""

from datetime import UTC, datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _

_TYPED = "%Y-%m-%dT%H:%M"
"""As browsers send a field of the type `datetime-local`."""


class MomentInput(forms.TextInput):
    """Browsers offer a calendar."""

    input_type = "datetime-local"


class MomentField(forms.Field):
    """A date and a time, or nothing."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, widget=MomentInput(attrs={"autocomplete": "off"}), **kwargs)

    def to_python(self, value: Any) -> datetime | None:
        if isinstance(value, datetime):
            return value
        text = str(value or "").strip().replace(" ", "T")
        if not text:
            return None
        try:
            return _aware(datetime.fromisoformat(text).replace(tzinfo=None))
        except (ValueError, OverflowError):
            raise forms.ValidationError(_("Give a date and a time, e.g. 2026-12-24 18:00."), code="malformed") from None

    def prepare_value(self, value: Any) -> Any:
        return typed_moment(value) if isinstance(value, datetime) else value


def _aware(typed: datetime) -> datetime:
    """Take a time for one of the installation's zone: the first of two that are written alike, when clocks go back.

    Raises ValidationError for a time that clocks jump over, ValueError or OverflowError for one at the end of time.
    """
    found = timezone.make_aware(typed)
    if timezone.localtime(found.astimezone(UTC)).replace(tzinfo=None) != typed:
        raise forms.ValidationError(
            _("This time does not exist: clocks go forward then. Give a time an hour later."), code="skipped"
        )
    return found


def typed_moment(when: datetime | None) -> str:
    """Write a moment as a `MomentField` holds it."""
    return timezone.localtime(when).strftime(_TYPED) if when else ""
