"""Processor time per call: Centralka as shipped against the same call through a static dialplan."""

import statistics
from collections.abc import Callable
from contextlib import ExitStack, closing
from sqlite3 import connect

from .accounts import extension, login
from .exchanges import EngineAlone, Exchange, Shipped, no_journal, no_manager, static_dialplan
from .figure import Figure, per, ratio
from .sipp import Phones, place
from .together import Used, load, total

ROUNDS, CALLS, RATE = 5, 240, 12
_CALLED = range(5000, 5480)
_REGISTRATIONS_PER_SECOND = 60


def measure(shipped: Shipped, accounts: int) -> list[Figure]:
    """Three exchanges get the same calls at the same time."""
    with (
        EngineAlone(shipped.database, static_dialplan, no_manager, no_journal) as static,
        EngineAlone(shipped.database, static_dialplan, no_manager) as journal,
    ):
        exchanges: dict[str, Exchange] = {"centralka": shipped, "static": static, "journal": journal}
        before = answered_calls(shipped)
        rounds = _rounds(exchanges)
        recorded = answered_calls(shipped) - before
    if recorded != ROUNDS * CALLS:
        raise RuntimeError(f"{recorded} of {ROUNDS * CALLS} calls were recorded")
    return _figures(rounds, accounts)


def _rounds(exchanges: dict[str, Exchange]) -> list[Used]:
    called = [login(number) for number in _CALLED]
    phones = {name: Phones(exchange.sip_port, called) for name, exchange in exchanges.items()}
    for one in phones.values():
        one.register(_REGISTRATIONS_PER_SECOND)
    with ExitStack() as answering:
        for one in phones.values():
            answering.enter_context(one.answering())
        return [load(exchanges, _calling(exchanges, round_)) for round_ in range(ROUNDS)]


def _calling(exchanges: dict[str, Exchange], round_: int) -> Callable[[str], None]:
    """Each round has callers of its own."""
    callers = range(round_ * CALLS, (round_ + 1) * CALLS)
    rows = [(login(number), extension(_CALLED[number % len(_CALLED)])) for number in callers]
    return lambda name: place("call", exchanges[name].sip_port, rows, RATE)


def _figures(rounds: list[Used], accounts: int) -> list[Figure]:
    shipped, static, journal = (total(rounds, name) for name in ("centralka", "static", "journal"))
    return [
        Figure(
            "CPU per call, all processes, against a static dialplan on the same engine",
            ratio(per(shipped, static)),
            "1.25×",
            f"{accounts} accounts, {ROUNDS} × {CALLS} calls at {RATE}/s each; {milliseconds(rounds, CALLS)}",
        ),
        Figure(
            "… against a static dialplan on an engine that also writes the journal of calls",
            ratio(per(shipped, journal)),
            "",
            f"the journal alone: {ratio(per(journal, static))}",
        ),
    ]


def milliseconds(rounds: list[Used], calls: int) -> str:
    """What each process took per call; bare times, so only for a reader who wants to know where it goes."""
    parts = {part: statistics.median(used["centralka"][part] for used in rounds) for part in rounds[0]["centralka"]}
    shares = ", ".join(f"{part} {1000 * seconds / calls:.1f} ms" for part, seconds in parts.items() if seconds)
    alone = statistics.median(total(rounds, "static"))
    return f"here {shares}; static {1000 * alone / calls:.1f} ms"


def answered_calls(shipped: Shipped) -> int:
    """How many records of complete, answered calls there are."""
    with closing(connect(shipped.database)) as database:
        found = database.execute("SELECT count(*) FROM call_record WHERE outcome = 'answered' AND ended_at IS NOT NULL")
        return int(found.fetchone()[0])
