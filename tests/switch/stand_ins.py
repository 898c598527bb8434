"""Hand-written stand-ins for what calls outside need: a channel that answers as told, and a bank with a till."""

import asyncio
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import connections

from centralka.calls.journal_events import Paid
from centralka.calls.tariffs import Rate
from centralka.switch.agi import AgiRequest
from centralka.switch.bank import Held
from centralka.switch.channel import ChannelGone
from centralka.switch.database import THREADS, Database

REQUEST = AgiRequest("PJSIP/kwiaty_100-00000001", "node1-1.1", "100", "Alicja", "600100200", "internal", language="pl")


@dataclass
class ScriptedChannel:
    """Notes what it is asked to do. Each Dial ends as the next of `dials`, each question for digits as of `typed`.

    None in place of an answer: the caller hangs up there.
    """

    dials: Sequence[str | None] = ()
    """`DIALSTATUS|HANGUPCAUSE|RINGTIME_MS`."""
    typed: Sequence[str | None] = ()
    request: AgiRequest = REQUEST
    done: list[tuple[str, str]] = field(default_factory=list)
    questions: list[str] = field(default_factory=list)

    async def execute(self, application: str, arguments: str = "") -> None:
        self.done.append((application, arguments))

    async def set(self, variable: str, value: str) -> None:
        self.done.append(("Set", f"{variable}={value}"))

    async def evaluate(self, expression: str) -> str:
        assert expression == "${DIALSTATUS}|${HANGUPCAUSE}|${RINGTIME_MS}"
        return _or_gone(self.dials[len(self.dialled) - 1])

    async def digits(self, prompt: str, seconds: float, most: int) -> str:
        assert seconds > 0
        assert most >= 4
        self.questions.append(prompt)
        return _or_gone(self.typed[len(self.questions) - 1])

    @property
    def dialled(self) -> list[str]:
        return [arguments for application, arguments in self.done if application == "Dial"]

    @property
    def shown(self) -> list[str]:
        """What was set as the caller before each Dial."""
        return [arguments for application, arguments in self.done if application == "MSet"]


def _or_gone(answer: str | None) -> str:
    if answer is None:
        raise ChannelGone
    return answer


@dataclass
class Till:
    """A bank with money for `seconds` of any call (0: for none), that knows one PIN."""

    seconds: int = 30
    pin: str = "4711"
    broken: bool = False
    """Nothing can be given back: the database is away."""
    asked: list[tuple[int, str, str, Rate]] = field(default_factory=list)
    answers: list[tuple[int, str]] = field(default_factory=list)
    released: list[Held] = field(default_factory=list)
    pins: list[tuple[int, str]] = field(default_factory=list)

    async def reserve(self, tenant_id: int, caller: AgiRequest, number: str, rate: Rate) -> Held | None:
        self.asked.append((tenant_id, caller.uniqueid, number, rate))
        return Held(17, self.seconds) if self.seconds else None

    async def answered(self, held_id: int, *, peer: str, peer_id: str) -> Paid | None:
        self.answers.append((held_id, peer))
        return None

    async def release(self, held: Held) -> None:
        if self.broken:
            raise OSError("the disk is gone")
        self.released.append(held)

    async def is_right_pin(self, account_id: int, digits: str) -> bool:
        self.pins.append((account_id, digits))
        return digits == self.pin


async def put_away(database: Database) -> None:
    """Close the connection of each of its threads: an open one would keep the test database from being emptied."""
    all_here = threading.Barrier(THREADS)

    def close() -> None:
        all_here.wait(timeout=10)
        connections.close_all()

    await asyncio.gather(*(database.run(close) for _ in range(THREADS)))
    database.close()
