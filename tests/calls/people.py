"""Accounts for planner tests, made without a database."""

from dataclasses import replace
from datetime import UTC, datetime

from centralka.calls.facts import Account, CallFacts

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)

ALICJA = Account(1, "kwiaty_100", "100", "Alicja", None, 30, call_waiting=True)
BARTEK = Account(2, "kwiaty_101", "101", "Bartek", None, 20, call_waiting=False)


def a_call(dialled: str, callee: Account | None = None, caller: Account = ALICJA) -> CallFacts:
    """Alicja dials `dialled`; `callee` is whose extension that is."""
    return CallFacts(tenant_id=1, caller=caller, dialled=dialled, callee=callee, now=NOW)


def shown_as(account: Account, number: str) -> Account:
    """The same account with an internal presentation of its own."""
    return replace(account, internal_caller_id=number)
