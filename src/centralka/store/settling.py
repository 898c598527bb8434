"""Settle finished calls and text messages: their reservations become bookings, each once.

The rules of `store.money` hold: the company's row is locked before anything is looked at.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from .fraud import Spending, add_spent
from .models import LedgerEntry, Reservation
from .money import balances, write_entries
from .statements import among, listed, money_in, rows_of

_RESERVED = """
SELECT amount, exhausted, stopped, id, tenant_id, sip_account_id, number, channel, peer_id
FROM reservation WHERE peer_id {0} OR (peer_id = '' AND channel {0})
"""
_BOOKED = "SELECT key, net, details FROM ledger_entry WHERE key {}"
_GIVE_BACK = "DELETE FROM reservation WHERE id {}"


@dataclass(frozen=True, slots=True)
class Settled:
    """The result of a charge."""

    net: Decimal
    """Positive; never more than was put aside."""
    cut: bool
    """The call ended because the money was used up."""
    stopped: bool = False
    """It was cut by a rule against fraud; there would have been money."""


@dataclass(frozen=True, slots=True)
class Charge:
    """A finished leg of a call that has to be paid for."""

    key: str
    channel: str
    """The engine's unique id of the channel to the carrier."""
    net: Decimal
    """The price of the leg by its rate; positive."""
    details: Mapping[str, Any]
    kind: LedgerEntry.Kind = LedgerEntry.Kind.CALL


@dataclass(frozen=True, slots=True)
class Finished:
    """A call that has ended, or a message that was sent."""

    tenant_id: int
    """Pays for what no money was put aside for."""
    channels: Collection[str]
    charges: Sequence[Charge]
    at: datetime


@dataclass(slots=True)
class _Reserved:
    """A reservation; `amount` is what is left of it."""

    amount: Decimal
    exhausted: bool
    stopped: bool
    id: int
    tenant_id: int
    account_id: int | None
    number: str
    channel: str
    peer_id: str


def release_orphans(node: str, *, live: Collection[str], before: datetime) -> int:
    """Settle reservations older than `before` whose call has ended, of one node. Returns how many.

    A switchboard that dies between putting money aside and dialling leaves such a reservation, if the call's record was
    written before. `live`: the channels of every call that is not over. The money of an answered call is never
    given back: if its end was lost, the company pays for what was granted.
    """
    old = Reservation.objects.filter(node=node, made_at__lt=before).exclude(channel__in=list(live))
    orphans = list(old.exclude(peer_id__in=list(live)))
    settle([_lost(reservation, before) for reservation in orphans])
    return len(orphans)


def _lost(reservation: Reservation, at: datetime) -> Finished:
    charges = []
    if reservation.peer_id:
        details = {"number": reservation.number, "seconds": reservation.granted_seconds}
        charges = [Charge(f"call:lost:{reservation.peer_id}", reservation.peer_id, reservation.amount, details)]
    return Finished(reservation.tenant_id, [reservation.peer_id or reservation.channel], charges, at)


def settle(calls: Sequence[Finished]) -> list[list[Settled]]:
    """Charge the finished legs of each call, and give back the rest of their reservations.

    A leg costs its price, but never more than was put aside for its channel; a leg that was booked before counts as
    booked. All is done in one transaction, so a call is charged once, however often this is tried. A channel that
    answered is charged to the company that put money aside for it, in whichever call it ended; only the money of a
    call that was never answered is just given back.
    """
    if not calls:
        return []
    with transaction.atomic(savepoint=False):
        names = listed({name for call in calls for name in call.channels})
        owners = {call.tenant_id for call in calls} | {reservation.tenant_id for reservation in _reserved(names)}
        batch = _Batch(balances(owners), calls)
        by_channel: dict[str, list[_Reserved]] = {}
        for reservation in _reserved(names):
            if reservation.tenant_id in owners:
                by_channel.setdefault(reservation.peer_id or reservation.channel, []).append(reservation)
        result = []
        for call in calls:
            found = (reservation for name in call.channels for reservation in by_channel.pop(name, ()))
            reserved = sorted(found, key=lambda reservation: reservation.id)
            result.append([batch.charge(call, charge, reserved) for charge in call.charges])
            batch.given_back += [reservation.id for reservation in reserved]
        batch.write()
    return result


def _reserved(names: Any) -> list[_Reserved]:
    """Read the reservations in whose names money was put aside: of the caller's channel until a peer has answered."""
    return [
        _Reserved(money_in(amount), bool(exhausted), bool(stopped), *whose)
        for amount, exhausted, stopped, *whose in rows_of(_RESERVED.format(among()), [names, names])
    ]


class _Batch:
    """Bookings that are made together; the companies are locked."""

    def __init__(self, balances: dict[int, Decimal], calls: Sequence[Finished]) -> None:
        self._balances = balances
        keys = listed([charge.key for call in calls for charge in call.charges])
        self._booked = {
            key: _settled(money_in(net), json.loads(details))
            for key, net, details in rows_of(_BOOKED.format(among()), [keys])
        }
        self._entries: list[LedgerEntry] = []
        self._spent: list[Spending] = []
        self.given_back: list[int] = []

    def charge(self, call: Finished, charge: Charge, reserved: Sequence[_Reserved]) -> Settled:
        """Book the charge, from the money of the reservations. Returns what it came to."""
        if charge.key not in self._booked:
            of_the_leg = [reservation for reservation in reserved if reservation.peer_id == charge.channel]
            mine = of_the_leg or [reservation for reservation in reserved if not reservation.peer_id]
            left = sum((reservation.amount for reservation in mine), Decimal(0))
            cut = charge.net >= left and any(reservation.exhausted for reservation in mine)
            stopped = cut and any(reservation.stopped for reservation in mine)
            details = {**charge.details, "cut": cut} | ({"stopped": True} if stopped else {})
            net = min(charge.net, left)
            self._book(mine[0].tenant_id if mine else call.tenant_id, charge, net, details, call.at)
            if mine:
                self._spent.append(_spending(charge, mine[0], net, call.at))
            for reservation in mine:
                taken = min(reservation.amount, net)
                reservation.amount, net = reservation.amount - taken, net - taken
        return self._booked[charge.key]

    def _book(self, owner: int, charge: Charge, net: Decimal, details: dict[str, Any], at: datetime) -> None:
        self._balances[owner] -= net
        entry = LedgerEntry(
            tenant_id=owner, key=charge.key, kind=charge.kind, net=-net, balance_after=self._balances[owner], at=at,
            details=details,
        )  # fmt: skip
        self._entries.append(entry)
        self._booked[charge.key] = _settled(entry.net, details)

    def write(self) -> None:
        write_entries(self._entries)
        add_spent(self._spent)
        rows_of(_GIVE_BACK.format(among()), [listed(self.given_back)])


def _settled(net: Decimal, details: Mapping[str, Any]) -> Settled:
    """Tell what a booking came to."""
    return Settled(-net, bool(details.get("cut")), bool(details.get("stopped")))


def _spending(charge: Charge, first: _Reserved, net: Decimal, at: datetime) -> Spending:
    """Tell what counts for the rules against fraud."""
    number = first.number if charge.kind == LedgerEntry.Kind.CALL else ""
    return Spending(first.tenant_id, first.account_id, number, net, int(charge.details.get("seconds") or 0), at)
