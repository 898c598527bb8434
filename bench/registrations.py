"""Measure processor time per registration: Centralka as shipped against the honest floor (`exchanges.floor`)."""

from collections.abc import Callable, Mapping, Sequence

from .accounts import logins
from .exchanges import EngineAlone, Exchange, Shipped, floor
from .figure import Figure, per, ratio
from .sipp import Phones
from .together import Used, load, total

ROUNDS, COUNT, RATE = 5, 1000, 80
"""Each round registers other accounts; then each registration is refreshed once."""


def measure(shipped: Shipped, accounts: int) -> list[Figure]:
    """Send both the same registrations at the same time."""
    with EngineAlone(shipped.database, floor) as least:
        first, again = new_and_refreshed({"centralka": shipped, "floor": least}, ROUNDS, COUNT, RATE)
    return _figures(first, again, accounts)


def new_and_refreshed(
    exchanges: Mapping[str, Exchange], rounds: int, count: int, rate: int
) -> tuple[list[Used], list[Used]]:
    """Send all of them the same registrations at the same time, in rounds of other accounts; then refresh each once."""
    phones = {name: Phones(exchange.sip_port, ()) for name, exchange in exchanges.items()}
    batches = [logins(first, count) for first in range(0, rounds * count, count)]

    def registering(batch: Sequence[str]) -> Callable[[str], None]:
        return lambda name: phones[name].register(rate, batch)

    first, again = ([load(exchanges, registering(batch)) for batch in batches] for _ in ("first", "again"))
    return first, again


def _figures(first: list[Used], again: list[Used], accounts: int) -> list[Figure]:
    new, refreshed = (per(total(rounds, "centralka"), total(rounds, "floor")) for rounds in (first, again))
    return [
        Figure(
            "CPU per registration, all processes",
            f"refreshed {ratio(refreshed)}; new {ratio(new)}",
            "0.8×",
            f"{accounts} accounts without mailboxes, {ROUNDS} × {COUNT} registrations with digest at {RATE}/s, twice",
        )
    ]
