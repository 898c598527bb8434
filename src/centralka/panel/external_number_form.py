"""A number outside, to save."""

from typing import Any

from django.utils.translation import gettext_lazy

from .forms import PanelForm, text_field


class ExternalNumberForm(PanelForm):
    """Another person's number and name."""

    number = text_field(
        gettext_lazy("Number"),
        gettext_lazy("In any spelling: 600 100 200, +49 30 123456."),
        inputmode="tel",
    )
    name = text_field(gettext_lazy("Name"), gettext_lazy("Whose number it is, e.g. “Night watch” or “Anna's mobile”."))

    def wanted(self) -> dict[str, Any]:
        """Return what was typed, in the words of `add_external_number`."""
        return self.given(number="", name="")


def quick_form(*args: Any) -> ExternalNumberForm:
    """Make the same form for a dialog over another form, whose fields may have the same names."""
    return ExternalNumberForm(*args, auto_id="external_%s")
