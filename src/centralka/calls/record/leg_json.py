"""A leg as plain data, and back: for the record of the call.

Legs stay in records for years: a field that an earlier version did not write is read as not known.
"""

from decimal import Decimal
from typing import NotRequired, TypedDict

from ..plan import Outcome
from ..reasons import ReasonJson, reason_as_json, reason_from_json
from ..tariffs import RateJson, rate_as_json, rate_from_json
from .leg import Leg, LegOutcome
from .outcome import CallOutcome


class LegJson(TypedDict):
    to: str
    login: NotRequired[str | None]
    outcome: NotRequired[str]
    status: NotRequired[int | None]
    seconds: NotRequired[int]
    rang: NotRequired[int]
    trunk: NotRequired[str | None]
    rate: NotRequired[RateJson | None]
    price: NotRequired[str | None]
    channel: NotRequired[str | None]
    pages: NotRequired[int]
    why: NotRequired[ReasonJson | None]


def leg_as_json(leg: Leg) -> LegJson:
    """Write each field of the leg; the price as text, so that nothing of it is lost."""
    stored: LegJson = {
        "to": leg.to,
        "login": leg.login,
        "outcome": leg.outcome,
        "status": leg.status,
        "seconds": leg.seconds,
        "rang": leg.rang or 0,
        "trunk": leg.trunk,
        "rate": rate_as_json(leg.rate) if leg.rate else None,
        "price": None if leg.price is None else str(leg.price),
        "channel": leg.channel,
        "why": reason_as_json(leg.why) if leg.why else None,
    }
    if leg.rang is None:
        del stored["rang"]
    if leg.pages is not None:
        stored["pages"] = leg.pages
    return stored


def leg_from_json(stored: LegJson) -> Leg:
    """Read what `leg_as_json` wrote, in this version or an earlier one."""
    price, rate, why = stored.get("price"), stored.get("rate"), stored.get("why")
    return Leg(
        to=stored["to"],
        login=stored.get("login"),
        outcome=_outcome(stored.get("outcome", "")),
        status=stored.get("status"),
        seconds=stored.get("seconds") or 0,
        rang=stored.get("rang"),
        trunk=stored.get("trunk"),
        rate=rate_from_json(rate) if rate else None,
        price=None if price is None else Decimal(price),
        channel=stored.get("channel"),
        pages=stored.get("pages"),
        why=reason_from_json(why) if why else None,
    )


def _outcome(code: str) -> LegOutcome:
    return _OUTCOMES.get(code, CallOutcome.FAILED)


_OUTCOMES: dict[str, LegOutcome] = {
    **{outcome.value: outcome for outcome in CallOutcome},
    **{outcome.value: outcome for outcome in Outcome},
}
