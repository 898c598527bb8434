"""Rows → facts of a call: a bounded number of statements, whatever the tenant's size.

Written out, not through the ORM: they stand in the path of every call, and building a query and its model instances
costs several times what the database takes to answer it (`make bench`; docs/decisions/0005).
"""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import connection

from centralka.calls.destinations import Destination, Level, destination, is_emergency
from centralka.calls.facts import Account, CallerNumber, CallFacts, IncomingFacts, Outside, Trunk
from centralka.calls.spelling import NumberStyle, parse_number
from centralka.calls.tariffs import Rate, prefixes_of

_CALLER_AND_CALLEE = """
SELECT a.tenant_id, a.id, a.login, a.extension, a.name, a.internal_caller_id, a.ring_timeout, a.call_waiting
FROM sip_account a WHERE a.login = %s
UNION ALL
SELECT b.tenant_id, b.id, b.login, b.extension, b.name, b.internal_caller_id, b.ring_timeout, b.call_waiting
FROM sip_account a JOIN sip_account b ON b.tenant_id = a.tenant_id AND b.extension = %s
WHERE a.login = %s
"""
_PERMISSIONS = """
SELECT COALESCE(a.international, t.international), COALESCE(a.max_rate, t.max_rate),
       t.premium_allowed, t.satellite_allowed, t.unknown_allowed,
       t.balance + t.credit_limit - COALESCE((SELECT SUM(r.amount) FROM reservation r WHERE r.tenant_id = t.id), 0),
       t.price_list_id, a.outbound_pin_digest <> '',
       a.caller_id_restricted, shown.e164, COALESCE(shown.tenant_id = t.id, FALSE),
       (SELECT MIN(own.e164) FROM number own WHERE own.tenant_id = t.id)
FROM sip_account a JOIN tenant t ON t.id = a.tenant_id LEFT JOIN number shown ON shown.id = a.caller_id_id
WHERE a.id = %s
"""
_PRICE = """
SELECT prefix, description, per_minute, connection_fee, first_increment, next_increment
FROM price WHERE price_list_id = %s AND prefix IN ({}) ORDER BY LENGTH(prefix) DESC LIMIT 1
"""
_TRUNKS = "SELECT id, name, number_style, foreign_caller_ids FROM trunk WHERE enabled ORDER BY priority, name, id"
_NUMBER = """
SELECT n.tenant_id, t.language, a.id, a.login, a.extension, a.name, a.internal_caller_id, a.ring_timeout, a.call_waiting
FROM number n JOIN tenant t ON t.id = n.tenant_id
LEFT JOIN sip_account a ON a.id = n.sip_account_id AND a.tenant_id = n.tenant_id
WHERE n.e164 = %s
"""
_TRUNK_NAME = "SELECT name FROM trunk WHERE id = %s"
_SMALLEST = Decimal("0.0001")


def call_facts(*, login: str, dialled: str, now: datetime) -> CallFacts | None:
    """Everything a decision needs about a call that the phone of `login` makes; None if there is no such account."""
    rows = _rows(_CALLER_AND_CALLEE, [login, dialled, login])
    caller = next((row for row in rows if row[2] == login), None)
    if caller is None:
        return None
    callee = next((row for row in rows if row[3] == dialled), None)
    to = destination(dialled) if callee is None or is_emergency(dialled) else None
    return CallFacts(
        tenant_id=caller[0],
        caller=_account(caller[1:]),
        dialled=dialled,
        callee=_account(callee[1:]) if callee else None,
        outside=_outside(caller[1], to) if to else None,
        now=now,
    )


def incoming_facts(
    *, trunk_id: int, dialled: str, caller_number: str, caller_name: str, now: datetime
) -> IncomingFacts | None:
    """What a decision needs about a call that a carrier brings in; None for a number that no company here has.

    `caller_number`: as the carrier gave it; "" if the caller hides it.
    """
    to = destination(dialled)
    found = _rows(_NUMBER, [to.number]) if to else []
    if to is None or not found:
        return None
    tenant_id, language, *account = found[0]
    trunk = _rows(_TRUNK_NAME, [trunk_id])
    return IncomingFacts(
        tenant_id=tenant_id,
        number=to.number,
        from_number=parse_number(caller_number) or caller_number,
        from_name=caller_name,
        callee=_account(account) if account[0] is not None else None,
        language=language,
        trunk=trunk[0][0] if trunk else "",
        now=now,
    )


def _outside(account_id: int, to: Destination) -> Outside:
    ((level, max_rate, premium, satellite, unknown, available, price_list, pin, *shown),) = _rows(
        _PERMISSIONS, [account_id]
    )
    return Outside(
        destination=to,
        level=Level(level),
        premium_allowed=bool(premium),
        satellite_allowed=bool(satellite),
        unknown_allowed=bool(unknown),
        max_rate=_money(max_rate),
        rate=rate_for(price_list, to.number),
        available=_money(available),
        caller=_caller_number(*shown),
        pin_needed=bool(pin),
        trunks=tuple(
            Trunk(trunk_id, name, f"trunk-{trunk_id}", NumberStyle(style), bool(foreign))
            for trunk_id, name, style, foreign in _rows(_TRUNKS)
        ),
    )


def _caller_number(restricted: bool, chosen: str | None, owned: bool, first: str | None) -> CallerNumber:
    """A restricted caller is known to the carrier by the chosen number, or else by the company's first one."""
    if restricted:
        return CallerNumber(chosen if chosen and owned else first, restricted=True)
    return CallerNumber(chosen, restricted=False, owned=chosen is None or bool(owned))


def rate_for(price_list: int | None, number: str) -> Rate | None:
    """The price of the longest prefix of `number` (E.164 or a short code) in a list; None: not known."""
    if price_list is None:
        return None
    prefixes = prefixes_of(number)
    found = _rows(_PRICE.format(", ".join(["%s"] * len(prefixes))), [price_list, *prefixes])
    if not found:
        return None
    prefix, description, per_minute, connection_fee, first, following = found[0]
    return Rate(prefix, description, _money(per_minute), _money(connection_fee), first, following)


def _money(value: Any) -> Decimal:
    """SQLite gives floating-point numbers, with noise behind the fourth decimal."""
    return Decimal(str(value)).quantize(_SMALLEST)


def _account(columns: Sequence[Any]) -> Account:
    account_id, login, extension, name, shown, ring_timeout, call_waiting = columns
    return Account(account_id, login, extension, name, shown, ring_timeout, bool(call_waiting))


def _rows(statement: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())
