"""The targets of a call that an account does not take: the lists of the form, and their content.

A target is one text in the form: `extension:11`, `external:+48600100200`, `voicemail`; "" is none.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, cast

from django import forms
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from centralka.actions.account.forwarding import ForwardChoice
from centralka.actions.external_numbers import external_numbers
from centralka.calls.spelling import grouped
from centralka.store.models import ExternalNumber, Forward, SipAccount

from .fields import PickedField, PickerWidget
from .sources import Source, Targets

VOICEMAIL = Targets.VOICEMAIL
DELETED = "deleted"
"""In place of a target that was deleted meanwhile; saving it empties the condition."""
_EXTENSION, _EXTERNAL = Targets.EXTENSION, Targets.EXTERNAL
Choices = list[tuple[str, Any]]


def value_of(forward: Forward | None) -> str:
    """Return the saved target as the form holds it."""
    match forward:
        case None:
            return ""
        case Forward(kind=Forward.Kind.VOICEMAIL):
            return VOICEMAIL
        case Forward(target=SipAccount() as target):
            return f"{_EXTENSION}{target.extension}"
        case Forward(external=ExternalNumber() as external):
            return value_of_external(external)
        case _:
            return DELETED


def value_of_external(number: ExternalNumber) -> str:
    """Return a saved number as the form holds it."""
    return f"{_EXTERNAL}{number.e164}"


def label_of_external(number: ExternalNumber) -> str:
    """Write a saved number: `600 100 200 (Taksówki)`."""
    return f"{grouped(number.e164)} ({number.name})"


def target_in_words(forward: Forward) -> str:
    """Write a target: `11 Księgowość`, `600 100 200 (Taksówki)`, the voicemail, or that it was deleted."""
    match forward:
        case Forward(kind=Forward.Kind.VOICEMAIL):
            return _("Voicemail of this account")
        case Forward(target=SipAccount() as target):
            return str(target)
        case Forward(external=ExternalNumber() as external):
            return label_of_external(external)
        case _:
            return _gone(DELETED)


def choice_of(value: str) -> ForwardChoice | None:
    """Put what the form holds into the words of the actions."""
    kind, _colon, which = value.partition(":")
    match kind:
        case "extension":
            return ForwardChoice("extension", extension=which)
        case "external":
            return ForwardChoice("external", number=which)
        case "voicemail":
            return ForwardChoice("voicemail")
        case _:
            return None


def targets(source: Targets) -> Choices:
    """Return all targets that the company has; an account cannot forward to itself."""
    # With the company, which Django would else ask for account by account.
    accounts = source.accounts().only("extension", "name", "login", "tenant")
    inside = [source.of_account(account) for account in accounts]
    outside = [source.of_number(number) for number in external_numbers(source.actor)]
    return [
        *((option.value, option.label) for option in source.fixed()),
        (_("Extensions"), [(option.value, option.label) for option in inside]),
        (_("External numbers"), [(option.value, option.label) for option in outside]),
    ]


class TargetSelect(forms.Select):
    """A list of targets, drawn at once: Django's own takes a template for each of a thousand accounts."""

    def render(self, name: str, value: Any, attrs: Mapping[str, Any] | None = None, renderer: Any = None) -> SafeString:
        chosen = "" if value is None else str(value)
        # `panel.js` puts numbers that are saved meanwhile into each of them.
        given = {
            str(key): held for key, held in {**self.attrs, **(attrs or {}), "name": name, "data-targets": True}.items()
        }
        return format_html("<select{}>{}</select>", flatatt(given), _drawn(cast(Choices, self.choices), chosen))


def _drawn(choices: Iterable[tuple[str, Any]], chosen: str) -> SafeString:
    choices = list(choices)
    # A target that was deleted while the form was open is shown, so that no other is saved in its place.
    gone = [] if chosen in dict(_flat(choices)) else [(chosen, _gone(chosen))]
    parts = (_group(*one, chosen) if isinstance(one[1], list) else _option(*one, chosen) for one in [*gone, *choices])
    return format_html_join("", "{}", ((part,) for part in parts))


def _group(label: str, choices: Choices, chosen: str) -> SafeString:
    inside = format_html_join("", "{}", ((_option(value, text, chosen),) for value, text in choices))
    hidden = "" if choices else SafeString(" hidden")
    return format_html('<optgroup label="{}"{}>{}</optgroup>', label, hidden, inside)


def _option(value: str, text: str, chosen: str) -> SafeString:
    selected = SafeString(" selected") if value == chosen else ""
    return format_html('<option value="{}"{}>{}</option>', value, selected, text)


def _flat(choices: Iterable[tuple[str, Any]]) -> Iterator[tuple[str, str]]:
    for value, label in choices:
        yield from label if isinstance(label, list) else [(value, str(label))]


def _gone(value: str) -> str:
    if value == DELETED:
        return pgettext("target of a forward", "deleted")
    return _("%(target)s (deleted)") % {"target": grouped(value.partition(":")[2]) or value}


class TargetPicker(PickerWidget):
    """A target in a list that is sought; `panel.js` puts numbers that are saved meanwhile into it, too."""

    def __init__(self, source: Source, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(source, {"data-targets": True, **(attrs or {})})

    def format_value(self, value: Any) -> str:
        shown = super().format_value(value)
        return _gone(shown) if shown == DELETED or shown.startswith((_EXTENSION, _EXTERNAL)) else shown


class TargetField(PickedField):
    """One condition's target. The action judges whether the company has it."""

    widget = TargetSelect
    picker = TargetPicker

    def to_python(self, value: Any) -> str:
        """Read a target as the form holds it, perhaps one that was deleted meanwhile, or what was typed."""
        text = "" if value is None else str(value)
        if text == _gone(DELETED):
            return DELETED
        return text if self._is_target(text) else super().to_python(text)

    def valid_value(self, value: Any) -> bool:
        return self._is_target(str(value))

    @staticmethod
    def _is_target(value: str) -> bool:
        return value in (DELETED, VOICEMAIL) or value.startswith((_EXTENSION, _EXTERNAL))

    def say(self, value: str) -> str:
        """Write a target as the list has it, or as one that is not there any more."""
        if self.source is not None:
            return super().say(value)
        return dict(_flat(cast(Choices, self.choices))).get(value) or _gone(value)
