"""Hand-written stand-ins: a channel that answers as told, a bank with a till, mailboxes on a shelf."""

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.db import connections

from centralka.calls.fraud import Breach
from centralka.calls.plan import Pin
from centralka.calls.tariffs import Rate
from centralka.store.voicemail import KeptMessage
from centralka.switch.database import THREADS, Database
from centralka.switch.mailboxes.protocol import Caller
from centralka.switch.money.bank import Reserved, Stopped
from centralka.switch.running.hushed import HushedCallers
from centralka.switch.wire.agi import AgiRequest
from centralka.switch.wire.channel import ChannelGone, DialEnd
from centralka.switch.wire.engine_control import EngineControl, RunningChannel
from centralka.switch.wire.engine_words import dial_result

REQUEST = AgiRequest("PJSIP/kwiaty_100-00000001", "node1-1.1", "100", "Alicja", "600100200", "internal", language="pl")


class EngineThatForgets(EngineControl):
    """Forgets what it is told to forget."""

    def __init__(self) -> None:
        super().__init__(0, "", Path())

    async def forget(self, cache: str, *name: str) -> None:
        pass


def channel(
    name: str = "", unique_id: str = "", *, is_up: bool = True, seconds: float = 0, data: str = ""
) -> RunningChannel:
    """Make a channel of the engine that began so many seconds ago."""
    began = datetime.now(UTC) - timedelta(seconds=seconds)
    return RunningChannel(name, unique_id, is_up, began, "", data)


def nobody_hushed() -> HushedCallers:
    """No caller has to be looked after until the sound is encrypted."""
    return HushedCallers(EngineThatForgets(), lambda channel, time: None)


async def nothing_to_read() -> None:
    """All that is in the journal is on record."""


@dataclass
class ScriptedChannel:
    """Notes what it is asked to do. Each Dial ends as the next of `dials`, each question for digits as of `typed`.

    None in place of an answer: the caller hangs up there. `keys` are what is pressed during a sound, or where a key is
    waited for: each counts for the first one that listens to it.
    """

    dials: Sequence[str | None] = ()
    """Result, cause, something if it rang, and the final SIP status where one came: `BUSY|17|400|486`."""
    typed: Sequence[str | None] = ()
    keys: Sequence[str | None] = ()
    """`""`: nothing is pressed while a key is waited for."""
    variables: dict[str, str] = field(default_factory=dict)
    """Of the channel, where a plain variable is asked for."""
    recorded: Sequence[bytes | bool | None] = ()
    """The sound that is spoken into each recording; False: it cannot be written."""
    request: AgiRequest = REQUEST
    done: list[tuple[str, str]] = field(default_factory=list)
    questions: list[str] = field(default_factory=list)
    played: list[str] = field(default_factory=list)
    _pressed: int = 0
    _recordings: int = 0

    async def execute(self, application: str, arguments: str = "") -> None:
        self.done.append((application, arguments))

    async def dial(self, arguments: str) -> bool:
        self.done.append(("Dial", arguments))
        end = self.dials[len(self.dialled) - 1]
        return _or_gone(end).partition("|")[0] not in ("ANSWER", "CANCEL")

    def leave(self, *applications: tuple[str, str]) -> None:
        raise AssertionError("the plan of these tests is carried out step by step")

    async def run_subroutine(self, subroutine: str) -> None:
        self.done.append(("Gosub", subroutine))

    async def set(self, variable: str, value: str) -> None:
        self.done.append(("Set", f"{variable}={value}"))

    async def evaluate(self, expression: str) -> str:
        if (name := expression[2:-1]) in self.variables:
            return self.variables[name]
        if expression == "${CHANNEL(name)}":
            return self.request.channel
        raise AssertionError(f"asked for {expression}")

    async def how_dial_ended(self) -> DialEnd:
        result, cause, rang, *statuses = _or_gone(self.dials[len(self.dialled) - 1]).split("|")
        return DialEnd(dial_result(result), int(cause) if cause.isdigit() else 0, bool(rang), tuple(map(int, statuses)))

    async def digits(self, prompt: str, seconds: float, most: int) -> str:
        assert seconds > 0
        assert most >= 4
        self.questions.append(prompt)
        return _or_gone(self.typed[len(self.questions) - 1])

    async def play(self, sound: str, keys: str = "") -> str:
        self.done.append(("Play", sound))
        self.played.append(sound)
        upcoming = self.keys[self._pressed] if self._pressed < len(self.keys) else ""
        if upcoming is not None and upcoming.startswith(f"{sound}:"):
            key = upcoming.removeprefix(f"{sound}:")
            if key and key not in keys:
                return ""
            self._pressed += 1
            return _or_gone(key or None)
        return ""

    async def key(self, seconds: float) -> str:
        assert seconds > 0
        self._pressed += 1
        return _or_gone(self.keys[self._pressed - 1])

    async def record(self, file: str, ends: str, seconds: int) -> bool:
        assert ends == "#"
        assert seconds <= 180
        self.done.append(("Record", file))
        self._recordings += 1
        spoken = self.recorded[self._recordings - 1]
        if spoken is None:
            raise ChannelGone
        if isinstance(spoken, bytes):
            Path(f"{file}.wav").write_bytes(spoken)
        return spoken is not False

    @property
    def dialled(self) -> list[str]:
        return [arguments for application, arguments in self.done if application == "Dial"]

    @property
    def shown(self) -> list[str]:
        """Return what was set as the caller before each Dial."""
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
    """Nothing can be given back or noted: the database is away."""
    stops: bool = False
    """A rule against fraud allows no call."""
    breaches: list[Breach] = field(default_factory=list)
    asked: list[tuple[int, str, str, Rate]] = field(default_factory=list)
    released: list[Reserved] = field(default_factory=list)
    pins: list[tuple[int, Pin, str]] = field(default_factory=list)

    async def reserve(
        self, tenant_id: int, account_id: int, caller: AgiRequest, number: str, rate: Rate
    ) -> Reserved | Stopped | None:
        self.asked.append((tenant_id, caller.uniqueid, number, rate))
        if self.stops:
            return Stopped()
        return Reserved(17, self.seconds) if self.seconds else None

    async def note(self, tenant_id: int, breach: Breach) -> None:
        if self.broken:
            raise OSError("the disk is gone")
        self.breaches.append(breach)

    async def release(self, reserved: Reserved) -> None:
        if self.broken:
            raise OSError("the disk is gone")
        self.released.append(reserved)

    async def is_right_pin(self, account_id: int, pin: Pin, digits: str) -> bool:
        self.pins.append((account_id, pin, digits))
        return digits == self.pin


