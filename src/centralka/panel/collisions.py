"""Two people change one thing at once: the second is shown what the first did and may save on top of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _

from .forms import PanelForm, SaysItself

_OFF = ("", "False")
"""How a switch that is off stands in a form."""


@dataclass(frozen=True)
class Collision:
    """One field that somebody else changed since the form was opened."""

    label: str
    before: str
    now: str
    typed: str | None
    """What this person typed there, which saving would put in its place; None: they left the field alone."""


def merge(form: PanelForm, now: Mapping[str, Any], version: int) -> tuple[QueryDict, list[Collision]]:
    """Merge what the form holds into the newest version. Returns it, and what another person changed in it.

    `now`: the present values of the fields that remember what they showed (`show_hidden_initial`). What was typed
    stays. A field that was left alone takes the other person's value, which its old one would silently undo.
    """
    mine = form.changed_data
    data = cast(QueryDict, form.data).copy()
    collisions = []
    for name, value in now.items():
        before, present = form.data.get(f"initial-{name}", ""), str(value)
        if not _same(before, present):
            typed = form.data.get(name, "") if name in mine else None
            collisions.append(_collision(form.fields[name], before, present, typed))
        if name not in mine:
            _put(data, form.fields[name], name, present)
        data[f"initial-{name}"] = present
    data["version"] = str(version)
    return data, collisions


def _same(before: str, now: str) -> bool:
    return before == now or (before in _OFF and now in _OFF)


def _put(data: QueryDict, field: forms.Field, name: str, value: str) -> None:
    if isinstance(field, forms.BooleanField) and value in _OFF:
        data.pop(name, None)  # how a browser says that a switch is off
    else:
        data[name] = value


def _collision(field: forms.Field, before: str, now: str, typed: str | None) -> Collision:
    said = [None if value is None else _say(field, value) for value in (before, now, typed)]
    return Collision(str(field.label), said[0] or "", said[1] or "", said[2])


def _say(field: forms.Field, value: str) -> str:
    if isinstance(field, forms.BooleanField):
        return _("off") if value in _OFF else _("on")
    if isinstance(field, SaysItself):
        return field.say(value)
    if isinstance(field, forms.ChoiceField):
        return next((str(label) for key, label in cast(Any, field.choices) if str(key) == value), value)
    return value or "–"
