"""Who calls whom, and when."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from centralka.actions.actor import Actor
from centralka.actions.calls import plan_for
from centralka.actions.errors import InvalidInput
from centralka.actions.numbers import own_numbers
from centralka.actions.previews import plan_from_outside
from centralka.calls.plan import Plan
from centralka.calls.spelling import grouped

from ..forms import PanelForm
from .words import Facts

OUTSIDE = "outside"
_FIELD_OF = {"from": "who"}
"""Where a problem of the action stands, if its field has another name here."""
_SENSIBLE = [
    MinValueValidator(datetime(2000, 1, 1, tzinfo=UTC)),
    MaxValueValidator(datetime(2999, 12, 31, tzinfo=UTC)),
]
_MINUTE = "%Y-%m-%dT%H:%M"


class ExplainForm(PanelForm):
    """A form by GET, so that each question has an address."""

    who = forms.ChoiceField(label=gettext_lazy("Who calls"))
    number = forms.CharField(
        label=gettext_lazy("Their number"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
        help_text=gettext_lazy("Empty: hidden"),
    )
    to = forms.CharField(
        label=gettext_lazy("Whom"),
        max_length=80,
        widget=forms.TextInput(attrs={"list": "callees", "autocomplete": "off"}),
        error_messages={"required": gettext_lazy("Give what is dialled: an extension or a number.")},
    )
    at = forms.DateTimeField(
        label=gettext_lazy("When"),
        required=False,
        widget=forms.DateTimeInput(format=_MINUTE, attrs={"type": "datetime-local"}),
        validators=_SENSIBLE,
        help_text=gettext_lazy("Empty: now"),
    )

    def __init__(self, data: Any, actor: Actor) -> None:
        self.actor = actor
        extensions = actor.tenant.sip_accounts.order_by("extension_number").values_list("extension", "name")
        self.accounts = [(extension, f"{extension} {name}") for extension, name in extensions]
        self.numbers = [(number.e164, grouped(number.e164)) for number in own_numbers(actor)]
        asked = data if "who" in data or "to" in data else self._first_question()
        super().__init__(asked, initial={"who": OUTSIDE, "at": timezone.localtime().strftime(_MINUTE)})
        self.fields["who"].choices = [  # type: ignore[attr-defined]  # a ChoiceField
            (OUTSIDE, _("Somebody outside")),
            (_("Extensions"), self.accounts),
        ]

    def _first_question(self) -> dict[str, str] | None:
        """What most people want to know: what happens to those who call from outside, else among colleagues.

        None where nobody can be called yet: then nothing is asked, and nothing is wrong.
        """
        to = next(self._callees(), None)
        if to is None:
            return None
        others = [extension for extension, _label in self.accounts if extension != to]
        inside = others and to in dict(self.accounts)
        return {"who": others[0] if inside else OUTSIDE, "to": to, "at": timezone.localtime().strftime(_MINUTE)}

    def _callees(self) -> Iterator[str]:
        pointing = own_numbers(self.actor).filter(sip_account__isnull=False)
        yield from pointing.values_list("e164", flat=True)[:1]
        yield from (extension for extension, _label in self.accounts)

    def answer(self) -> tuple[Facts, Plan] | None:
        """What would happen; None when something is wrong, which the form then says beside the field."""
        if not self.is_valid():
            return None
        try:
            return self._asked()
        except InvalidInput as refusal:
            problems = {_FIELD_OF.get(name, name): found for name, found in refusal.problems.items()}
            self.add_problems(InvalidInput(problems))
            return None

    def _asked(self) -> tuple[Facts, Plan]:
        given = self.cleaned_data
        if given["who"] == OUTSIDE:
            return plan_from_outside(self.actor, given["number"], given["to"], given["at"])
        return plan_for(self.actor, given["who"], given["to"], given["at"])