@dataclass
class Shelf:
    """Mailboxes on a shelf: with messages, an own greeting, and room, as told."""

    folder: Path
    kept: list[KeptMessage] = field(default_factory=list)
    own_greeting: str | None = None
    room: list[bool] = field(default_factory=lambda: [True])
    """At each question; the last one stays true."""
    seconds: int = 14
    """Of each message that the engine stores."""
    whole: bool = True
    """False: the disk became full before the end of the message."""
    long_enough: bool = True
    notes: list[Caller] = field(default_factory=list)
    """Of those who are leaving a message."""
    noted: list[Caller] = field(default_factory=list)
    """Of all who did."""
    recordings: list[tuple[int, str]] = field(default_factory=list)
    saved: list[tuple[int, bytes]] = field(default_factory=list)

    async def can_record(self, account_id: int) -> bool:
        return self.room.pop(0) if len(self.room) > 1 else self.room[0]

    async def greeting(self, account_id: int) -> str | None:
        return self.own_greeting

    @contextmanager
    def noting(self, account_id: int, caller: Caller) -> Iterator[None]:
        self.noted.append(caller)
        self.notes.append(caller)
        yield
        self.notes.remove(caller)

    async def is_whole(self, recording: str) -> bool:
        return self.whole

    async def stored(self, account_id: int, recording: str) -> int:
        self.recordings.append((account_id, recording))
        return self.seconds

    async def messages(self, account_id: int) -> Sequence[KeptMessage]:
        return list(self.kept)

    @asynccontextmanager
    async def sound_of(self, message_id: int) -> AsyncIterator[str | None]:
        yield f"message-{message_id}" if any(one.id == message_id for one in self.kept) else None

    async def mark_heard(self, message_id: int) -> None:
        self.kept = [replace(one, heard=True) if one.id == message_id else one for one in self.kept]

    async def delete(self, message_id: int) -> None:
        self.kept = [one for one in self.kept if one.id != message_id]

    @contextmanager
    def draft(self) -> Iterator[Path]:
        yield self.folder / "draft"

    async def is_greeting(self, draft: Path) -> bool:
        return self.long_enough

    async def save_greeting(self, account_id: int, draft: Path) -> None:
        self.saved.append((account_id, draft.with_suffix(".wav").read_bytes()))


async def put_away(database: Database) -> None:
    """Close the connection of each of its threads: an open one would keep the test database from being emptied."""
    all_here = threading.Barrier(THREADS)

    def close() -> None:
        all_here.wait(timeout=10)
        connections.close_all()

    in_a_thread = asyncio.get_running_loop().run_in_executor  # however little patience the test gave them
    await asyncio.gather(*(in_a_thread(database._threads, close) for _ in range(THREADS)))
    database.close()
