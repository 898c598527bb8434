"""Two people change one account at once: the second is shown what the first did and may save on top of it."""

from dataclasses import dataclass
from typing import cast

from django.http import QueryDict
from django.utils.translation import gettext as _

from centralka.store.models import SipAccount

from .forms import SWITCHES, AccountForm, as_typed


@dataclass(frozen=True)
class Collision:
    """One field that somebody else changed since the form was opened."""

    label: str
    before: str
    now: str
    typed: str | None
    """What this person typed there and saving would put in its place; None: they left the field alone."""


def merge(form: AccountForm, current: SipAccount) -> tuple[AccountForm, list[Collision]]:
    """The form again, on the account's newest version, and what somebody else changed in it.

    What was typed stays. A field that was left alone takes the other person's value, which an
    unchanged old one would otherwise silently undo.
    """
    theirs, mine = as_typed(current), form.changed_data
    data = cast(QueryDict, form.data).copy()
    collisions = []
    for name, now in theirs.items():
        before = form.data.get(f"initial-{name}", "")
        if not _same(before, now):
            collisions.append(_collision(form, name, before, now, typed=name in mine))
        if name not in mine:
            _put(data, name, now)
        data[f"initial-{name}"] = now
    data["version"] = str(current.version)
    return AccountForm(data, actor=form.actor, account=current), collisions


def _same(before: str, now: str) -> bool:
    return before == now or (before in ("", "False") and now in ("", "False"))


def _put(data: QueryDict, name: str, value: str) -> None:
    if name in SWITCHES and not value:
        data.pop(name, None)  # how a browser says that a switch is off
    else:
        data[name] = value


def _collision(form: AccountForm, name: str, before: str, now: str, *, typed: bool) -> Collision:
    mine = form.data.get(name, "") if typed else None
    said = [None if value is None else _say(form, name, value) for value in (before, now, mine)]
    return Collision(str(form.fields[name].label), said[0] or "", said[1] or "", said[2])


def _say(form: AccountForm, name: str, value: str) -> str:
    if name in SWITCHES:
        return _("on") if value not in ("", "False") else _("off")
    choices = dict(getattr(form.fields[name], "choices", ()))
    return str(choices.get(value, value)) or "–"
