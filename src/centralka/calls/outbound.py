"""Calls to public numbers: a call that is not clearly allowed, priced and paid for is refused; the caller hears why."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from .carrier_answers import MEANINGS, Meaning
from .destinations import Destination, Kind, Level, Permission, permission
from .facts import Account, CallerNumber, Outside
from .fraud import breach_of
from .plan import AskPin, DialOut, Outcome, Pin, Plan, Refusal, Reject, Step, StepName
from .prompts import Prompt
from .reasons import Reason, Why
from .tariffs import Rate, first_minute, price

RING_SECONDS = 120
"""A carrier that says nothing for so long is given up."""
PIN_TRIES = 3

_START = StepName("start")
_DIAL = StepName("dial_out")
_WRONG_PIN = StepName("wrong_pin")
_ABOVE_LEVEL = {
    Level.NATIONAL: Prompt.NATIONAL_ONLY,
    Level.EEA: Prompt.EEA_ONLY,
    Level.WORLD: Prompt.COUNTRY_NOT_PERMITTED,
}


def call_outside(caller: Account, outside: Outside) -> Plan:
    """Plan a call outside. Emergency calls always go out; others after every check, and the PIN where one is set."""
    if outside.destination.kind is Kind.EMERGENCY:
        return Plan(_START, {_START: _dial_emergency(outside), **_failures(outside)})
    if refusal := refusal_of(outside):
        return Plan(_START, {_START: refusal})
    dial = _dial(outside)
    if not outside.pin_needed:
        return Plan(_START, {_START: dial, **_failures(outside)})
    steps: dict[StepName, Step] = {_START: _ask_pin(caller), _DIAL: dial, **_failures(outside)}
    wrong = Reason(Why.WRONG_PIN, {"tries": PIN_TRIES})
    return Plan(_START, {**steps, _WRONG_PIN: Reject(Refusal.NOT_PERMITTED, wrong, Prompt.WRONG_PIN_GOODBYE)})


def refusal_of(outside: Outside) -> Reject | None:
    """Return what stands against the call, if anything does."""
    return next(_refusals(outside), None)


def _refusals(outside: Outside) -> Iterator[Reject]:
    """List all that stands against the call; the caller is told the first."""
    if outside.blocked is not None:
        yield _refused(Why.COMPANY_BLOCKED, {"reason": outside.blocked}, Prompt.COMPANY_BLOCKED)
    yield from _of_permission(outside)
    yield from _of_price(outside)
    yield from _of_fraud(outside)
    yield from _of_caller_number(outside.caller)
    if not outside.trunks:
        yield Reject(Refusal.NO_ROUTE, Reason(Why.NO_TRUNK), Prompt.NO_TRUNK)


def _of_permission(outside: Outside) -> Iterator[Reject]:
    found = permission(
        outside.destination,
        outside.level,
        premium_allowed=outside.premium_allowed,
        satellite_allowed=outside.satellite_allowed,
        unknown_allowed=outside.unknown_allowed,
    )
    values = {"number": outside.destination.number, "level": outside.level}
    match found:
        case Permission.ALLOWED:
            return
        case Permission.ABOVE_LEVEL:
            yield _refused(Why.ABOVE_LEVEL, values, _ABOVE_LEVEL[outside.level])
        case Permission.PREMIUM:
            yield _refused(Why.PREMIUM_RANGE, values, Prompt.PREMIUM_NOT_PERMITTED)
        case Permission.SATELLITE:
            yield _refused(Why.SATELLITE_RANGE, values, Prompt.PREMIUM_NOT_PERMITTED)
        case Permission.UNKNOWN:
            yield _refused(Why.UNKNOWN_RANGE, values, Prompt.PREMIUM_NOT_PERMITTED)


def _of_price(outside: Outside) -> Iterator[Reject]:
    rate = outside.rate
    if is_free(outside.destination):
        return
    if rate is None:
        yield _no_price(outside)
        return
    if rate.barred:
        yield _refused(Why.BARRED, {"number": outside.destination.number}, Prompt.DESTINATION_BARRED)
    elif first_minute(rate) > outside.max_rate:
        values = {"first_minute": str(first_minute(rate)), "max_rate": str(outside.max_rate), **_price_of(rate)}
        yield replace(_refused(Why.ABOVE_MAX_RATE, values, Prompt.RATE_TOO_HIGH), rate=rate)
    elif price(rate, rate.first_increment) > outside.available:
        yield _no_money(outside)


def _of_fraud(outside: Outside) -> Iterator[Reject]:
    if is_free(outside.destination):
        return
    if breach := breach_of(outside.guard, outside.destination):
        values = {"number": breach.number, **breach.stop.values}
        yield replace(_refused(Why.FRAUD_SUSPECTED, values, Prompt.FRAUD_SUSPECTED), breach=breach)


def _price_of(rate: Rate) -> dict[str, str | int]:
    """Return every part of a price, for a reason: a call can be dear by each of them."""
    return {
        "per_minute": str(rate.per_minute),
        "connection_fee": str(rate.connection_fee),
        "first_increment": rate.first_increment,
        "next_increment": rate.next_increment,
    }


def _of_caller_number(caller: CallerNumber) -> Iterator[Reject]:
    if not caller.owned:
        yield _refused(Why.CALLER_ID_NOT_OWNED, {"number": caller.number or ""}, Prompt.CALLER_ID_NOT_OWNED)
    elif caller.number is None:
        yield _refused(Why.NO_CALLER_ID, {}, Prompt.NO_OUTGOING_NUMBER)


def is_free(to: Destination) -> bool:
    """Tell whether a call is free by law: emergency numbers and services of social value (116…) need no price and no
    money."""
    return to.kind is Kind.EMERGENCY or (to.kind is Kind.SERVICE and to.number.startswith("116"))


def _refused(why: Why, values: Mapping[str, str | int], say: Prompt) -> Reject:
    return Reject(Refusal.NOT_PERMITTED, Reason(why, values), say)


def _no_price(outside: Outside) -> Reject:
    return _refused(Why.NO_PRICE, {"number": outside.destination.number}, Prompt.PRICE_UNKNOWN)


def _no_money(outside: Outside) -> Reject:
    return _refused(Why.NO_MONEY, {"number": outside.destination.number}, Prompt.CREDIT_TOO_LOW)


def _ask_pin(caller: Account) -> AskPin:
    then = {Outcome.RIGHT_PIN: _DIAL, Outcome.WRONG_PIN: _WRONG_PIN}
    return AskPin(caller.id, Pin.OUTSIDE, PIN_TRIES, Reason(Why.PIN_NEEDED, {"extension": caller.extension}), then)


def _dial(outside: Outside) -> DialOut | Reject:
    if is_free(outside.destination):
        return _dial_free(outside, outside.caller, Why.FREE_NUMBER_DIALLED)
    if outside.rate is None:
        return _no_price(outside)
    values = {"number": outside.destination.number, **_price_of(outside.rate)}
    return _dial_out(outside, outside.caller, outside.rate, Reason(Why.NUMBER_DIALLED, values))


def _dial_emergency(outside: Outside) -> DialOut:
    """Plan an emergency call, never restricted: the service has to know the caller. It needs no own number."""
    shown = outside.caller.number if outside.caller.owned else None
    return _dial_free(outside, CallerNumber(shown, restricted=False), Why.EMERGENCY_DIALLED)


def _dial_free(outside: Outside, show: CallerNumber, why: Why) -> DialOut:
    return _dial_out(outside, show, None, Reason(why, {"number": outside.destination.number}))


def _dial_out(outside: Outside, show: CallerNumber, rate: Rate | None, why: Reason) -> DialOut:
    return DialOut(
        number=outside.destination.number,
        trunks=outside.trunks,
        show=show,
        rate=rate,
        seconds=RING_SECONDS,
        why=why,
        then={outcome: StepName(outcome) for outcome in failures_of(outside)},
        account_id=outside.guard.account_id,
    )


_NO_MONEY = Meaning(Outcome.NO_MONEY, Refusal.NOT_PERMITTED, Why.NO_MONEY, Prompt.CREDIT_TOO_LOW)
_STOPPED = Meaning(Outcome.STOPPED, Refusal.NOT_PERMITTED, Why.FRAUD_SUSPECTED, Prompt.FRAUD_SUSPECTED)
_FAILURES = {meaning.outcome: meaning for meaning in (*MEANINGS, _NO_MONEY, _STOPPED)}
_ABOUT_MONEY = frozenset({Outcome.NO_MONEY, Outcome.STOPPED})


def failures_of(outside: Outside) -> list[Outcome]:
    """List how a call outside can come to nothing."""
    free = is_free(outside.destination)
    return [outcome for outcome in _FAILURES if not (free and outcome in _ABOUT_MONEY)]


def _failures(outside: Outside) -> dict[StepName, Step]:
    values = {"number": outside.destination.number}
    steps: dict[StepName, Step] = {}
    for outcome in failures_of(outside):
        meaning = _FAILURES[outcome]
        steps[StepName(outcome)] = Reject(meaning.refusal, Reason(meaning.why, values), meaning.say)
    return steps
