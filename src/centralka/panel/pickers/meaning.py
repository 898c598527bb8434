"""The meaning of a text that was typed into a picker."""

from django import forms
from django.utils import translation
from django.utils.translation import gettext as _

from centralka.actions.checks.search import digits_in, tidy

from .sources import Option, Source

_NAMED = 5
"""The number of those that are named, where several fit."""


def value_meant(source: Source, typed: str) -> str:
    """Find the value that a text stands for: a choice, an extension, a number, or the one name that fits; "": nothing.

    Raises `ValidationError` where nothing fits, or several do.
    """
    text = tidy(typed)
    if not text:
        return ""
    if (chosen := _fixed(source, text)) is not None:
        return chosen.value
    if source.label(text) is not None:
        return text
    if exact := source.exact(text):
        return exact.value
    if source.free:
        return text
    # A part of a number could stand for many.
    found = [] if digits_in(text) else list(source.found(text))
    if len(found) == 1:
        return found[0].value
    raise _nothing(text) if not found else _several(text, found)


def _fixed(source: Source, text: str) -> Option | None:
    """Find a choice that is always there, by its value or its words in either language: a page may be an older one."""
    for language in ("pl", "en"):
        with translation.override(language):
            for option in source.fixed():
                if text == option.value or text.casefold() == option.label.casefold():
                    return option
    return None


def _nothing(text: str) -> forms.ValidationError:
    said = _("Nothing fits “%(text)s”. Type an extension, a number or a part of a name.")
    return forms.ValidationError(said % {"text": text}, code="unknown")


def _several(text: str, found: list[Option]) -> forms.ValidationError:
    names = ", ".join(option.label for option in found[:_NAMED]) + (" …" if len(found) > _NAMED else "")
    said = _("Several fit “%(text)s”: %(names)s. Say which, e.g. by the extension.")
    return forms.ValidationError(said % {"text": text, "names": names}, code="several")
