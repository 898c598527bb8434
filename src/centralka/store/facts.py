"""Rows → facts of a call: a bounded number of statements, whatever the tenant's size.

Written out, not through the ORM: they stand in the path of every call, and building a query and its model instances
costs several times what the database takes to answer it (`make bench`; docs/decisions/0005).
"""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import connection

from centralka.calls.called_number import Arrival, CalledNumberIn
from centralka.calls.destinations import Destination, Level, destination, is_emergency
from centralka.calls.facts import (
    Account,
    CallerNumber,
    CallFacts,
    Condition,
    ForwardTarget,
    IncomingFacts,
    Mailbox,
    Outside,
    ToExtension,
    ToNobody,
    ToOutside,
    ToVoicemail,
    Trunk,
    Unanswered,
)
from centralka.calls.spelling import NumberStyle
from centralka.calls.tariffs import Rate, prefixes_of
from centralka.calls.voicemail import MAILBOX, is_full

_CALLER_AND_CALLEE = """
SELECT a.tenant_id, a.id, a.login, a.extension, a.name, a.internal_caller_id, a.ring_timeout, a.call_waiting,
       t.longest_call
FROM sip_account a JOIN tenant t ON t.id = a.tenant_id WHERE a.login = %s
UNION ALL
SELECT b.tenant_id, b.id, b.login, b.extension, b.name, b.internal_caller_id, b.ring_timeout, b.call_waiting, 0
FROM sip_account a JOIN sip_account b ON b.tenant_id = a.tenant_id AND b.extension = %s
WHERE a.login = %s
"""
_PERMISSIONS = """
SELECT COALESCE(a.international, t.international), COALESCE(a.max_rate, t.max_rate),
       t.premium_allowed, t.satellite_allowed, t.unknown_allowed,
       t.balance + t.credit_limit - COALESCE((SELECT SUM(r.amount) FROM reservation r WHERE r.tenant_id = t.id), 0),
       t.price_list_id, a.outbound_pin_digest <> '',
       a.caller_id_restricted, shown.e164, COALESCE(shown.tenant_id = t.id, FALSE),
       (SELECT MIN(own.e164) FROM number own WHERE own.tenant_id = t.id),
       (SELECT COUNT(*) FROM reservation r WHERE r.tenant_id = t.id AND r.number = %s),
       CASE WHEN t.blocked_at IS NOT NULL THEN t.block_reason END
FROM sip_account a JOIN tenant t ON t.id = a.tenant_id LEFT JOIN number shown ON shown.id = a.caller_id_id
WHERE a.id = %s
"""
_PRICE = """
SELECT prefix, description, per_minute, connection_fee, first_increment, next_increment, barred
FROM price WHERE revision_id = (
    SELECT id FROM price_list_revision WHERE price_list_id = %s AND holds_from <= %s
    ORDER BY holds_from DESC, id DESC LIMIT 1
) AND prefix IN ({}) ORDER BY LENGTH(prefix) DESC LIMIT 1
"""
_TRUNKS = "SELECT id, name, number_style, foreign_caller_ids FROM trunk WHERE enabled ORDER BY priority, name, id"
_NUMBER = """
SELECT n.tenant_id, t.language, t.longest_call, CASE WHEN t.blocked_at IS NOT NULL THEN t.block_reason END,
       a.id, a.login, a.extension, a.name, a.internal_caller_id, a.ring_timeout, a.call_waiting
FROM number n JOIN tenant t ON t.id = n.tenant_id
LEFT JOIN sip_account a ON a.id = n.sip_account_id AND a.tenant_id = n.tenant_id
WHERE n.e164 = %s
"""
_CALLEE = """
SELECT a.tenant_id, t.language, t.longest_call, CASE WHEN t.blocked_at IS NOT NULL THEN t.block_reason END,
       a.id, a.login, a.extension, a.name, a.internal_caller_id, a.ring_timeout, a.call_waiting
FROM sip_account a JOIN tenant t ON t.id = a.tenant_id WHERE a.id = %s
"""
_UNANSWERED = """
SELECT a.return_after, a.voicemail_enabled, a.greeting_on_no_answer, a.greeting_on_busy,
       EXISTS (SELECT 1 FROM greeting g WHERE g.sip_account_id = a.id),
       f.condition, f.kind, e.e164, e.name,
       t.id, t.login, t.extension, t.name, t.internal_caller_id, t.ring_timeout, t.call_waiting
FROM sip_account a
LEFT JOIN forward f ON f.sip_account_id = a.id
LEFT JOIN sip_account t ON t.id = f.target_id AND t.tenant_id = a.tenant_id
LEFT JOIN external_number e ON e.id = f.external_id AND e.tenant_id = a.tenant_id
WHERE a.id = %s
"""
_MESSAGES = """
SELECT COUNT(*), COALESCE(SUM(seconds), 0) FROM voicemail_message WHERE sip_account_id = %s AND deleted_at IS NULL
"""
_CARRIER = "SELECT name, username, called_number FROM trunk WHERE id = %s"
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
        caller=_account(caller[1:-1]),
        dialled=dialled,
        callee=_account(callee[1:-1]) if callee else None,
        outside=_outside(caller[1], to, now) if to else None,
        now=now,
        unanswered=_unanswered(callee[1], now) if callee else Unanswered(),
        mailbox=_unanswered(caller[1], now).mailbox if dialled == MAILBOX else None,
        longest_call=caller[-1],
    )


