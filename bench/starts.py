"""Measure from a start to the first answer: of the engine with very many accounts against few, and of everything."""

import asyncio
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from centralka.engine.engine_settings import EngineSettings
from centralka.switch.wire.engine_answers import EngineAway
from centralka.switch.wire.engine_control import EngineControl

from .accounts import environment
from .cpu import cpu_seconds
from .exchanges import EngineAlone, Shipped, add_accounts, answers_sip, database_in
from .figure import Figure, per, ratio

ROUNDS = 7
FEW, MANY = 100, 20_000
_RETRY_SECONDS = 0.01


@dataclass(frozen=True, slots=True)
class Start:
    """The seconds of one start until the last answer that was waited for, and those of a processor until then."""

    seconds: float
    cpu: float


def measure() -> list[Figure]:
    """Start them in turn, since an engine that starts shall have the machine for itself."""
    with _engine_with(FEW) as few, _engine_with(MANY) as many:
        rounds = [(_start(few), _start(many)) for _ in range(ROUNDS)]
    with Shipped(0) as shipped:
        everything = [start_of_everything(shipped) for _ in range(ROUNDS)]
    seconds = [many.seconds for _few, many in rounds]
    return [
        Figure(
            f"Start of the engine with {MANY} accounts against {FEW}",
            f"time {ratio(per(seconds, [few.seconds for few, _many in rounds]))}; "
            f"CPU {ratio(per([many.cpu for _few, many in rounds], [few.cpu for few, _many in rounds]))}",
            "2 s",
            f"{ROUNDS} starts each, in turn; until “fully booted” and an answer to OPTIONS. "
            f"Here {statistics.median(seconds):.2f} s ({min(seconds):.2f}–{max(seconds):.2f})",
        ),
        _everything(everything),
    ]


def _everything(starts: list[Start]) -> Figure:
    seconds, cpu = ([getattr(start, what) for start in starts] for what in ("seconds", "cpu"))
    return Figure(
        "Start of everything on a prepared home folder, few accounts",
        f"**{statistics.median(seconds):.2f} s** ({min(seconds):.2f}–{max(seconds):.2f}), of a processor "
        f"{statistics.median(cpu):.2f} s ({min(cpu):.2f}–{max(cpu):.2f})",
        "3 s",
        f"{len(starts)} starts; until panel, switchboard, edge and engine answer",
    )


def start_of_everything(shipped: Shipped) -> Start:
    """Start an installation anew."""
    shipped.installation.stop()
    begun = time.monotonic()
    shipped.installation.start()
    while not answers_sip(shipped.sip_port):
        pass  # it waits for each answer by itself
    seconds = time.monotonic() - begun
    return Start(seconds, sum(cpu_seconds(pids) for pids in shipped.processes().values()))


@contextmanager
def _engine_with(accounts: int) -> Iterator[EngineAlone]:
    with tempfile.TemporaryDirectory(prefix="centralka-bench-") as folder:
        add_accounts(environment(Path(folder)), accounts)
        engine = EngineAlone(database_in(Path(folder)))
    try:
        yield engine
    finally:
        engine.close()


def _start(engine: EngineAlone) -> Start:
    engine.stop()
    begun = time.monotonic()
    engine.start()
    asyncio.run(_fully_booted(engine.settings))
    return Start(time.monotonic() - begun, cpu_seconds(engine.processes()["engine"]))


async def _fully_booted(settings: EngineSettings) -> None:
    """Wait until the engine answers a question to its core, which it does not before."""
    control = EngineControl(settings.question_port, settings.question_secret, settings.console)
    while True:
        try:
            return await control.ask_core()
        except EngineAway:
            await asyncio.sleep(_RETRY_SECONDS)
