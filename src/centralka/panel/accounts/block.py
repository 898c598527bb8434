"""The blocks of an account's form: each is a part of one form, with the same few names."""

from collections.abc import Mapping
from typing import Any

from django import forms

from centralka.actions.account.blocks import FIELDS, current_input
from centralka.actions.actor import Actor
from centralka.store.models import SipAccount

from ..collisions import RememberingForm


class AccountBlock(RememberingForm):
    """Fields that are called and hold what they do in `SipAccountInput` need no more than being declared."""

    TRANSLATED: tuple[str, ...] = ()
    """Fields of `SipAccountInput` that the block's form holds otherwise: `typed` and `wanted` say how."""

    actor: Actor
    account: SipAccount | None
    """None: a new account."""

    @classmethod
    def typed(cls, account: SipAccount) -> dict[str, str]:
        """Return an account's values as the form's fields hold them."""
        values = current_input(account)
        return {name: _text(values[name]) for name in cls.base_fields if name in values}

    def offer(self) -> None:
        """Put in the choices, and what the company says in place of the account."""

    def wanted(self) -> dict[str, Any]:
        """Return what was typed, in the words of `SipAccountInput`, without what the form refused."""
        plain = FIELDS.intersection(self.cleaned_data).difference(*(_translated(part) for part in type(self).__mro__))
        return {name: self.cleaned_data[name] for name in plain if self.cleaned_data[name] is not None}


def switches(fields: Mapping[str, forms.Field]) -> list[str]:
    """Return the fields that a browser leaves out when they are off."""
    return [name for name, field in fields.items() if isinstance(field.widget, forms.CheckboxInput)]


def switch(on: bool) -> str:
    """Return how a field holds that it is on, or off."""
    return "True" if on else ""


def _text(value: object) -> str:
    if isinstance(value, bool):
        return switch(value)
    return "" if value is None else str(value)


def _translated(part: type) -> tuple[str, ...]:
    found: tuple[str, ...] = vars(part).get("TRANSLATED", ())
    return found
