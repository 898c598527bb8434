"""A choice as a form's field: a plain list while it is short, else a field in which people type and seek."""

from typing import Any, cast

from django import forms
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from .meaning import value_meant
from .sources import SOURCES, Source


class PickerWidget(forms.TextInput):
    """A line of text with the words of what is chosen; `picker.js` opens the list below it."""

    def __init__(self, source: Source, attrs: dict[str, Any] | None = None) -> None:
        self.source = source
        plain = {"class": "form-control", "autocomplete": "off", "spellcheck": "false"}
        super().__init__({**plain, "placeholder": _("Extension, number or name"), **(attrs or {})})

    def format_value(self, value: Any) -> str:
        """Return the words for a value; a typed text that means nothing stays as it is."""
        text = "" if value is None else str(value)
        fixed = {option.value: option.label for option in self.source.fixed()}
        return fixed.get(text) or self.source.label(text) or text

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        return in_picker(self.source, super().render(name, value, attrs, renderer))


def in_picker(source: Source, field: str) -> SafeString:
    """Draw the field with what the script needs: where to ask, and what to say."""
    kind = next(kind for kind, known in SOURCES.items() if known is type(source))
    but = "" if source.but is None else f"?but={source.but}"
    address = reverse("picker", args=[kind]) + but
    return format_html('<div class="picker" data-picker="{}">{}</div>', address, SafeString(field))


class PickedField(forms.ChoiceField):
    """A list, or a picker once there is a long `source`."""

    source: Source | None = None
    picker: type[PickerWidget] = PickerWidget

    def pick_from(self, source: Source) -> None:
        """Let the choice be sought instead of drawn."""
        self.source = source
        self.widget = self.picker(source)

    def to_python(self, value: Any) -> str:
        text: str = super().to_python(value)
        return text if self.source is None else value_meant(self.source, text)

    def valid_value(self, value: Any) -> bool:
        """Accept what a picker found: it is in its list."""
        return self.source is not None or super().valid_value(value)

    def say(self, value: str) -> str:
        """Return the words for a value, or for what was typed."""
        if self.source is None:
            return next((str(label) for key, label in cast(Any, self.choices) if str(key) == value), value)
        return self.picker(self.source).format_value(value)
