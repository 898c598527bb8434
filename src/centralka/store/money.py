"""The ledger and the reservations of running calls and text messages. Nothing else changes a balance.

Whatever takes money locks the company's row first, so what it finds there stays true until it is done: of any number
of calls and bookings at once, none sees money that another one takes (PostgreSQL: `FOR NO KEY UPDATE`; SQLite:
transactions begin `IMMEDIATE`). What is spent is never more than what was put aside for it before.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from centralka.calls.fraud import Breach, Stop, full_of_calls, least_room
from centralka.calls.journal_events import Paid
from centralka.calls.tariffs import Rate, affordable_seconds, billed_seconds, price, rate_as_json, rate_from_json

from . import fraud
from .models import LedgerEntry, Reservation, Tenant
from .statements import among, for_each, listed, locking, moment, moment_in, money_in, rows_of

CHUNK_SECONDS = 30
"""A running call has money put aside for about so long at a time: the rest stays free for other calls."""

MESSAGES = "sms"
"""In place of an engine's name: the reservations of text messages."""
NOTHING = Decimal(0)
_ANSWERED = "UPDATE reservation SET answered_at = %s, peer = %s, peer_id = %s WHERE id = %s AND answered_at IS NULL"
_BALANCES = "SELECT id, balance FROM tenant WHERE id {} ORDER BY id {}"
_RESERVE = """
INSERT INTO reservation (tenant_id, sip_account_id, node, channel, channel_name, number, amount, granted_seconds, rate,
                         made_at, exhausted, stopped, peer, peer_id)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, '', '') RETURNING id
"""
_OF_WHOM = "SELECT tenant_id FROM reservation WHERE id = %s"
_GRANTED = "SELECT sip_account_id, number, rate, amount, granted_seconds FROM reservation WHERE id = %s"
# The end that the caller was told of is not the end any more if more was granted.
_EXTEND = """
UPDATE reservation SET warned_at = CASE WHEN granted_seconds < %s THEN NULL ELSE warned_at END,
                       granted_seconds = %s, amount = %s, exhausted = %s, stopped = %s
WHERE id = %s RETURNING id
"""
_RUNNING = """
SELECT id, tenant_id, channel_name, peer, answered_at, granted_seconds, exhausted, warned_at IS NOT NULL
FROM reservation WHERE node = %s AND answered_at IS NOT NULL
"""
_RELEASE = "DELETE FROM reservation WHERE id {} AND answered_at IS NULL"
_BALANCE = "UPDATE tenant SET balance = %s WHERE id = %s"
_ENTRY = """
INSERT INTO ledger_entry (tenant_id, key, kind, net, balance_after, at, details, "by")
VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
"""


class NotEnoughMoney(Exception):
    """The booking would take the balance below the company's limit. `available`: what can be spent, PLN net."""

    def __init__(self, available: Decimal) -> None:
        self.available = available
        super().__init__(f"{available} PLN are available")


class FraudSuspected(Exception):
    """A rule against fraud refuses the call; the company's owners are being told (`store.fraud`)."""

    def __init__(self, stop: Stop) -> None:
        self.stop = stop
        super().__init__(stop.rule.value)


@dataclass(frozen=True, slots=True)
class RunningCall:
    """An answered call that is paid for until `answered_at` and `granted_seconds`."""

    id: int
    tenant_id: int
    channel_name: str
    """The engine's name of the caller's channel."""
    peer: str
    """The engine's name of the channel to the carrier."""
    answered_at: datetime
    granted_seconds: int
    exhausted: bool
    warned: bool


@dataclass(frozen=True, slots=True)
class Funds:
    """The money of a company, PLN net."""

    balance: Decimal
    credit_limit: Decimal
    reserved: Decimal
    """The amount put aside for running calls and messages on their way."""

    @property
    def available(self) -> Decimal:
        """Return what can still be spent."""
        return self.balance + self.credit_limit - self.reserved


def funds(tenant_id: int) -> Funds:
    """Read the company's money in one statement, so that a call that ends meanwhile is not counted twice.

    Raises `Tenant.DoesNotExist`.
    """
    # SQLite adds floating-point numbers; 14 digits survive that, and what is behind the fourth decimal is noise.
    tenant = Tenant.objects.annotate(put_aside=Sum("reservations__amount")).get(pk=tenant_id)
    return Funds(tenant.balance, tenant.credit_limit, money_in(tenant.put_aside or 0))


def book(
    tenant_id: int,
    *,
    key: str,
    kind: LedgerEntry.Kind,
    net: Decimal,
    at: datetime,
    details: Mapping[str, Any] | None = None,
    by: str = "",
) -> LedgerEntry | None:
    """Book an amount. Returns the entry; None if this `key` is booked already, and nothing happens then.

    `net` is negative for what the company pays. Raises `NotEnoughMoney` when that is more than can be spent.
    """
    with transaction.atomic():
        tenant = lock(tenant_id)
        if LedgerEntry.objects.filter(key=key).exists():
            return None
        if net < 0 and -net > (can_spend := funds(tenant_id).available):
            raise NotEnoughMoney(can_spend)
        Tenant.objects.filter(pk=tenant_id).update(balance=tenant.balance + net)
        return LedgerEntry.objects.create(
            tenant=tenant,
            key=key,
            kind=kind,
            net=net,
            balance_after=tenant.balance + net,
            at=at,
            details=dict(details or {}),
            by=by,
        )


