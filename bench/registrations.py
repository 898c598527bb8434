"""Registrations per processor second: accounts read from the database against the same accounts in a file."""

from collections.abc import Callable, Sequence

from .accounts import login
from .exchanges import EngineAlone, Exchange, Shipped, accounts_in_files, no_manager
from .figure import Figure, per, ratio
from .sipp import Phones
from .together import Used, load, total

ROUNDS, COUNT, RATE = 5, 1000, 80
"""Each round registers other accounts; then each registration is refreshed once."""


def measure(shipped: Shipped, accounts: int) -> list[Figure]:
    """Three exchanges get the same registrations at the same time."""
    with (
        EngineAlone(shipped.database, no_manager) as views,
        EngineAlone(shipped.database, no_manager, accounts_in_files) as files,
    ):
        exchanges: dict[str, Exchange] = {"centralka": shipped, "views": views, "files": files}
        phones = {name: Phones(exchange.sip_port, ()) for name, exchange in exchanges.items()}
        batches = [
            [login(number) for number in range(first, first + COUNT)] for first in range(0, ROUNDS * COUNT, COUNT)
        ]
        first, again = ([load(exchanges, _registering(phones, batch)) for batch in batches] for _ in ("first", "again"))
    return _figures(first, again, accounts)


def _registering(phones: dict[str, Phones], batch: Sequence[str]) -> Callable[[str], None]:
    return lambda name: phones[name].register(RATE, batch)


def _figures(first: list[Used], again: list[Used], accounts: int) -> list[Figure]:
    def against_files(name: str) -> str:
        new, refreshed = (per(total(rounds, name), total(rounds, "files")) for rounds in (first, again))
        return f"refreshed {ratio(refreshed)}; new {ratio(new)}"

    measured = f"{accounts} accounts, {ROUNDS} × {COUNT} registrations with digest at {RATE}/s each, twice"
    return [
        Figure(
            "CPU per registration, engine: database views against pjsip.conf", against_files("views"), "1.1×", measured
        ),
        Figure("… all processes (who is registered is kept for the panel)", against_files("centralka"), "", "the same"),
    ]
