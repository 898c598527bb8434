"""Measure what very many accounts cost: a registration, the memory of registered phones, and a start."""

import statistics
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from .accounts import logins
from .exchanges import Shipped
from .figure import Figure, per, ratio
from .registrations import new_and_refreshed
from .sipp import Phones
from .starts import Start, start_of_everything
from .together import Used, total

FEW, MANY = 1000, 100_000
ROUNDS, COUNT, RATE = 5, 200, 60
"""Each round registers other accounts; then each registration is refreshed once."""
_PHONES, _PHONES_A_SECOND = 10_000, 150
_BEHIND_ONE_ROUTER = 1000
"""Phones of one SIPp: the edge asks a part of all each second, at once, which are more than one SIPp can answer."""
_STARTS = 5
_PARTS = ("edge", "switchboard", "engine", "web", "worker")


def measure() -> list[Figure]:
    """Put the same registrations on all at the same time; then ever more phones on the one with many accounts."""
    with Shipped(MANY, mailboxes=True) as many, Shipped(FEW, mailboxes=True) as few, Shipped(FEW) as plain:
        first, again = new_and_refreshed({"many": many, "few": few, "plain": plain}, ROUNDS, COUNT, RATE)
        grown = _grown_by_phones(many)
        starts = [(start_of_everything(many), start_of_everything(few)) for _ in range(_STARTS)]
    return [
        _registrations(f"CPU per registration with {MANY} accounts against {FEW}, each with a mailbox", first, again),
        _registrations(f"the same with {FEW} mailboxes against none", first, again, "few", "plain"),
        _memory_figure(grown),
        _starts(starts),
    ]


def _milliseconds(rounds: list[Used], name: str, part: str) -> str:
    return f"{1000 / COUNT * statistics.median(used[name][part] for used in rounds):.2f}"


def _grown_by_phones(many: Shipped) -> dict[str, int]:
    """Register ever more phones, which answer from then on. Returns how much more memory each part has, in kB."""
    before = _memory(many)
    with ExitStack() as there:
        for first in range(FEW, FEW + _PHONES, _BEHIND_ONE_ROUTER):
            phones = Phones(many.sip_port, logins(first, _BEHIND_ONE_ROUTER))
            phones.register(_PHONES_A_SECOND)
            there.enter_context(phones.there())
        return {name: kilobytes - before[name] for name, kilobytes in _memory(many).items()}


def _memory(shipped: Shipped) -> dict[str, int]:
    """Return the memory of each part, in kB; what processes share counts once (proc(5), Pss)."""
    return {name: sum(map(_pss, pids)) for name, pids in shipped.processes().items()}


def _pss(pid: int) -> int:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))


def _registrations(what: str, first: list[Used], again: list[Used], one: str = "many", other: str = "few") -> Figure:
    new, refreshed = (per(total(rounds, one), total(rounds, other)) for rounds in (first, again))
    parts = ", ".join(f"{part} {_milliseconds(first, one, part)}, {_milliseconds(again, one, part)}" for part in _PARTS)
    return Figure(
        what,
        f"refreshed {ratio(refreshed)}; new {ratio(new)}; here ms new, refreshed: {parts}",
        "flat",
        f"{ROUNDS} × {COUNT} registrations with digest at {RATE}/s, twice",
    )


def _memory_figure(grown: dict[str, int]) -> Figure:
    parts = ", ".join(f"{name} {kilobytes / 1024:.0f} MB" for name, kilobytes in grown.items() if kilobytes > 512)
    return Figure(
        f"memory of {_PHONES} registered phones",
        f"**{sum(grown.values()) / 1024:.0f} MB** ({parts})",
        "",
        f"how much more all processes had, with {MANY} accounts",
    )


def _starts(starts: Sequence[tuple[Start, Start]]) -> Figure:
    seconds, cpu = ([[getattr(one, what) for one in pair] for pair in starts] for what in ("seconds", "cpu"))
    many = [pair[0] for pair in seconds]
    return Figure(
        f"start with {MANY} accounts and {_PHONES} registered phones against {FEW} accounts",
        f"time {ratio([one / other for one, other in seconds])}; CPU {ratio([one / other for one, other in cpu])}; "
        f"here {statistics.median(many):.1f} s ({min(many):.1f}–{max(many):.1f}), "
        f"of the processor {statistics.median(pair[0] for pair in cpu):.1f} s",
        "3 s, flat",
        f"{_STARTS} starts each, in turn, of everything, until the panel and the edge answer",
    )