def set_credit_limit(tenant_id: int, limit: Decimal) -> None:
    """Set how far below zero the balance may go. Raises `NotEnoughMoney` for less than is owed or put aside already.

    Raises `Tenant.DoesNotExist`.
    """
    with transaction.atomic():
        tenant = lock(tenant_id)
        can_spend = funds(tenant_id).available
        if limit < tenant.credit_limit - can_spend:
            raise NotEnoughMoney(can_spend)
        Tenant.objects.filter(pk=tenant_id).update(credit_limit=limit)


@dataclass(frozen=True, slots=True)
class Reserved:
    """Money that is put aside for a call."""

    id: int
    amount: Decimal
    granted_seconds: int
    exhausted: bool
    """There is no money for more."""
    stopped: bool
    """It is a rule against fraud that allows no more."""


def reserve(
    tenant_id: int,
    *,
    node: str,
    channel: str,
    number: str,
    rate: Rate,
    now: datetime,
    channel_name: str = "",
    seconds: int = CHUNK_SECONDS,
    account_id: int = 0,
    note: bool = True,
) -> Reserved | None:
    """Put money aside for the first seconds of a call; None if not even the first increment can be paid.

    `seconds`: as many as are wanted; granted are those of the first increment at least, and fewer if money is short.
    `account_id`: whose call it is, 0 if that is not known. `note`: whether a rule against fraud that refuses the call
    begins to hold, and the owners are told. Raises `FraudSuspected`.
    """
    with transaction.atomic():
        balances([tenant_id])
        purse = _purse(tenant_id, account_id, now)
        granted, exhausted = _affordable(rate, purse.money, seconds)
        stop = purse.full or (purse.stop if granted == 0 else None)
        if stop and note:
            fraud.note_stop(tenant_id, Breach(stop, account_id, number), now)
        made = None
        if granted and not stop:
            amount, stopped = price(rate, granted), exhausted and purse.stop is not None
            what = [tenant_id, account_id or None, node, channel, channel_name, number, str(amount), granted]
            how = [json.dumps(rate_as_json(rate)), moment(now), exhausted, stopped]
            ((id_,),) = rows_of(_RESERVE, [*what, *how])
            made = Reserved(id_, amount, granted, exhausted, stopped)
    if stop:
        raise FraudSuspected(stop)  # after the transaction, which has noted it
    return made


def note_breach(tenant_id: int, breach: Breach, now: datetime) -> None:
    """Note that a rule against fraud refused a call before money was asked for, and have the company told once."""
    with transaction.atomic():
        lock(tenant_id)
        fraud.note_stop(tenant_id, breach, now)


@dataclass(frozen=True, slots=True)
class _Purse:
    """The amount that may be put aside now for one more call, or for more of a running one."""

    money: Decimal
    """PLN net."""
    stop: Stop | None
    """The rule against fraud that leaves no more; None: there is no more."""
    full: Stop | None
    """The rule that allows no further call."""


def _purse(tenant_id: int, account_id: int, now: datetime) -> _Purse:
    """Look at money and rules, in one statement. The company is locked."""
    counted = fraud.count(tenant_id, account_id, now)
    room = least_room(account_id, counted.account, counted.company)
    full = full_of_calls(account_id, counted.account, counted.company)
    if room is None or room.money >= counted.available:
        return _Purse(counted.available, None, full)
    return _Purse(max(room.money, Decimal(0)), room.stop, full)


@dataclass(frozen=True, slots=True)
class Short:
    """Text messages cost more than may be put aside. PLN net."""

    room: Decimal
    """What may be."""
    held: Decimal
    """What calls hold of the company's money, whether they go on or are not yet on record as over."""
    stop: Stop | None
    """The rule against fraud that leaves no more; None: there is no more."""


def put_aside(
    tenant_id: int, account_id: int, messages: Sequence[tuple[str, str, Decimal]], now: datetime
) -> Short | Stop | None:
    """Put money aside for text messages, all or none of them: each with its key, number and price.

    The reservations are no engine's, so none settles them but what is told of the messages. Returns None once it is
    done; a stop that nobody has lifted refuses them whatever they cost, and was told when it began. Where a rule
    against fraud leaves too little, the caller notes the breach.
    """
    with transaction.atomic():
        tenant = lock(tenant_id)
        if standing := fraud.standing(tenant_id, account_id):
            return standing
        purse = _purse(tenant_id, account_id, now)
        if sum((price for _key, _number, price in messages), Decimal(0)) > purse.money:
            return Short(purse.money, _held_by_calls(tenant_id), purse.stop)
        Reservation.objects.bulk_create(
            Reservation(
                tenant=tenant,
                sip_account_id=account_id,
                node=MESSAGES,
                channel=message_channel(key),
                number=number,
                amount=price,
                granted_seconds=0,
                rate={},
                made_at=now,
            )
            for key, number, price in messages
        )
    return None


