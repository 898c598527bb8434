"""Measure processor time per registration: Centralka as shipped against the honest floor (`exchanges.floor`)."""

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack

from .accounts import logins
from .exchanges import EngineAlone, Exchange, Shipped, floor
from .figure import Figure, per, ratio
from .sipp import Phones
from .together import Used, load, total

ROUNDS, COUNT, RATE = 5, 1000, 80
"""Each round registers other accounts; then each registration is refreshed once."""
KEEP_ROUNDS = 2
"""Of phones that keep the challenge."""
CHALLENGE_SECONDS = 33
"""After this the floor wants another challenge answered (Asterisk's `nonce_lifetime` is 32); phones renew later."""
_GRACE_SECONDS = 60


def measure(shipped: Shipped, accounts: int) -> list[Figure]:
    """Send both the same registrations at the same time."""
    with EngineAlone(shipped.database, floor) as least:
        both: dict[str, Exchange] = {"centralka": shipped, "floor": least}
        first, again = new_and_refreshed(both, ROUNDS, COUNT, RATE)
        kept = with_the_challenge_kept(both, KEEP_ROUNDS, COUNT, RATE)
    return _figures(first, again, kept, accounts)


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


def with_the_challenge_kept(exchanges: Mapping[str, Exchange], rounds: int, count: int, rate: int) -> list[Used]:
    """Measure renewals of phones that keep the challenge: the same for all at the same time, in rounds."""
    after = CHALLENGE_SECONDS + count / rate
    used = []
    for first in range(0, rounds * count, count):
        with ExitStack() as stack:
            phones = {
                name: stack.enter_context(Phones(exchange.sip_port, ()).renewing(rate, logins(first, count), after))
                for name, exchange in exchanges.items()
            }
            time.sleep(after - 1)
            used.append(load(exchanges, lambda name, them=phones: them[name].finish(count / rate + _GRACE_SECONDS)))  # type: ignore[misc]
    return used


def _figures(first: list[Used], again: list[Used], kept: list[Used], accounts: int) -> list[Figure]:
    new, refreshed, renewed = (
        per(total(rounds, "centralka"), total(rounds, "floor")) for rounds in (first, again, kept)
    )
    return [
        Figure(
            "CPU per registration, all processes",
            f"refreshed {ratio(refreshed)}, by phones that keep the challenge {ratio(renewed)}; new {ratio(new)}",
            "0.8×",
            f"{accounts} accounts without mailboxes, {ROUNDS} × {COUNT} registrations with digest at {RATE}/s, twice; "
            f"{KEEP_ROUNDS} × {COUNT} by phones that keep the challenge",
        )
    ]
