"""Processor time per call: Centralka as shipped against the honest floor (`exchanges.floor`), at two rates."""

import math
import statistics
from collections.abc import Callable, Iterator, Mapping
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
"""The calls of one round."""
STEP = 20
"""Calls a second more, until the set-up takes too long."""
LONGEST_SET_UP = 0.2
"""Seconds, on average, from the authenticated INVITE until the called phone rings."""
_SEARCH_SECONDS = 6
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
        with ExitStack() as answering:
            for each in phones.values():
                answering.enter_context(_answering(each))
            slow = [load(exchanges, _calling(exchanges, round_, SLOW)) for round_ in range(ROUNDS)]
            fast = [load_in_turn(exchanges, _calling(exchanges, round_, FAST)) for round_ in range(ROUNDS)]
        recorded = answered_calls(shipped) - before
        carried = {}
        for name, exchange in exchanges.items():
            with _answering(phones[name]):
                carried[name] = _carried(exchange)
        ice = _without_ice(shipped, least, phones["floor"], called)
    if recorded != ROUNDS * sum(CALLS.values()):
        raise RuntimeError(f"{recorded} of {ROUNDS * sum(CALLS.values())} calls were recorded")
    return [_figure(slow, SLOW, accounts), _figure(fast, FAST, accounts), _carrying(carried), ice]


def _without_ice(shipped: Shipped, least: EngineAlone, its_phones: Phones, called: list[str]) -> Figure:
    """Compare the floor with one that has no ICE either, so that both ratios can be told."""
    with EngineAlone(shipped.database, floor, without_ice) as less, ExitStack() as answering:
        floors: dict[str, Exchange] = {"floor": least, "without": less}
        for phones in (its_phones, Phones(less.sip_port, called)):
            answering.enter_context(_answering(phones))
        slow = [load(floors, _calling(floors, round_, SLOW)) for round_ in range(ROUNDS)]
        fast = [load_in_turn(floors, _calling(floors, round_, FAST)) for round_ in range(ROUNDS)]
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


def _calling(exchanges: Mapping[str, Exchange], round_: int, rate: int) -> Work:
    """Make the calls of a round, which has callers of its own."""
    rows = _rows(round_ * CALLS[rate], CALLS[rate])

    def work(name: str) -> None:
        place("call", exchanges[name].sip_port, rows, rate)

    return work


def _rows(first: int, count: int) -> list[Row]:
    return [(login(number), extension(_CALLED[number % len(_CALLED)])) for number in range(first, first + count)]


def _carried(exchange: Exchange) -> int:
    """Find the most calls a second that are set up quickly on average, and none of which fails."""
    rate = STEP
    while _set_up(exchange, rate) < LONGEST_SET_UP:
        rate += STEP
    return rate - STEP


def _set_up(exchange: Exchange, rate: int) -> float:
    """Return the average seconds of a set-up at this rate; endless if a call failed."""
    try:
        return place("call", exchange.sip_port, _rows(0, rate * _SEARCH_SECONDS), rate)
    except SippFailed:
        return math.inf


def _figure(rounds: list[Used], rate: int, accounts: int) -> Figure:
    return Figure(
        f"CPU per internal call at {rate}/s, all processes",
        ratio(per(total(rounds, "centralka"), total(rounds, "floor"))),
        "1.75×",
        f"{accounts} accounts, {ROUNDS} × {CALLS[rate]} calls; {milliseconds(rounds, CALLS[rate])}",
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
