"""Draw the fields of forms that are one tag, without a template for each."""

from collections.abc import Iterator
from typing import Any

from django.forms.renderers import DjangoTemplates
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

_KINDS = ("text", "number", "password", "email", "hidden", "checkbox")
_ONE_TAG = {f"django/forms/widgets/{kind}.html" for kind in _KINDS}


class FieldRenderer(DjangoTemplates):
    """Django's renderer, but for fields that are one `<input>`.

    The form of an account has more than forty of these, with what each held when the form was opened. Django takes
    three templates for each of them: a quarter of the page's time.
    """

    def render(self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None) -> str:
        if template_name in _ONE_TAG:
            return _input(context["widget"])
        drawn: str = super().render(template_name, context, request)
        return drawn


def _input(widget: dict[str, Any]) -> SafeString:
    """Draw what Django's template `input.html` draws. `widget`: what `Widget.get_context` gives."""
    return mark_safe(f"<input{''.join(_attributes(widget))}>")  # noqa: S308 (each part is escaped)


def _attributes(widget: dict[str, Any]) -> Iterator[SafeString]:
    yield format_html(' type="{}" name="{}"', widget["type"], widget["name"])
    if widget["value"] is not None:
        yield format_html(' value="{}"', str(widget["value"]))
    for name, value in widget["attrs"].items():
        if value is True:
            yield format_html(" {}", name)
        elif value is not False:
            yield format_html(' {}="{}"', name, str(value))
