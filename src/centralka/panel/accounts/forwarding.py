"""The block “Forwarding conditions” of an account's form."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from centralka.actions.account.forwarding import FORWARD_FIELDS, RETURN_AFTER_MAX, RETURN_AFTER_MIN, forwards_of
from centralka.store.models import Forward, SipAccount

from ..forwards import CONDITIONS
from ..pickers.sources import Targets
from ..pickers.targets import TargetField, choice_of, targets, value_of
from .block import AccountBlock


class ForwardingBlock(AccountBlock):
    """The targets of calls that the account does not take."""

    TRANSLATED: tuple[str, ...] = tuple(FORWARD_FIELDS.values())

    forward_no_answer = TargetField(
        label=CONDITIONS[Forward.Condition.NO_ANSWER],
        help_text=gettext_lazy("Nobody picked up within the ringing time of the general settings."),
        required=False,
    )
    forward_busy = TargetField(
        label=CONDITIONS[Forward.Condition.BUSY],
        help_text=gettext_lazy("The call was declined, or the phone is in use and call waiting is off."),
        required=False,
    )
    forward_unavailable = TargetField(
        label=CONDITIONS[Forward.Condition.UNAVAILABLE],
        help_text=gettext_lazy("No phone is registered or none of them responds. It applies at once."),
        required=False,
    )
    return_after = forms.IntegerField(
        label=gettext_lazy("Back after"),
        help_text=gettext_lazy(
            "How long the chosen target rings, 5 to 180 seconds. Then the call comes back: "
            "to this account's voicemail if it is on, else it ends."
        ),
        required=False,
        initial=30,
        widget=forms.NumberInput(attrs={"min": RETURN_AFTER_MIN, "max": RETURN_AFTER_MAX}),
    )

    @classmethod
    def typed(cls, account: SipAccount) -> dict[str, str]:
        there = forwards_of(account)
        chosen = {field: value_of(there.get(condition)) for condition, field in FORWARD_FIELDS.items()}
        return {**super().typed(account), **chosen}

    def offer(self) -> None:
        super().offer()
        source = Targets(self.actor, self.account.pk if self.account else None)
        is_long = source.is_long
        choices = [] if is_long else targets(source)
        for field in (self.fields[name] for name in FORWARD_FIELDS.values()):
            if isinstance(field, TargetField):
                field.choices = choices
                if is_long:
                    field.pick_from(source)

    @property
    def forward_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in FORWARD_FIELDS.values()]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        # A form that was opened before there was this field keeps what is saved.
        if self.data.get("return_after") == "":
            self.add_error("return_after", forms.ValidationError(_("Give the seconds."), code="required"))
        return given

    def wanted(self) -> dict[str, Any]:
        given = self.cleaned_data
        return super().wanted() | {name: choice_of(given[name]) for name in FORWARD_FIELDS.values() if name in given}
