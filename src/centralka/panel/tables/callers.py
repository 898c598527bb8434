"""The callers who left messages or sent faxes, as far as the company knows them, and how to call them back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from centralka.actions.actor import Actor
from centralka.actions.external_numbers import external_numbers
from centralka.store.models import Fax, SipAccount, VoicemailMessage

from .call_numbers import number_in_words


@dataclass(frozen=True)
class Received:
    """A message, or a fax, with its caller."""

    message: VoicemailMessage | Fax
    colleague: SipAccount | None
    """The caller, if it is an account of the company."""
    saved_name: str
    """The name under which the company saved the caller's number."""

    @property
    def number(self) -> str:
        """Write the number as people read it; "" for a caller who hides it, in words where no such number exists."""
        number = self.message.caller_number
        return number_in_words(number) if number else ""

    @property
    def name(self) -> str:
        return self.colleague.name if self.colleague else self.saved_name or self.message.caller_name

    @property
    def call_back(self) -> str:
        """Return what a `tel:` link dials; "" where the caller cannot be called back."""
        known = self.colleague or self.message.caller_number.startswith("+")
        return self.message.caller_number if known else ""


def with_callers(actor: Actor, messages: Sequence[VoicemailMessage | Fax]) -> list[Received]:
    """Add callers to the messages or faxes of one page, in two queries however many they are."""
    numbers = {message.caller_number for message in messages}
    colleagues = {one.extension: one for one in actor.tenant.sip_accounts.filter(extension__in=numbers)}
    saved = dict(external_numbers(actor).filter(e164__in=numbers).values_list("e164", "name"))
    return [_received(message, colleagues, saved) for message in messages]


def _received(
    message: VoicemailMessage | Fax, colleagues: Mapping[str, SipAccount], saved: Mapping[str, str]
) -> Received:
    number = message.caller_number
    return Received(message, colleagues.get(number), saved.get(number, ""))
