"""One call as its record tells it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from ..call import Call
from ..destinations import destination
from ..doing import Doing, doing_in
from ..endpoints import Carrier, Phone
from ..outside_caller import IdentityHeaders, caller_of
from ..reasons import Reason
from .leg import Leg
from .legs import legs_of
from .outcome import CallOutcome, answered_at, outcome_of
from .why import reasons_of


@dataclass(frozen=True, slots=True)
class Record:
    """The record of a call. `ended_at` is None while it goes on."""

    call_id: str
    tenant_id: int | None
    """None: the switchboard never saw the call; `from_login` or `to_number` tells its company."""
    direction: str
    from_login: str | None
    from_number: str
    from_name: str
    to_number: str
    started_at: datetime
    answered_at: datetime | None
    ended_at: datetime | None
    outcome: CallOutcome
    legs: list[Leg]
    why: list[Reason]
    plan: str | None
    """The first plan for it, as JSON (`plan_json`); None: the switchboard was not there."""
    logins: frozenset[str]
    """Every account that had a part in it."""
    channels: frozenset[str]
    """The engine's ids of all its channels: money was put aside in their names."""
    may_cost: bool
    """Money can have been put aside for it."""
    doing: Mapping[str, Doing] = field(default_factory=dict)
    """The states of the accounts that have not left it, by login."""

    @property
    def charges(self) -> list[Leg]:
        """Return the legs that have to be paid for; none before they ended."""
        return [leg for leg in self.legs if leg.price is not None]


def record_of(call: Call) -> Record:
    """Make the record of a call as far as it has come."""
    first = call.decisions[0] if call.decisions else None
    answered = answered_at(call)
    outcome = outcome_of(call, answered)
    legs = list(legs_of(call))
    phones = [line.endpoint.login for line in call.lines if isinstance(line.endpoint, Phone)]
    return Record(
        call_id=call.call_id,
        tenant_id=first.tenant_id if first else None,
        direction=first.direction if first else _direction(call),
        from_login=call.entry.endpoint.login if isinstance(call.entry.endpoint, Phone) else None,
        from_number=first.from_number if first else _from_number(call),
        from_name=first.from_name if first else "",
        to_number=first.to_number if first else call.to_number,
        started_at=call.entry.started,
        answered_at=answered,
        ended_at=max(line.ended for line in call.lines if line.ended) if call.over else None,
        outcome=outcome,
        legs=legs,
        why=list(reasons_of(call, outcome)),
        plan=first.kept if first else None,
        doing=doing_in(call),
        logins=frozenset([*phones, *(leg.login for leg in legs if leg.login)]),
        channels=frozenset(line.channel for line in call.lines),
        may_cost=any(decided.plan.dial_out for decided in call.decisions),
    )


def _direction(call: Call) -> str:
    """Find the direction of a call that the switchboard did not decide."""
    if isinstance(call.entry.endpoint, Carrier):
        return "in"
    if call.turned_away and destination(call.to_number):
        return "out"
    return "out" if any(isinstance(line.endpoint, Carrier) for line in call.lines[1:]) else "internal"


def _from_number(call: Call) -> str:
    """Find the caller's number of a call that the switchboard did not decide. A carrier's call tells it at its end."""
    if isinstance(call.entry.endpoint, Phone):
        return call.entry.endpoint.extension or call.from_number
    if call.entry.endpoint is None:
        return call.from_number
    told = call.entry.last_number if call.over else ""
    return caller_of(IdentityHeaders(f"<sip:{told}@carrier>")).number if told else ""
