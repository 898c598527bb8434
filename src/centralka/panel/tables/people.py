"""The parties of calls, by the names that the company knows: of its accounts, and of the numbers that it saved."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from centralka.actions.actor import Actor
from centralka.actions.external_numbers import external_numbers
from centralka.calls.destinations import destination
from centralka.store.models import CallRecord

from .call_numbers import callee, callee_name, caller, public_number

_OUT = CallRecord.Direction.OUT


@dataclass(frozen=True, slots=True)
class Party:
    """A party of a call, as people read it; both are "" for no party."""

    number: str = ""
    name: str = ""

    def __str__(self) -> str:
        return " ".join(filter(None, [self.number, self.name]))


@dataclass(frozen=True, slots=True)
class People:
    """The names that the company knows now, by extension or E.164."""

    names: Mapping[str, str]

    def caller(self, record: CallRecord) -> Party:
        """Return the caller by the saved name of a number, else by the name that came with the call."""
        saved = self.names.get(record.from_number, "") if record.from_number.startswith("+") else ""
        return Party(caller(record), saved or record.from_name)

    def callee(self, record: CallRecord) -> Party:
        """Return the dialled party."""
        dialled = destination(record.to_number) if record.direction == _OUT else None
        known = self.names.get(dialled.number if dialled else record.to_number, "")
        return Party(callee(record), callee_name(record) or known)

    def answered(self, record: CallRecord) -> Party:
        """Return the party that took the call, where it is not the dialled one; no party if nobody did."""
        leg = record.answered_leg
        if leg is None or public_number(leg.to) == callee(record):
            return Party()
        return Party(public_number(leg.to), leg.name or self.names.get(leg.to, ""))


def people_of(actor: Actor, records: Iterable[CallRecord] | None = None) -> People:
    """Find the names for these records, in two queries however many they are; for every record without them."""
    accounts, saved = actor.tenant.sip_accounts.all(), external_numbers(actor)
    if records is not None:
        numbers = {number for record in records for number in _numbers(record)}
        accounts, saved = accounts.filter(extension__in=numbers), saved.filter(e164__in=numbers)
    return People({**dict(accounts.values_list("extension", "name")), **dict(saved.values_list("e164", "name"))})


def _numbers(record: CallRecord) -> Iterable[str]:
    dialled = destination(record.to_number) if record.direction == _OUT else None
    yield from (record.from_number, dialled.number if dialled else record.to_number)
    yield from (leg.to for leg in record.targets)
