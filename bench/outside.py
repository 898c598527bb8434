"""Measure processor time per call outside, at two rates: Centralka with permissions, price, money and record against
the floor."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from tests.live.sipp import free_port

from .accounts import login
from .calls import CALLS, FAST, ROUNDS, SLOW, answered_calls, milliseconds
from .exchanges import EngineAlone, Exchange, Shipped, floor
from .figure import Figure, per, ratio
from .sipp import Sipp, place
from .together import Used, load, load_in_turn, total


def measure(shipped: Shipped, accounts: int) -> list[Figure]:
    """Let two exchanges call the same carrier, a SIPp that answers everything, at the same time."""
    port = free_port()
    shipped.open_the_world(port)
    with EngineAlone(shipped.database, floor) as least, _carrier(port):
        exchanges: dict[str, Exchange] = {"centralka": shipped, "floor": least}
        before = answered_calls(shipped)
        load_in_turn(exchanges, lambda name: _call(exchanges[name], FAST))  # from here on the callers are known
        slow = [load(exchanges, lambda name: _call(exchanges[name], SLOW)) for _ in range(ROUNDS)]
        fast = [load_in_turn(exchanges, lambda name: _call(exchanges[name], FAST)) for _ in range(ROUNDS)]
        recorded = answered_calls(shipped) - before
    made = CALLS[FAST] + ROUNDS * sum(CALLS.values())
    if recorded != made:
        raise RuntimeError(f"{recorded} of {made} calls were recorded")
    return [_figure(rounds, rate, accounts) for rate, rounds in ((SLOW, slow), (FAST, fast))]


@contextmanager
def _carrier(port: int) -> Iterator[None]:
    with ExitStack() as stack:
        stack.enter_context(Sipp("answer", port, local_port=port))
        yield


def _call(exchange: Exchange, rate: int) -> None:
    rows = [(login(number), f"22{1_234_000 + number}") for number in range(CALLS[rate])]
    place("call", exchange.sip_port, rows, rate)


def _figure(rounds: list[Used], rate: int, accounts: int) -> Figure:
    return Figure(
        f"CPU per call outside at {rate}/s, all processes, against the floor that dials the trunk",
        ratio(per(total(rounds, "centralka"), total(rounds, "floor"))),
        "2.2×",
        f"{accounts} accounts, {ROUNDS} × {CALLS[rate]} calls, each with permission, price, reservation, booking and "
        f"record; {milliseconds(rounds, CALLS[rate])}",
    )
