"""Write records to rows, and how far the journal is in them, in one transaction: nothing is lost or doubled."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.db import OperationalError, transaction
from django.utils import timezone

from centralka.busy import found_busy
from centralka.calls.destinations import destination
from centralka.calls.journal_events import Paid
from centralka.calls.reasons import Reason, Why, reason_as_json
from centralka.calls.record.leg import Leg
from centralka.calls.record.leg_json import leg_as_json
from centralka.calls.record.record import Record
from centralka.calls.record_search import search_text

from . import settling
from .low_balance import tell_of_refusal
from .models import CallRecord, JournalPosition, Number, Tenant
from .money import note_answers
from .statements import for_each, moment, rows_of

# Written out, not through the ORM: each call is written two or three times while it lives, and bulk_create costs six
# times what the database takes (`make bench`; docs/decisions/0005).
_RECORD = """
INSERT INTO call_record (call_id, node, tenant_id, direction, from_number, from_name, to_number,
                         started_at, answered_at, ended_at, outcome, legs, why, plan, price, search, change)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (call_id) DO UPDATE SET
    direction = excluded.direction, from_number = excluded.from_number, from_name = excluded.from_name,
    to_number = excluded.to_number,
    answered_at = excluded.answered_at, ended_at = excluded.ended_at, outcome = excluded.outcome,
    legs = excluded.legs, why = excluded.why, plan = excluded.plan, price = excluded.price,
    search = excluded.search, change = excluded.change
"""
# Waits until the transaction of a process that writes records of the same company has ended.
_CHANGES = """
INSERT INTO call_changes (tenant_id, last) VALUES (%s, %s)
ON CONFLICT (tenant_id) DO UPDATE SET last = call_changes.last + excluded.last
RETURNING last
"""
_POSITION = """
INSERT INTO journal_position (node, position) VALUES (%s, %s)
ON CONFLICT (node) DO UPDATE SET position = excluded.position
"""
# An account that was deleted during the call is not there any more, and gets no row.
_ACCOUNT = """
INSERT INTO call_record_account (call_record_id, sip_account_id, doing)
SELECT r.id, a.id, CAST(%s AS SMALLINT) FROM call_record r, sip_account a WHERE r.call_id = %s AND a.login = %s
ON CONFLICT (sip_account_id, call_record_id) DO UPDATE SET doing = excluded.doing
"""


def write_records(records: Sequence[Record], *, node: str, position: int, answers: Sequence[Paid] = ()) -> None:
    """Write each record (again, if it is there already) and note that the journal is read up to here.

    `answers` are noted with the money for their calls: before the records, which may tell of the end of the same calls.
    They alone are noted where somebody holds what the records need, as the row of a company: the records wait then, and
    the running calls of others would end meanwhile, for which no more money is put aside before their answer is known.
    """
    try:
        with transaction.atomic():
            note_answers(answers)
            _write(records, node)
            rows_of(_POSITION, [node, position])
    except OperationalError as fault:
        if found_busy(fault):
            note_answers(answers)
        raise


def journal_position(node: str) -> int:
    """Return the byte of the journal at which the node's recorder has to go on reading; 0 for a new node."""
    return JournalPosition.objects.filter(node=node).values_list("position", flat=True).first() or 0


def is_over_on_record(call_id: str) -> bool:
    """Tell whether the call is on record with its end."""
    return CallRecord.objects.filter(call_id=call_id, ended_at__isnull=False).exists()


def _write(records: Sequence[Record], node: str) -> None:
    owners = _owners(records)
    known = [(record, owners[record.call_id]) for record in records if record.call_id in owners]
    numbers = _numbers(Counter(tenant_id for _, tenant_id in known))
    rows = [(*_row(record, tenant, node), next(numbers[tenant])) for record, tenant in _settled(known)]
    _tell_of_refusals(known)
    for_each(_RECORD, rows)
    whose = [(record.doing.get(login), record.call_id, login) for record, _ in known for login in sorted(record.logins)]
    for_each(_ACCOUNT, whose)


def _tell_of_refusals(known: Sequence[tuple[Record, int]]) -> None:
    """Have companies told of calls that were refused since their money did not reach."""
    for record, tenant_id in known:
        if record.ended_at is not None and any(reason.why is Why.NO_MONEY for reason in record.why):
            tell_of_refusal(tenant_id, record.to_number, record.ended_at, timezone.now())


def _numbers(wanted: Mapping[int, int]) -> dict[int, Iterator[int]]:
    """Take the next numbers of each company's changes, as many as are wanted."""
    found = {}
    # In one order everywhere, so that two nodes never wait for each other.
    for tenant_id, count in sorted(wanted.items()):
        ((last,),) = rows_of(_CHANGES, [tenant_id, count])
        found[tenant_id] = iter(range(last - count + 1, last + 1))
    return found


