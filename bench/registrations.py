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
BUSY_ROUNDS, BUSY_COUNT, BUSY_RATE = 2, 2500, 320
"""As 100,000 phones come that renew every five minutes."""
KEEP_ROUNDS = 2
"""Of phones that keep the challenge."""
CHALLENGE_SECONDS = 33
"""After this the floor wants another challenge answered (Asterisk's `nonce_lifetime` is 32); phones renew later."""
_GRACE_SECONDS = 60


def measure(shipped: Shipped, accounts: int) -> list[Figure]:
    """Send both the same registrations at the same time, at two rates."""
    with EngineAlone(shipped.database, floor) as least:
        both: dict[str, Exchange] = {"centralka": shipped, "floor": least}
        return [
            _at(both, accounts, ROUNDS, COUNT, RATE, start=0),
            _at(both, accounts, BUSY_ROUNDS, BUSY_COUNT, BUSY_RATE, start=ROUNDS * COUNT),
        ]


def _at(both: Mapping[str, Exchange], accounts: int, rounds: int, count: int, rate: int, start: int) -> Figure:
    """Measure at one rate. `start`: the first account."""
    first, again = new_and_refreshed(both, rounds, count, rate, start)
    kept = with_the_challenge_kept(both, KEEP_ROUNDS, count, rate, start)
    new, refreshed, renewed = (
        ratio(per(total(used, "centralka"), total(used, "floor"))) for used in (first, again, kept)
    )
    return Figure(
        f"CPU per registration at {rate}/s, all processes",
        f"refreshed {refreshed}, by phones that keep the challenge {renewed}; new {new}",
        "0.8×",
        f"{accounts} accounts without mailboxes, {rounds} × {count} registrations with digest, twice; "
        f"{KEEP_ROUNDS} × {count} by phones that keep the challenge",
    )


def new_and_refreshed(
    exchanges: Mapping[str, Exchange], rounds: int, count: int, rate: int, start: int = 0
) -> tuple[list[Used], list[Used]]:
    """Send all of them the same registrations at the same time, in rounds of other accounts; then refresh each once.

    `start`: the first account.
    """
    phones = {name: Phones(exchange.sip_port, ()) for name, exchange in exchanges.items()}
    batches = [logins(start + round_ * count, count) for round_ in range(rounds)]

    def registering(batch: Sequence[str]) -> Callable[[str], None]:
        return lambda name: phones[name].register(rate, batch)

    first, again = ([load(exchanges, registering(batch)) for batch in batches] for _ in ("first", "again"))
    return first, again


def with_the_challenge_kept(
    exchanges: Mapping[str, Exchange], rounds: int, count: int, rate: int, start: int
) -> list[Used]:
    """Measure renewals of phones that keep the challenge: the same for all at the same time, in rounds."""
    after = CHALLENGE_SECONDS + count / rate
    used = []
    for first in range(start, start + rounds * count, count):
        with ExitStack() as stack:
            phones = {
                name: stack.enter_context(Phones(exchange.sip_port, ()).renewing(rate, logins(first, count), after))
                for name, exchange in exchanges.items()
            }
            time.sleep(after - 1)
            used.append(load(exchanges, lambda name, them=phones: them[name].finish(count / rate + _GRACE_SECONDS)))  # type: ignore[misc]
    return used
