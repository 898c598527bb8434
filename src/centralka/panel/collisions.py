"""Two people change one thing: each saves what they changed, and whoever comes later is told what the other saved.

A form of what exists remembers what each field showed (`show_hidden_initial`). A field that this person left alone
takes what was saved meanwhile, which its old value would undo; one that both changed is asked about, beside the field.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

from .forms import PanelForm, SaysItself, error_title
from .moments import MomentField

_OFF = ("", "False")
"""Values of a switch that is off, in a form."""
_LINES = 5
"""Of a long text so many lines are told that another person changed."""


@dataclass(frozen=True)
class Collision:
    """One field that somebody else changed since the form was opened."""

    name: str
    label: str
    before: str
    now: str
    typed: str | None
    """The text that this person typed there, which saving would put in its place; None: they left the field alone."""


class RememberingForm(PanelForm):
    """A form that can remember what it showed, and tell beside its fields what others saved there meanwhile."""

    told: Iterable[Collision] = ()
    """The collisions that are told beside the fields."""

    def remember(self, names: Iterable[str]) -> None:
        """Let these fields be sent together with what they showed."""
        for name in names:
            self.fields[name].show_hidden_initial = True

    def full_clean(self) -> None:
        super().full_clean()
        for one in self.told:
            if one.typed is not None:
                self.add_error(one.name, forms.ValidationError(_beside(one), code="changed_meanwhile"))


class ChangeForm(RememberingForm):
    """A form of something whose fields are saved one by one. `initial`: what is saved now."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.remember(self.fields.keys() & self.initial.keys())
        self._merged = False

    def full_clean(self) -> None:
        if self.is_bound and not self._merged:
            self._merged = True
            self._merge()
        super().full_clean()

    def _merge(self) -> None:
        remembering = [name for name, field in self.fields.items() if field.show_hidden_initial]
        now = {name: _saved(self[name]) for name in remembering if f"initial-{name}" in self.data}
        self.data, found = merge(self, now)
        self.__dict__.pop("changed_data", None)  # it was asked for before the merge
        self.told = [one for one in found if not self._agree(one.name, now[one.name])]

    def _agree(self, name: str, now: str) -> bool:
        """Tell whether this person typed just what somebody else saved."""
        return _same(self.fields[name], self.data.get(name, ""), now)

    def changed(self, wanted: dict[str, Any]) -> dict[str, Any]:
        """Leave out what this person left alone.

        A page that was drawn before a field remembered anything: what was typed counts; a switch that is off there
        counts for nothing, since it need not have been on the page.
        """

        def left_alone(name: str) -> bool:
            remembers = isinstance(self.fields[name], forms.BooleanField) or f"initial-{name}" in self.data
            return remembers and name not in self.changed_data

        return {name: value for name, value in wanted.items() if not left_alone(name)}

    def changes_to(self, now: Mapping[str, Any]) -> dict[str, Any]:
        """Return what was typed into these fields, without those left alone; a field that the form refused stays."""
        return self.changed(self.given(**now))


def merge(form: PanelForm, now: Mapping[str, Any], version: int | None = None) -> tuple[QueryDict, list[Collision]]:
    """Merge what the form holds into the newest version. Returns it, and what another person changed in it.

    `now`: the present values of the fields that remember what they showed. What was typed stays. A field that was left
    alone takes the other person's value. `version`: of what counts its versions.
    """
    mine = form.changed_data
    data = cast(QueryDict, form.data).copy()
    collisions = []
    for name, value in now.items():
        before, present = form.data.get(f"initial-{name}", ""), "" if value is None else str(value)
        if not _same(form.fields[name], before, present):
            typed = form.data.get(name, "") if name in mine else None
            collisions.append(_collision(name, form.fields[name], before, present, typed))
        if name not in mine:
            _put(data, form.fields[name], name, present)
        data[f"initial-{name}"] = present
    if version is not None:
        data["version"] = str(version)
    return data, collisions


def in_context(form: RememberingForm, collisions: list[Collision] | None) -> dict[str, Any]:
    """Return what the page of a form with versions needs. `collisions`: None: nobody saved anything meanwhile."""
    form.told = collisions or ()
    return {
        "form": form,
        "error_title": error_title(form),
        "changed_meanwhile": collisions is not None,
        "collisions": collisions,
    }


def _saved(field: forms.BoundField) -> str:
    """Write what is saved now as the field is sent that remembers it."""
    shown = field.field.hidden_widget().format_value(field.field.prepare_value(field.initial))
    return "" if shown is None else str(shown)


def _same(field: forms.Field, one: str, other: str) -> bool:
    """Compare two texts of a field by what they mean: browsers end lines otherwise, amounts are written in two ways."""
    if one.splitlines() == other.splitlines() or (one in _OFF and other in _OFF):
        return True
    try:
        return bool(field.to_python(one) == field.to_python(other))
    except forms.ValidationError:
        return False


def _put(data: QueryDict, field: forms.Field, name: str, value: str) -> None:
    if isinstance(field, forms.BooleanField) and value in _OFF:
        data.pop(name, None)  # how a browser says that a switch is off
    else:
        data[name] = value


def _collision(name: str, field: forms.Field, before: str, now: str, typed: str | None) -> Collision:
    if isinstance(field.widget, forms.Textarea):
        before, now, typed = _apart(before, now, typed)
    said = [None if value is None else _say(field, value) for value in (before, now, typed)]
    return Collision(name, str(field.label), said[0] or "", said[1] or "", said[2])


def _apart(before: str, now: str, typed: str | None) -> tuple[str, str, str | None]:
    """Leave of texts with many lines those that are not in the others."""
    was, are, mine = before.splitlines(), now.splitlines(), (typed or "").splitlines()
    return _few(was, are), _few(are, was), None if typed is None else _few(mine, are)


def _few(lines: Iterable[str], others: list[str]) -> str:
    found = [line for line in lines if line.strip() and line not in others]
    return ", ".join(found[:_LINES]) + (" …" if len(found) > _LINES else "")


def _beside(collision: Collision) -> str:
    said = _("Somebody else changed this meanwhile: it was “%(before)s” and is “%(now)s”. Save again to replace that.")
    return said % {"before": collision.before, "now": collision.now}


def told_meanwhile(request: HttpRequest, now: str, wanted: str, shown: str) -> str:
    """Say that somebody else changed meanwhile what is the only choice of a form; "": nobody did, or both agree.

    `was` in the form is what it showed, `now` what is saved, `wanted` what was chosen, `shown` the words for `now`.
    """
    if request.POST.get("was", now) in (now, wanted):
        return ""
    return _("Somebody else changed this meanwhile to “%(now)s”. Save again to replace that.") % {"now": shown}


def _say(field: forms.Field, value: str) -> str:
    if isinstance(field, forms.BooleanField):
        return _("off") if value in _OFF else _("on")
    if isinstance(field, SaysItself):
        return field.say(value)
    if isinstance(field, forms.ChoiceField):
        return next((str(label) for key, label in cast(Any, field.choices) if str(key) == value), value)
    if isinstance(field, MomentField):
        return value.replace("T", " ") or "–"
    return value or "–"
