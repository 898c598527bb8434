"""The form of a call plan: caller, called number, and when."""

from datetime import UTC, datetime
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from centralka.actions.account.previews import plan_from_outside
from centralka.actions.actor import Actor
from centralka.actions.calls import plan_for
from centralka.actions.errors import InvalidInput
from centralka.actions.numbers import own_numbers
from centralka.calls.plan import Plan
from centralka.calls.spelling import grouped

from ..forms import PanelForm
from ..pickers.fields import PickedField, PickerWidget
from ..pickers.meaning import value_meant
from ..pickers.sources import Callees, Callers
from ..pictures.words import Facts

OUTSIDE = Callers.OUTSIDE
_FIELD_OF = {"from": "who"}
"""The field beside which a problem of the action stands, if it has another name here."""
_SENSIBLE = [
    MinValueValidator(datetime(2000, 1, 1, tzinfo=UTC)),
    MaxValueValidator(datetime(2999, 12, 31, tzinfo=UTC)),
]
_MINUTE = "%Y-%m-%dT%H:%M"


class CallPlanForm(PanelForm):
    """A form by GET, so that each question has an address."""

    who = PickedField(label=gettext_lazy("Who calls"))
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
        self.callers, self.callees = Callers(actor), Callees(actor)
        self.accounts = [] if self.callers.is_long else self._accounts()
        self.numbers = [] if self.callees.is_long else [(one.e164, grouped(one.e164)) for one in own_numbers(actor)]
        asked = data if "who" in data or "to" in data else self._first_question()
        super().__init__(asked, initial={"who": OUTSIDE, "at": timezone.localtime().strftime(_MINUTE)})
        self._offer()

    def _accounts(self) -> list[tuple[str, str]]:
        found = self.callers.accounts().values_list("extension", "name")
        return [(extension, f"{extension} {name}") for extension, name in found]

    def _offer(self) -> None:
        """Offer lists where they are short."""
        who, to = self.fields["who"], self.fields["to"]
        if isinstance(who, PickedField):
            who.choices = [(OUTSIDE, _("Somebody outside")), (_("Extensions"), self.accounts)]
            if self.callers.is_long:
                who.pick_from(self.callers)
        if self.callees.is_long:
            to.widget = PickerWidget(self.callees, {"aria-required": "true"})

    def _first_question(self) -> dict[str, str] | None:
        """Ask what most people want to know: what happens to callers from outside, else among colleagues.

        None where there is nothing to call yet: then nothing is asked, and nothing is wrong.
        """
        extensions = list(self.callers.accounts().values_list("extension", flat=True)[:2])
        pointing = own_numbers(self.actor).filter(sip_account__isnull=False).values_list("e164", flat=True).first()
        to = pointing or next(iter(extensions), None)
        if to is None:
            return None
        inside = not pointing and len(extensions) > 1
        return {"who": extensions[1] if inside else OUTSIDE, "to": to, "at": timezone.localtime().strftime(_MINUTE)}

    def clean_to(self) -> str:
        """Read what is dialled: an extension or a number, also where the list's words for it stand in the field."""
        typed: str = self.cleaned_data["to"]
        return value_meant(self.callees, typed) or typed

    def answer(self) -> tuple[Facts, Plan] | None:
        """Plan the call; None when something is wrong, which the form then says beside the field."""
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
