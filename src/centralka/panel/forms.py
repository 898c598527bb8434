"""The common part of all forms of the panel: looks, and the actions' problems beside their fields."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol, TypeVar, runtime_checkable

from django import forms
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from centralka.actions.errors import InvalidInput

from .fields_drawn import FieldRenderer

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

_CLASSES: list[tuple[type[forms.Widget], str]] = [
    (forms.CheckboxInput, "form-check-input"),
    (forms.RadioSelect, "form-check-input"),
    (forms.Select, "form-select"),
    (forms.HiddenInput, ""),
]
Done = TypeVar("Done")


@runtime_checkable
class SaysItself(Protocol):
    """A field that tells what a value of it means to people."""

    def say(self, value: str) -> str: ...


class SummedUpForm(forms.Form):
    """A form whose page begins with what is wrong in it."""

    @property
    def wrong_fields(self) -> list[forms.BoundField]:
        """Return the fields with errors, in the order of the form, for the summary above it."""
        return [field for field in self if field.errors]


class PanelForm(SummedUpForm):
    """A form whose rules live in the actions; it only reads what was typed and shows what is wrong."""

    default_renderer = FieldRenderer()  # one for all: it keeps the templates that it read

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            wanted = next((name for kind, name in _CLASSES if isinstance(field.widget, kind)), "form-control")
            field.widget.attrs.setdefault("class", wanted)

    def add_problems(self, refusal: InvalidInput) -> None:
        """Put each of the action's problems beside its field, unless the form has said what is wrong with it."""
        said = set(self.errors)
        for name, found in refusal.problems.items():
            if name in said:
                continue
            for problem in found:
                field = name if name in self.fields else None
                self.add_error(field, forms.ValidationError(str(problem.message), code=problem.code))

    def given(self, **otherwise: Any) -> dict[str, Any]:
        """Return what was typed into these fields, and a stand-in for each field that the form refused."""
        return {name: self.cleaned_data.get(name, value) for name, value in otherwise.items()}

    def carry_out(self, action: Callable[[], Done]) -> Done | None:
        """Do what the form asks for; None if the form or the action refuses, with every reason beside its field.

        A form that is wrong by itself asks the action all the same, so that nobody is told of their mistakes one
        at a time; nothing of what the action did stays then.
        """
        wrong = not self.is_valid()
        try:
            with transaction.atomic():
                done = action()
                if wrong:
                    transaction.set_rollback(True)
        except InvalidInput as refusal:
            self.add_problems(refusal)
            return None
        return None if wrong else done


def error_title(form: forms.Form) -> str:
    """Start the page's title when something is wrong, so that it is the first thing read out."""
    return _("Error") + ": " if form.errors else ""


def text_field(
    label: "_StrPromise", help_text: "_StrPromise | str" = "", *, needed: "_StrPromise | None" = None, **attrs: str
) -> forms.CharField:
    """Make a field for one line of text; the action judges it, and `needed` is said when it is empty."""
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=needed is not None,
        error_messages={"required": needed} if needed else None,
        widget=forms.TextInput(attrs={"autocomplete": "off", **attrs}),
    )


def switch_field(label: "_StrPromise", help_text: "_StrPromise | str" = "", *, on: bool = False) -> forms.BooleanField:
    """Make a field that is drawn as a switch; `on`: as it is in a new form."""
    return forms.BooleanField(
        label=label,
        help_text=help_text,
        required=False,
        initial=on or None,
        widget=forms.CheckboxInput(attrs={"role": "switch"}),
    )


ROLE_HELP = gettext_lazy(
    "A reader sees accounts and calls. A manager also adds, changes and deletes accounts. "
    "An owner also decides about people and API tokens."
)
