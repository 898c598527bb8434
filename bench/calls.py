"""Processor time per call: Centralka as shipped against the honest floor (`exchanges.floor`), at two rates."""

import math
import statistics
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from sqlite3 import connect

from .accounts import extension, login
from .exchanges import EngineAlone, Exchange, Shipped, floor, without_ice
from .figure import Figure, per, ratio
from .sipp import Phones, Row, SippFailed, place
from .together import Used, load, load_in_turn, total

ROUNDS = 5
SLOW, FAST = 12, 60
"""Calls a second. The fast rate shows how much a machine carries."""
CALLS = {SLOW: 240, FAST: 600}
"""The calls of one round. All rounds have the same callers, who have called before."""
FIRST_ROUNDS = 3
"""At the slow rate, of callers who call for the first time since the engine started: it reads their endpoints."""
STEP = 20
"""Calls a second more, until the set-up takes too long."""
LONGEST_SET_UP = 0.2
"""Seconds, on average, from the authenticated INVITE until the called phone rings."""
_SEARCH_SECONDS = 6
_TRIES = 2
"""At each rate, before it counts as too high: one call that fails since the machine had other work ends no search."""
_CALLED = range(5000, 5480)
_REGISTRATIONS_PER_SECOND = 60

Work = Callable[[str], None]


def measure(shipped: Shipped, accounts: int) -> list[Figure]:
    """Make the same calls on both, then as many a second as each of them carries."""
    with EngineAlone(shipped.database, floor) as least:
        exchanges: dict[str, Exchange] = {"centralka": shipped, "floor": least}
        before = answered_calls(shipped)
        called = [login(number) for number in _CALLED]
        phones = {name: Phones(exchange.sip_port, called) for name, exchange in exchanges.items()}
        with _all_answering(phones.values()):
            load_in_turn(exchanges, _calling(exchanges, FAST))  # from here on the callers are known
            slow = [load(exchanges, _calling(exchanges, SLOW)) for _ in range(ROUNDS)]
            fast = [load_in_turn(exchanges, _calling(exchanges, FAST)) for _ in range(ROUNDS)]
        with _all_answering(phones.values()):
            unknown = range(CALLS[FAST], CALLS[FAST] + FIRST_ROUNDS * CALLS[SLOW], CALLS[SLOW])
            first = [load(exchanges, _calling(exchanges, SLOW, by)) for by in unknown]
        recorded = answered_calls(shipped) - before
        carried = {}
        for name, exchange in exchanges.items():
            with _answering(phones[name]):
                carried[name] = _carried(exchange)
        ice = _without_ice(shipped, least, phones["floor"], called)
    made = CALLS[FAST] + ROUNDS * sum(CALLS.values()) + FIRST_ROUNDS * CALLS[SLOW]
    if recorded != made:
        raise RuntimeError(f"{recorded} of {made} calls were recorded")
    known = [_figure(rounds, f"at {rate}/s", rate, accounts) for rate, rounds in ((SLOW, slow), (FAST, fast))]
    return [*known, _figure(first, f"at {SLOW}/s, the caller's first", SLOW, accounts), _carrying(carried), ice]


def _without_ice(shipped: Shipped, least: EngineAlone, its_phones: Phones, called: list[str]) -> Figure:
    """Compare the floor with one that has no ICE either, so that both ratios can be told."""
    with EngineAlone(shipped.database, floor, without_ice) as less:
        floors: dict[str, Exchange] = {"floor": least, "without": less}
        with _all_answering([its_phones, Phones(less.sip_port, called)]):
            slow = [load(floors, _calling(floors, SLOW)) for _ in range(ROUNDS)]
            fast = [load_in_turn(floors, _calling(floors, FAST)) for _ in range(ROUNDS)]
    at_fast = ratio(per(total(fast, "without"), total(fast, "floor")))
    return Figure(
        f"the same floor without ICE, at {SLOW}/s",
        ratio(per(total(slow, "without"), total(slow, "floor"))),
        "",
        f"at {FAST}/s {at_fast}: whoever measures against that divides by it",
    )


@contextmanager
def _answering(phones: Phones) -> Iterator[None]:
    """Answer calls to them while the block runs, which should not be longer than their registrations: 300 s."""
    phones.register(_REGISTRATIONS_PER_SECOND)
    with phones.answering():
        yield


@contextmanager
def _all_answering(phones: Iterable[Phones]) -> Iterator[None]:
    with ExitStack() as stack:
        for each in phones:
            stack.enter_context(_answering(each))
        yield


def _calling(exchanges: Mapping[str, Exchange], rate: int, first: int = 0) -> Work:
    """Make the calls of a round, each by another caller from the account number `first` on."""
    rows = _rows(first, CALLS[rate])

    def work(name: str) -> None:
        place("call", exchanges[name].sip_port, rows, rate)

    return work


def _rows(first: int, count: int) -> list[Row]:
    return [(login(number), extension(_CALLED[number % len(_CALLED)])) for number in range(first, first + count)]


def _carried(exchange: Exchange) -> int:
    """Find the most calls a second that are set up quickly on average, and none of which fails, in one of two tries."""
    rate = STEP
    while any(_set_up(exchange, rate) < LONGEST_SET_UP for _try in range(_TRIES)):
        rate += STEP
    return rate - STEP


def _set_up(exchange: Exchange, rate: int) -> float:
    """Return the average seconds of a set-up at this rate; endless if a call failed."""
    try:
        return place("call", exchange.sip_port, _rows(0, rate * _SEARCH_SECONDS), rate)
    except SippFailed:
        return math.inf


def _figure(rounds: list[Used], which: str, rate: int, accounts: int) -> Figure:
    return Figure(
        f"CPU per internal call {which}, all processes",
        ratio(per(total(rounds, "centralka"), total(rounds, "floor"))),
        "1.75×",
        f"{accounts} accounts, {len(rounds)} × {CALLS[rate]} calls; {milliseconds(rounds, CALLS[rate])}",
    )


def _carrying(carried: Mapping[str, int]) -> Figure:
    if not carried["floor"]:
        raise RuntimeError(f"the floor carries not even {STEP} calls a second, so something else is wrong")
    return Figure(
        "calls a second with a mean set-up below 200 ms, share of the floor's",
        f"**{carried['centralka'] / carried['floor']:.2f}×**",
        "0.6×",
        f"steps of {STEP}; here {carried['centralka']} and {carried['floor']}, SIPp beside them on the same cores",
    )


def milliseconds(rounds: list[Used], calls: int) -> str:
    """Tell the time that each process took per call; bare times, only to see where it goes."""
    parts = {part: statistics.median(used["centralka"][part] for used in rounds) for part in rounds[0]["centralka"]}
    shares = ", ".join(f"{part} {1000 * seconds / calls:.1f} ms" for part, seconds in parts.items() if seconds)
    alone = statistics.median(total(rounds, "floor"))
    return f"here {shares}; floor {1000 * alone / calls:.1f} ms"


def answered_calls(shipped: Shipped) -> int:
    """Count the records of complete, answered calls."""
    with closing(connect(shipped.database)) as database:
        found = database.execute("SELECT count(*) FROM call_record WHERE outcome = 'answered' AND ended_at IS NOT NULL")
        return int(found.fetchone()[0])
