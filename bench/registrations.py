"""Measure processor time per registration: Centralka as shipped against the honest floor (`exchanges.floor`)."""

from collections.abc import Callable, Sequence

from .accounts import login
from .exchanges import EngineAlone, Exchange, Shipped, floor
from .figure import Figure, per, ratio
from .sipp import Phones
from .together import Used, load, total

ROUNDS, COUNT, RATE = 5, 1000, 80
"""Each round registers other accounts; then each registration is refreshed once."""


def measure(shipped: Shipped, accounts: int) -> list[Figure]:
    """Send both the same registrations at the same time."""
    with EngineAlone(shipped.database, floor) as least:
        exchanges: dict[str, Exchange] = {"centralka": shipped, "floor": least}
        phones = {name: Phones(exchange.sip_port, ()) for name, exchange in exchanges.items()}
        batches = [
            [login(number) for number in range(first, first + COUNT)] for first in range(0, ROUNDS * COUNT, COUNT)
        ]
        first, again = ([load(exchanges, _registering(phones, batch)) for batch in batches] for _ in ("first", "again"))
    return _figures(first, again, accounts)


def _registering(phones: dict[str, Phones], batch: Sequence[str]) -> Callable[[str], None]:
    return lambda name: phones[name].register(RATE, batch)


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
