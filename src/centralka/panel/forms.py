"""What all forms of the panel share: looks, and the actions' problems beside their fields."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from centralka.actions.errors import InvalidInput

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

_CLASSES: list[tuple[type[forms.Widget], str]] = [
    (forms.CheckboxInput, "form-check-input"),
    (forms.RadioSelect, "form-check-input"),
    (forms.Select, "form-select"),
    (forms.HiddenInput, ""),
]


class PanelForm(forms.Form):
    """A form whose rules live in the actions; it only reads what was typed and shows what is wrong."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            wanted = next((name for kind, name in _CLASSES if isinstance(field.widget, kind)), "form-control")
            field.widget.attrs.setdefault("class", wanted)

    def add_problems(self, refusal: InvalidInput) -> None:
        """Put each of the action's problems beside its field."""
        for name, found in refusal.problems.items():
            for problem in found:
                field = name if name in self.fields else None
                self.add_error(field, forms.ValidationError(str(problem.message), code=problem.code))

    @property
    def wrong_fields(self) -> list[forms.BoundField]:
        """The fields with errors, in the order of the form, for the summary above it."""
        return [field for field in self if field.errors]


def error_title(form: forms.Form) -> str:
    """Starts the page's title when something is wrong, so that it is the first thing read out."""
    return _("Error") + ": " if form.errors else ""


def text_field(label: "_StrPromise", help_text: "_StrPromise | str" = "", **attrs: str) -> forms.CharField:
    """One line of text; whether it is needed and right is the action's to say."""
    return forms.CharField(
        label=label, help_text=help_text, required=False, widget=forms.TextInput(attrs={"autocomplete": "off", **attrs})
    )


ROLE_HELP = gettext_lazy(
    "A reader sees accounts and calls. A manager also adds, changes and deletes accounts. "
    "An owner also decides about people and API tokens."
)