def incoming_facts(*, trunk_id: int, arrival: Arrival, now: datetime) -> IncomingFacts | None:
    """What a decision needs about a call that a carrier brings in; None for a number that no company here has.

    `trunk_id`: 0 for a call that is only thought of.
    """
    carriers = _rows(_CARRIER, [trunk_id])
    trunk, registration, where = carriers[0] if carriers else ("", "", CalledNumberIn.AUTOMATIC)
    to = destination(arrival.called(CalledNumberIn(where), registration))
    found = _rows(_NUMBER, [to.number]) if to else []
    if to is None or not found:
        return None
    tenant_id, language, longest_call, blocked, *account = found[0]
    return IncomingFacts(
        tenant_id=tenant_id,
        number=to.number,
        from_number=arrival.caller.number,
        from_name=arrival.caller.shown_name(language),
        callee=_account(account) if account[0] is not None else None,
        language=language,
        trunk=trunk,
        now=now,
        blocked=blocked,
        longest_call=longest_call,
        unanswered=_unanswered(account[0], now) if account[0] is not None else Unanswered(),
    )


def incoming_facts_for(*, account_id: int, number: str, caller_number: str, now: datetime) -> IncomingFacts:
    """As `incoming_facts`, of a call for an account that exists. `number`: E.164; "" where none points at it.

    `caller_number`: E.164; "" if the caller hides it.
    """
    ((tenant_id, language, longest_call, blocked, *account),) = _rows(_CALLEE, [account_id])
    return IncomingFacts(
        tenant_id=tenant_id,
        number=number,
        from_number=caller_number,
        from_name="",
        callee=_account(account),
        language=language,
        trunk="",
        now=now,
        blocked=blocked,
        longest_call=longest_call,
        unanswered=_unanswered(account_id, now),
    )


def _unanswered(account_id: int, now: datetime) -> Unanswered:
    """What follows when the account does not take a call."""
    rows = _rows(_UNANSWERED, [account_id])
    return_after, has_mailbox, on_no_answer, on_busy, own_greeting = rows[0][:5]
    return Unanswered(
        forwards={Condition(row[5]): _target(account_id, now, *row[6:]) for row in rows if row[5] is not None},
        return_after=return_after,
        mailbox=Mailbox(bool(own_greeting), bool(on_no_answer), bool(on_busy), _is_full(account_id))
        if has_mailbox
        else None,
    )


def _is_full(account_id: int) -> bool:
    ((messages, seconds),) = _rows(_MESSAGES, [account_id])
    return is_full(messages, seconds)


def _target(
    account_id: int, now: datetime, kind: str, e164: str | None, name: str | None, *account: Any
) -> ForwardTarget:
    if kind == "voicemail":
        return ToVoicemail()
    if kind == "extension" and account[0] is not None:
        return ToExtension(_account(account))
    if kind == "external" and e164 is not None and (to := destination(e164)) is not None:
        return ToOutside(name or "", _outside(account_id, to, now))
    return ToNobody()


def _outside(account_id: int, to: Destination, now: datetime) -> Outside:
    ((level, max_rate, premium, satellite, unknown, available, price_list, pin, *shown, going_on, blocked),) = _rows(
        _PERMISSIONS, [to.number, account_id]
    )
    return Outside(
        destination=to,
        level=Level(level),
        premium_allowed=bool(premium),
        satellite_allowed=bool(satellite),
        unknown_allowed=bool(unknown),
        max_rate=_money(max_rate),
        rate=rate_for(price_list, to.number, now),
        available=_money(available),
        caller=_caller_number(*shown),
        pin_needed=bool(pin),
        going_on=going_on,
        blocked=blocked,
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


def rate_for(price_list: int | None, number: str, now: datetime) -> Rate | None:
    """The price of the longest prefix of `number` (E.164 or a short code) in a list at `now`; None: not known.

    By one statement and two indexes, however long the list is and however many revisions it has.
    """
    if price_list is None:
        return None
    prefixes = prefixes_of(number)
    found = _rows(_PRICE.format(", ".join(["%s"] * len(prefixes))), [price_list, _moment(now), *prefixes])
    if not found:
        return None
    prefix, description, per_minute, connection_fee, first, following, barred = found[0]
    return Rate(prefix, description, _money(per_minute), _money(connection_fee), first, following, bool(barred))


def _moment(when: datetime) -> Any:
    """As the database compares moments: SQLite keeps texts."""
    return connection.ops.adapt_datetimefield_value(when)


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
