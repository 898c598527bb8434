"""Accounts for planner tests, made without a database."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

from centralka.calls.destinations import Level, destination
from centralka.calls.facts import Account, CallerNumber, CallFacts, IncomingFacts, Outside, Trunk
from centralka.calls.spelling import NumberStyle
from centralka.calls.tariffs import Rate

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)

ALICJA = Account(1, "kwiaty_100", "100", "Alicja", None, 30, call_waiting=True)
BARTEK = Account(2, "kwiaty_101", "101", "Bartek", None, 20, call_waiting=False)

FIRM = "+48221234567"
"""Alicja's company's number."""
MOBILE = Rate("486", "Polska, komórkowe", Decimal("0.12"), Decimal(0), 1, 1)
FIRST = Trunk(1, "Pierwszy", NumberStyle.E164)
SECOND = Trunk(2, "Drugi", NumberStyle.NATIONAL)


def a_call(dialled: str, callee: Account | None = None, caller: Account = ALICJA) -> CallFacts:
    """Alicja dials `dialled`; `callee` is whose extension that is."""
    return CallFacts(tenant_id=1, caller=caller, dialled=dialled, callee=callee, outside=None, now=NOW)


def shown_as(account: Account, number: str) -> Account:
    """The same account with an internal presentation of its own."""
    return replace(account, internal_caller_id=number)


def outside(dialled: str, **changes: object) -> Outside:
    """A public number that may be called, is cheap, and is paid for; `changes` say what stands against it."""
    to = destination(dialled)
    assert to is not None
    facts = Outside(
        destination=to,
        level=Level.NATIONAL,
        premium_allowed=False,
        satellite_allowed=False,
        unknown_allowed=False,
        max_rate=Decimal(1),
        rate=MOBILE,
        available=Decimal(10),
        caller=CallerNumber(FIRM, restricted=False),
        pin_needed=False,
        trunks=(FIRST, SECOND),
    )
    return replace(facts, **changes)  # type: ignore[arg-type]


def a_call_outside(dialled: str = "600100200", **changes: object) -> CallFacts:
    """Alicja dials a public number."""
    return replace(a_call(dialled), outside=outside(dialled, **changes))


def a_call_from_outside(
    callee: Account | None = BARTEK, caller: str = "+48600100200", name: str = "", blocked: str | None = None
) -> IncomingFacts:
    """Somebody calls the company's number, which points at `callee`."""
    return IncomingFacts(
        tenant_id=1,
        number=FIRM,
        from_number=caller,
        from_name=name,
        callee=callee,
        language="pl",
        trunk=FIRST.name,
        now=NOW,
        blocked=blocked,
    )
