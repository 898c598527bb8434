"""Put the same load on several exchanges at the same moment, and measure the processor time of each.

At the same moment, not one after the other: whatever else the machine does meanwhile disturbs all of them alike. On a
busy machine the ratios of such rounds differ by a few percent, where those of rounds in turn differed by a fifth.
"""

import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor

from .cpu import cpu_seconds
from .exchanges import Exchange

_SETTLE_SECONDS = 1.5
"""Seconds after the last call: the work that follows it (its record) belongs to it."""

Used = dict[str, dict[str, float]]
"""Seconds by exchange and process."""


def load(exchanges: Mapping[str, Exchange], work: Callable[[str], None]) -> Used:
    """Run `work(name)` for all of them at once; raises what any of them raises."""
    before = {name: _used(exchange) for name, exchange in exchanges.items()}
    with ThreadPoolExecutor(len(exchanges)) as pool:
        list(pool.map(work, exchanges))
    time.sleep(_SETTLE_SECONDS)
    after = {name: _used(exchange) for name, exchange in exchanges.items()}
    return {name: {part: after[name][part] - before[name][part] for part in after[name]} for name in exchanges}


def load_in_turn(exchanges: Mapping[str, Exchange], work: Callable[[str], None]) -> Used:
    """Do as `load`, one after the other: for a load that the cores do not carry on all of them at once."""
    return {name: load({name: exchange}, work)[name] for name, exchange in exchanges.items()}


def _used(exchange: Exchange) -> dict[str, float]:
    return {name: cpu_seconds(pids) for name, pids in exchange.processes().items()}


def total(rounds: list[Used], name: str) -> list[float]:
    """Add up all processes of one exchange, round by round."""
    return [sum(used[name].values()) for used in rounds]