def _owners(records: Sequence[Record]) -> dict[str, int]:
    """Find the company of each call: as the switchboard knew, else by the caller's login (kept even if the account was
    deleted meanwhile), else by the number that was called."""
    slugs = _tenants({tenant_slug(record) for record in records if record.tenant_id is None})
    owners = {}
    for record in records:
        owner = record.tenant_id or slugs.get(tenant_slug(record)) or _owner_so_far(record) or _owner_of_number(record)
        if owner is not None:
            owners[record.call_id] = owner
    return owners


def _owner_so_far(record: Record) -> int | None:
    """Return the company that a call has so far: it stays though the number is given to another company meanwhile."""
    return CallRecord.objects.filter(call_id=record.call_id).values_list("tenant_id", flat=True).first()


def _owner_of_number(record: Record) -> int | None:
    to = destination(record.to_number) if record.direction == "in" else None
    return Number.objects.filter(e164=to.number).values_list("tenant_id", flat=True).first() if to else None


def tenant_slug(record: Record) -> str:
    """Return the slug of the company whose phone called; "" for a caller from outside."""
    return (record.from_login or "").rpartition("_")[0]


def _tenants(slugs: set[str]) -> dict[str, int]:
    wanted = slugs - {""}
    return dict(Tenant.objects.filter(slug__in=wanted).values_list("slug", "id")) if wanted else {}


def _settled(known: Sequence[tuple[Record, int]]) -> Iterator[tuple[Record, int]]:
    """Return the records with what their legs really cost, of calls that have ended."""
    finished = [_finished(record, tenant_id) for record, tenant_id in known]
    settled = iter(settling.settle([call for call in finished if call]))
    for (record, tenant_id), call in zip(known, finished, strict=True):
        yield (_with_prices(record, next(settled)) if call else record), tenant_id


def _finished(record: Record, tenant_id: int) -> settling.Finished | None:
    """Return what has to be settled of a call; None: it goes on, or has cost nothing."""
    if record.ended_at is None or not (record.may_cost or record.charges):
        return None
    charges = [_charge(record, leg) for leg in record.charges]
    return settling.Finished(tenant_id, record.channels, charges, record.ended_at)


def _with_prices(record: Record, settled: Sequence[settling.Settled]) -> Record:
    prices = {leg.channel: booked.net for leg, booked in zip(record.charges, settled, strict=True)}
    legs = [replace(leg, price=prices.get(leg.channel, leg.price)) for leg in record.legs]
    return replace(record, legs=legs, why=[*record.why, *_cut(settled)])


def _cut(settled: Sequence[settling.Settled]) -> list[Reason]:
    """Tell why the call was cut, if it was."""
    if any(booked.stopped for booked in settled):
        return [Reason(Why.FRAUD_LIMIT_REACHED)]
    return [Reason(Why.MONEY_USED_UP)] if any(booked.cut for booked in settled) else []


def _charge(record: Record, leg: Leg) -> settling.Charge:
    if leg.channel is None or leg.price is None:
        raise ValueError("what is paid for has a channel and a price")
    details = {"call": record.call_id, "from": record.from_number, "number": leg.to, "seconds": leg.seconds}
    return settling.Charge(f"call:{record.call_id}:{leg.channel}", leg.channel, leg.price, details)


def _price(record: Record) -> str | None:
    """Sum what the call's legs cost, once it has ended; None where nothing is paid for."""
    if record.ended_at is None or not record.charges:
        return None
    return str(sum((leg.price for leg in record.charges if leg.price is not None), Decimal(0)))


def _row(record: Record, tenant_id: int, node: str) -> tuple[Any, ...]:
    return (
        record.call_id,
        node,
        tenant_id,
        record.direction,
        record.from_number[:40],
        record.from_name[:60],
        record.to_number[:80],
        _time(record.started_at),
        _time(record.answered_at),
        _time(record.ended_at),
        record.outcome,
        json.dumps([leg_as_json(leg) for leg in record.legs]),
        json.dumps([reason_as_json(reason) for reason in record.why]),
        record.plan,
        _price(record),
        _search_text(record),
    )


def _search_text(record: Record) -> str:
    return search_text(
        direction=record.direction,
        from_number=record.from_number,
        from_name=record.from_name,
        to_number=record.to_number,
        legs=record.legs,
        why=record.why,
        logins=record.logins,
    )


@lru_cache(1024)  # a row is written two or three times with the same moments
def _time(at: datetime | None) -> Any:
    return None if at is None else moment(at)
