"""What finished calls and text messages cost: their reservations become bookings, each once.

The rules of `store.money` hold: the company's row is locked before anything is looked at.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from . import fraud
from .models import LedgerEntry, Reservation, Tenant
from .money import lock, write_entry


@dataclass(frozen=True, slots=True)
class Settled:
    """What a charge came to."""

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
    """What the leg costs by its rate; positive."""
    details: Mapping[str, Any]
    kind: LedgerEntry.Kind = LedgerEntry.Kind.CALL


def release_orphans(node: str, *, live: Collection[str], before: datetime) -> int:
    """Settle reservations older than `before` whose call has ended, of one node. Returns how many.

    A switchboard that dies between putting money aside and dialling leaves such a reservation, if the call's record was
    written before. `live`: the channels of every call that is not over. The money of an answered call is never
    given back: if its end was lost, the company pays for what was granted.
    """
    old = Reservation.objects.filter(node=node, made_at__lt=before).exclude(channel__in=list(live))
    orphans = list(old.exclude(peer_id__in=list(live)))
    for one in orphans:
        charges = []
        if one.peer_id:
            details = {"number": one.number, "seconds": one.granted_seconds}
            charges = [Charge(f"call:lost:{one.peer_id}", one.peer_id, one.amount, details)]
        settle(one.tenant_id, channels=[one.peer_id or one.channel], charges=charges, at=before)
    return len(orphans)


def settle(tenant_id: int, *, channels: Collection[str], charges: Sequence[Charge], at: datetime) -> list[Settled]:
    """Charge the finished legs of one call, and give back the rest of their reservations.

    A leg costs its price, but never more than was put aside for its channel; a leg that was booked before counts as
    booked. All is done in one transaction, so a call is charged once, however often this is tried. A channel that
    answered is charged to the company that put money aside for it, in whichever call it ended; only the money of a
    call that was never answered is just given back.
    """
    with transaction.atomic():
        tenants = {
            owner: lock(owner)
            for owner in sorted({tenant_id, *_reservations_on(channels).values_list("tenant", flat=True)})
        }
        reservations = list(_reservations_on(channels).filter(tenant__in=tenants))
        result = []
        for charge in charges:
            own = [one for one in reservations if one.peer_id == charge.channel]
            mine = own or [one for one in reservations if not one.peer_id]
            owner = tenants[mine[0].tenant_id if mine else tenant_id]
            result.append(_charged(charge, owner, mine, at))
        Reservation.objects.filter(pk__in=[one.pk for one in reservations]).delete()
        return result


def _reservations_on(channels: Collection[str]) -> QuerySet[Reservation]:
    mine = list(channels)
    return Reservation.objects.filter(Q(peer_id__in=mine) | Q(peer_id="", channel__in=mine)).order_by("pk")


def _charged(charge: Charge, owner: Tenant, mine: Sequence[Reservation], at: datetime) -> Settled:
    """Book the charge, from the money of the reservations. Returns what it came to."""
    entry = LedgerEntry.objects.filter(key=charge.key).first()
    if entry is None:
        left = sum((one.amount for one in mine), Decimal(0))
        cut = charge.net >= left and any(one.exhausted for one in mine)
        net = min(charge.net, left)
        stopped = cut and any(one.stopped for one in mine)
        details = {**charge.details, "cut": cut} | ({"stopped": True} if stopped else {})
        _count(charge, owner, mine, net, at)
        entry = write_entry(owner, key=charge.key, kind=charge.kind, net=-net, at=at, details=details, by="")
        for one in mine:
            taken = min(one.amount, net)
            one.amount, net = one.amount - taken, net - taken
    return Settled(-entry.net, bool(entry.details.get("cut")), bool(entry.details.get("stopped")))


def _count(charge: Charge, owner: Tenant, mine: Sequence[Reservation], net: Decimal, at: datetime) -> None:
    """Count the charge for the rules against fraud."""
    if mine:
        first = mine[0]
        seconds = int(charge.details.get("seconds") or 0)
        # A message makes no country one that is called.
        number = first.number if charge.kind == LedgerEntry.Kind.CALL else ""
        fraud.add_spent(owner.pk, first.sip_account_id, number, net, seconds, at)
