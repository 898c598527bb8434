"""Fields that are drawn without a template are what Django's templates make of them."""

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates
from django.utils.safestring import mark_safe

from centralka.panel.fields_drawn import FieldRenderer

WIDGETS = [
    forms.TextInput,
    forms.NumberInput,
    forms.PasswordInput,
    forms.EmailInput,
    forms.HiddenInput,
    forms.CheckboxInput,
]
VALUES = [None, "", "Zażółć", '"><script>alert(1)</script>', "'&amp;", 0, 12, True, False, mark_safe("&amp;")]
ATTRIBUTES: dict[str, object] = {
    "class": "form-control",
    "placeholder": '"a" <b>',
    "min": 0,
    "required": True,
    "disabled": False,
    "data-x": None,
}


@pytest.mark.parametrize("widget", WIDGETS, ids=lambda widget: widget.__name__)
def test_what_is_drawn_is_what_djangos_templates_draw(widget: type[forms.Widget]) -> None:
    for value in VALUES:
        for attributes in ({}, ATTRIBUTES):
            drawn, own = (
                widget().render("a field", value, attributes, renderer)
                for renderer in (FieldRenderer(), DjangoTemplates())
            )
            assert drawn == own, (value, attributes)
