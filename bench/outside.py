"""Measure processor time per call outside: Centralka with permissions, price, money and record against the floor."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from tests.live.sipp import free_port

from .accounts import login
from .calls import answered_calls, milliseconds
from .exchanges import EngineAlone, Exchange, Shipped, floor
from .figure import Figure, per, ratio
from .sipp import Sipp, place
from .together import Used, load, total

ROUNDS, CALLS, RATE = 5, 240, 12


def measure(shipped: Shipped, accounts: int) -> list[Figure]:
    """Let two exchanges call the same carrier, a SIPp that answers everything, at the same time."""
    port = free_port()
    shipped.open_the_world(port)
    with EngineAlone(shipped.database, floor) as least, _carrier(port):
        exchanges: dict[str, Exchange] = {"centralka": shipped, "floor": least}
        before = answered_calls(shipped)
        rounds = [load(exchanges, lambda name: _call(exchanges[name])) for _ in range(ROUNDS)]
        recorded = answered_calls(shipped) - before
    if recorded != ROUNDS * CALLS:
        raise RuntimeError(f"{recorded} of {ROUNDS * CALLS} calls were recorded")
    return [_figure(rounds, accounts)]


@contextmanager
def _carrier(port: int) -> Iterator[None]:
    with ExitStack() as stack:
        stack.enter_context(Sipp("answer", port, local_port=port))
        yield


def _call(exchange: Exchange) -> None:
    place("call", exchange.sip_port, [(login(number), f"22{1_234_000 + number}") for number in range(CALLS)], RATE)


def _figure(rounds: list[Used], accounts: int) -> Figure:
    return Figure(
        "CPU per call outside, all processes, against the floor that dials the trunk",
        ratio(per(total(rounds, "centralka"), total(rounds, "floor"))),
        "2.2×",
        f"{accounts} accounts, {ROUNDS} × {CALLS} calls at {RATE}/s each, each with permission, price, reservation, "
        f"booking and record; {milliseconds(rounds, CALLS)}",
    )
