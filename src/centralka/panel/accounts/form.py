"""The form of a SIP account: its four blocks together; its rules are those of `actions.account`."""

import hashlib
import secrets
from typing import Any

from django.http import QueryDict

from centralka.actions.account.blocks import SipAccountInput, current_input
from centralka.actions.actor import Actor
from centralka.store.models import SipAccount

from .advanced import AdvancedBlock
from .block import switches
from .forwarding import ForwardingBlock
from .general import GeneralBlock
from .voicemail import VoicemailBlock


class AccountForm(AdvancedBlock, ForwardingBlock, VoicemailBlock, GeneralBlock):
    """All four. Here the last one stands first, since Django puts the fields of the last parent class first.

    Passwords and PINs survive a refused save: nothing typed is lost.
    """

    field_order = (*GeneralBlock.base_fields, *VoicemailBlock.FIRST)

    def __init__(self, *args: Any, actor: Actor, account: SipAccount | None = None, **kwargs: Any) -> None:
        self.actor, self.account = actor, account
        super().__init__(*args, initial=self._initial(), **kwargs)
        self.offer()
        if account:
            self.remember(self.typed(account))
        if self.is_bound and self.data.get("revealed"):
            self.reveal_password()

    def _initial(self) -> dict[str, Any]:
        if self.account is None:
            return {"request": secrets.token_urlsafe(16)}
        typed = self.typed(self.account)
        on_or_off = {name: bool(typed[name]) for name in switches(self.base_fields)}
        return {**typed, **on_or_off, "version": self.account.version}

    @property
    def request_key(self) -> str:
        """Return the key of this request; another extension in the same form, after going back, is another request."""
        typed = self.cleaned_data.get("request", ""), self.cleaned_data.get("extension", "")
        return hashlib.sha256("\n".join(typed).encode()).hexdigest() if typed[0] else ""

    def wanted(self) -> dict[str, Any]:
        """Return what was typed, in the words of `SipAccountInput`; a field that the form refused stays as it was."""
        before = current_input(self.account) if self.account else vars(SipAccountInput(extension="", name=""))
        return {**before, **super().wanted()}


def as_it_was_typed(typed: QueryDict, actor: Actor, account: SipAccount | None = None) -> AccountForm:
    """Return what was typed so far, not judged yet."""
    form = AccountForm(actor=actor, account=account)
    form.initial.update({name: typed[name] for name in form.fields if name in typed})
    form.initial.update({name: name in typed for name in switches(form.fields)})
    if typed.get("revealed"):
        form.reveal_password()
    return form


def generated(typed: QueryDict, password: str, actor: Actor, account: SipAccount | None = None) -> AccountForm:
    """Return what was typed so far, not judged yet, with a generated password in both of its fields."""
    form = as_it_was_typed(typed, actor, account)
    form.initial.update(password=password, confirmation=password, revealed=True)
    form.reveal_password()
    return form