def message_channel(key: str) -> str:
    """Return what stands in a message's reservation in place of a channel."""
    return f"sms:{key}"


def _held_by_calls(tenant_id: int) -> Decimal:
    held = Reservation.objects.filter(tenant=tenant_id).exclude(node=MESSAGES)
    return money_in(held.aggregate(held=Sum("amount"))["held"] or 0)


def give_back(key: str) -> None:
    """Give back what was put aside for a message that came to nothing."""
    Reservation.objects.filter(node=MESSAGES, channel=message_channel(key)).delete()


def extend(
    reservation_id: int, seconds: int = CHUNK_SECONDS, now: datetime | None = None, *, note: bool = True
) -> Reserved | None:
    """Put money aside for more of a running call, as far as there is any; None if the reservation is gone.

    Where nothing more can be paid, the granted time stays as it is, and the reservation is marked `exhausted`; a later
    try goes on if money came in meanwhile. `note`: as in `reserve`.
    """
    with transaction.atomic():
        owner = rows_of(_OF_WHOM, [reservation_id])
        if not owner:
            return None
        ((tenant_id,),) = owner
        balances([tenant_id])
        found = rows_of(_GRANTED, [reservation_id])
        if not found:
            return None
        ((account_id, number, rate_json, amount, granted_seconds),) = found
        now, rate, amount = now or timezone.now(), rate_from_json(json.loads(rate_json)), money_in(amount)
        purse = _purse(tenant_id, account_id or 0, now)
        granted, exhausted = _affordable(rate, purse.money + amount, granted_seconds + seconds)
        stopped = exhausted and purse.stop is not None
        if purse.stop and stopped and note:
            fraud.note_stop(tenant_id, Breach(purse.stop, account_id or 0, number), now)
        if granted > granted_seconds:
            granted_seconds, amount = granted, price(rate, granted)
        # A call that comes to nothing gives its money back without the lock, so the row may be gone by now.
        kept = rows_of(_EXTEND, [*[granted_seconds] * 2, str(amount), exhausted, stopped, reservation_id])
        return Reserved(reservation_id, amount, granted_seconds, exhausted, stopped) if kept else None


def note_answers(answers: Sequence[Paid]) -> None:
    """Note on which channel each call was answered: from then on its granted seconds run. Each counts once."""
    for_each(_ANSWERED, [(moment(answer.time), answer.name, answer.channel, answer.reservation) for answer in answers])


def running_calls(node: str) -> list[RunningCall]:
    """Return the answered calls of an engine for which money is put aside."""
    return [
        RunningCall(id_, tenant_id, name, peer, moment_in(answered_at), granted_seconds, bool(exhausted), bool(warned))
        for id_, tenant_id, name, peer, answered_at, granted_seconds, exhausted, warned in rows_of(_RUNNING, [node])
    ]


def warned(reservation_id: int, now: datetime) -> None:
    """Note that the caller is being told that the call will be cut."""
    Reservation.objects.filter(pk=reservation_id).update(warned_at=now)


def release(reservation_ids: Collection[int]) -> None:
    """Give back what was put aside for calls that came to nothing."""
    rows_of(_RELEASE.format(among()), [listed(reservation_ids)])


def _affordable(rate: Rate, money: Decimal, wanted: int) -> tuple[int, bool]:
    """Compute whole increments for about `wanted` seconds, as far as `money` reaches, and whether it ended there."""
    affordable = affordable_seconds(rate, money)
    full = billed_seconds(rate, wanted)
    return (full, False) if affordable >= full else (affordable, True)


def lock(tenant_id: int) -> Tenant:
    """Lock the company until the transaction is over, and return it. Raises `Tenant.DoesNotExist`.

    `no_key`: a row that only points at the company, as a new call record does, need not wait.
    """
    return Tenant.objects.select_for_update(no_key=True).get(pk=tenant_id)


def balances(tenant_ids: Collection[int]) -> dict[int, Decimal]:
    """Lock companies until the transaction is over, always in one order, and return the balance of each.

    Raises `Tenant.DoesNotExist` if one of them is not there.
    """
    found = {
        id_: money_in(balance) for id_, balance in rows_of(_BALANCES.format(among(), locking()), [listed(tenant_ids)])
    }
    if missing := set(tenant_ids) - set(found):
        raise Tenant.DoesNotExist(f"no companies: {sorted(missing)}")
    return found


def write_entries(entries: Sequence[LedgerEntry]) -> None:
    """Write entries in their order, and the balance that each leaves behind. The companies are locked."""
    for_each(_ENTRY, [_entry(entry) for entry in entries])
    left = {entry.tenant_id: entry.balance_after for entry in entries}
    for_each(_BALANCE, [(str(balance), tenant_id) for tenant_id, balance in left.items()])


def _entry(entry: LedgerEntry) -> tuple[Any, ...]:
    amounts = str(entry.net), str(entry.balance_after)
    return entry.tenant_id, entry.key, entry.kind, *amounts, moment(entry.at), json.dumps(entry.details), entry.by
