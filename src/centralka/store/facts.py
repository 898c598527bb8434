"""Rows → `CallFacts`: one statement per call, whatever the tenant's size."""

from datetime import datetime

from django.db import connection

from centralka.calls.facts import Account, CallFacts

# Written out, not through the ORM: this one statement stands in the path of every call, and building it and its
# model instances costs several times what the database takes to answer it (`make bench`; docs/decisions/0005).
_CALLER_AND_CALLEE = """
SELECT a.tenant_id, a.id, a.login, a.extension, a.name, a.internal_caller_id, a.ring_timeout, a.call_waiting
FROM sip_account a WHERE a.login = %s
UNION ALL
SELECT b.tenant_id, b.id, b.login, b.extension, b.name, b.internal_caller_id, b.ring_timeout, b.call_waiting
FROM sip_account a JOIN sip_account b ON b.tenant_id = a.tenant_id AND b.extension = %s
WHERE a.login = %s
"""


def call_facts(*, login: str, dialled: str, now: datetime) -> CallFacts | None:
    """Everything a decision needs about a call that the phone of `login` makes; None if there is no such account."""
    with connection.cursor() as cursor:
        cursor.execute(_CALLER_AND_CALLEE, [login, dialled, login])
        rows = cursor.fetchall()
    caller = next((row for row in rows if row[2] == login), None)
    if caller is None:
        return None
    callee = next((row for row in rows if row[3] == dialled), None)
    return CallFacts(
        tenant_id=caller[0],
        caller=_account(caller),
        dialled=dialled,
        callee=_account(callee) if callee else None,
        now=now,
    )


def _account(row: tuple[object, ...]) -> Account:
    _tenant, *columns = row
    account_id, login, extension, name, shown, ring_timeout, call_waiting = columns
    return Account(account_id, login, extension, name, shown, ring_timeout, bool(call_waiting))  # type: ignore[arg-type]  # checked by the tables
