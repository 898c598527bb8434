"""A bound connection to a gateway: hands parts over, each once, and takes what the gateway brings."""

import asyncio
import ssl
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from itertools import cycle

from aiosmpplib.protocol import BindTransceiver, BindTransmitter

from centralka.sms.gateway_words import Answer, NotTaken, Postponed, Unclear
from centralka.sms.smpp import THROTTLED, Place, judge, taken

from .wire import (
    ALERT,
    DELIVER,
    ENQUIRE,
    GENERIC_NACK,
    OUTBIND,
    RESPONSE,
    SUBMIT_RESP,
    UNBIND,
    UNKNOWN_COMMAND,
    Garbage,
    Part,
    Pdu,
    answer_to,
    read_pdu,
    status_name,
    submit,
)

_MOST_SEQUENCE = 0x7FFFFFFF
_MOST_HELD = 100
"""Messages that came in and are still being kept; until one is, no further one is read."""
_PAUSES = (1.0, 2.0, 4.0)


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds that are waited."""

    connect: float = 5.0
    """For a connection, and then for the answer to our login."""
    answer: float = 15.0
    """For the answer to a part, after which it is not known whether the gateway has it. One that comes later counts."""
    turn: float = 20.0
    """For its turn to be handed over, within what the gateway takes in a second."""
    quiet: float = 30.0
    """Without a word from the gateway until it is asked whether it is there."""
    alive: float = 10.0
    """For its answer to that."""
    pauses: tuple[float, ...] = _PAUSES
    """Before a part is offered again that was too much at once."""
    early: tuple[float, ...] = (0.2, 1.0, 3.0)
    """Before what came is placed again: a receipt can come before the answer to its message."""


@dataclass(frozen=True, slots=True)
class Login:
    """The gateway's address and our name there. `tls`: what is trusted; None: no TLS."""

    place: Place
    system_id: str
    password: str = field(repr=False)
    system_type: str = ""
    tls: ssl.SSLContext | None = None


class NotBound(Exception):
    """The gateway does not let us in; the message says why."""


Deliver = Callable[[Pdu], Awaitable[int]]
"""Keeps what the gateway brings and returns the status of our answer. Begun in the order in which it came."""
Told = Callable[[Part, Answer], Awaitable[None]]
"""Notes what the gateway said of a part, however late. Begun before what comes next is read."""


class Session:
    """Hands parts over: `window` of them unanswered, `per_second`, in the order in which they came."""

    def __init__(
        self,
        line: tuple[StreamReader, StreamWriter],
        window: int,
        per_second: int,
        deliver: Deliver,
        told: Told,
        patience: Patience,
    ) -> None:
        self._reader, self._writer = line
        self._free = asyncio.Semaphore(window)
        self._pace = 1 / per_second
        self._deliver, self._told, self._patience = deliver, told, patience
        self._sequences = cycle(range(1, _MOST_SEQUENCE))
        self._parts: dict[int, tuple[Part, asyncio.Future[Answer]]] = {}
        self._asked: dict[int, asyncio.Future[Pdu]] = {}
        self._turn = asyncio.Lock()
        self._next = 0.0
        self._heard = asyncio.Event()
        self._held: set[asyncio.Task[None]] = set()
        self.is_open = True

    # -- The line ------------------------------------------------------------------------------------------------

    async def run(self) -> None:
        """Read until the gateway ends the connection. Raises Garbage, OSError (TimeoutError too), EOFError."""
        tasks = [asyncio.create_task(self._read()), asyncio.create_task(self._keep_alive())]
        try:
            done, _others = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        except asyncio.CancelledError:
            self._write(Pdu(UNBIND, 0, next(self._sequences)).written())
            raise
        finally:
            for task in tasks:
                task.cancel()
            self.break_off()
            # What was told is kept to the end: a part that the gateway took is not forgotten with the line.
            await asyncio.gather(*tasks, *self._held, return_exceptions=True)

    def break_off(self) -> None:
        """Close the line; nobody knows of what was not answered."""
        self.is_open = False
        self._writer.close()
        for _part, answer in list(self._parts.values()):
            if not answer.done():
                answer.set_result(Unclear("the connection broke before the answer"))
        for asked in list(self._asked.values()):
            if not asked.done():
                asked.set_exception(TimeoutError())
        self._parts.clear()

    async def unbind(self) -> None:
        """Say good-bye, as far as the gateway listens."""
        with suppress(TimeoutError):
            await self._request(UNBIND, self._patience.connect)
        self.break_off()

    async def _read(self) -> None:
        while True:
            pdu = await read_pdu(self._reader)
            self._heard.set()
            if pdu.is_answer:
                await self._answered(pdu)
            elif pdu.command == DELIVER:
                await self._take(pdu)
            elif pdu.command == UNBIND:
                self._write(answer_to(pdu).written())
                return
            elif pdu.command == ENQUIRE:
                self._write(answer_to(pdu).written())
            elif pdu.command not in (ALERT, OUTBIND):
                self._write(Pdu(GENERIC_NACK, UNKNOWN_COMMAND, pdu.sequence).written())

    async def _keep_alive(self) -> None:
        while True:
            self._heard.clear()
            try:
                async with asyncio.timeout(self._patience.quiet):
                    await self._heard.wait()
            except TimeoutError:
                await self._request(ENQUIRE, self._patience.alive)

    async def _request(self, command: int, seconds: float) -> Pdu:
        """Raises TimeoutError, also when the line breaks."""
        sequence = next(self._sequences)
        self._asked[sequence] = asyncio.get_running_loop().create_future()
        self._write(Pdu(command, 0, sequence).written())
        try:
            async with asyncio.timeout(seconds):
                return await self._asked[sequence]
        finally:
            del self._asked[sequence]

    def _write(self, content: bytes) -> None:
        if self.is_open:
            self._writer.write(content)

    # -- What comes ----------------------------------------------------------------------------------------------

    async def _answered(self, pdu: Pdu) -> None:
        if asked := self._asked.get(pdu.sequence):
            if not asked.done():
                asked.set_result(pdu)
        elif pdu.command in (SUBMIT_RESP, GENERIC_NACK) and (found := self._parts.pop(pdu.sequence, None)):
            part, answer = found
            said = taken(pdu.told_id) if pdu.status == 0 else judge(pdu.status, status_name(pdu.status))
            if pdu.status in THROTTLED and not answer.done():
                answer.set_result(_Throttled(said.reason if isinstance(said, NotTaken) else ""))
                return
            # Noted first: a receipt that follows names this part by the id that is told here.
            await self._note(self._noted(part, said, answer))

    async def _noted(self, part: Part, said: Answer, answer: "asyncio.Future[Answer]") -> None:
        try:
            await self._told(part, said)
        finally:
            if not answer.done():
                answer.set_result(said)

    async def _take(self, pdu: Pdu) -> None:
        await self._note(self._kept(pdu))

    async def _kept(self, pdu: Pdu) -> None:
        """Keep what came, and only then say so: the gateway brings again what was not answered."""
        self._write(answer_to(pdu, await self._deliver(pdu)).written())

    async def _note(self, keeping: Awaitable[None]) -> None:
        """Let something be kept beside the reading, which goes on unless too much is being kept."""
        task = asyncio.ensure_future(keeping)
        self._held.add(task)
        task.add_done_callback(self._held.discard)
        await asyncio.sleep(0)  # it begins, and is in the queue before what comes next
        if len(self._held) >= _MOST_HELD:
            await asyncio.wait(self._held, return_when=asyncio.FIRST_COMPLETED)

    # -- Handing over --------------------------------------------------------------------------------------------

    async def hand_over(self, parts: list[Part]) -> list[Answer]:
        """Hand over the parts of a message, in their order, and return what was said of each."""
        try:
            async with asyncio.timeout(self._patience.turn):
                await self._turn.acquire()
        except TimeoutError:
            return [Postponed("it takes no more messages a second")]
        try:
            begun = [await self._begin(part) for part in parts]
        finally:
            self._turn.release()
        return list(await asyncio.gather(*(self._until_answered(*one) for one in begun)))

    async def _begin(self, part: Part) -> tuple[Part, "asyncio.Future[Answer] | None"]:
        """Write a part as soon as one may be written. None: the line broke before."""
        loop = asyncio.get_running_loop()
        await self._free.acquire()
        await asyncio.sleep(max(0.0, self._next - loop.time()))
        self._next = max(self._next, loop.time()) + self._pace
        if not self.is_open:
            self._free.release()
            return part, None
        sequence, answer = next(self._sequences), loop.create_future()
        self._parts[sequence] = part, answer
        answer.add_done_callback(lambda _answer: self._free.release())
        self._write(submit(part, sequence))
        return part, answer

    async def _until_answered(self, part: Part, answer: "asyncio.Future[Answer] | None") -> Answer:
        for pause in (*self._patience.pauses, None):
            said = await self._answer(answer)
            if not isinstance(said, _Throttled):
                return said
            if pause is None:
                break
            self._next = max(self._next, asyncio.get_running_loop().time() + pause)
            await asyncio.sleep(pause)
            _part, answer = await self._begin(part)
        return NotTaken(said.reason)

    async def _answer(self, answer: "asyncio.Future[Answer] | None") -> Answer:
        if answer is None:
            return NotTaken("the connection broke")
        try:
            async with asyncio.timeout(self._patience.answer):
                return await asyncio.shield(answer)
        except TimeoutError:
            if not answer.done():
                answer.set_result(Unclear("no answer"))  # its place in the window is free; what comes later is noted
            return answer.result()


class _Throttled(NotTaken):
    """It takes the same part a little later."""


@asynccontextmanager
async def bound(
    login: Login,
    deliver: Deliver,
    told: Told,
    *,
    window: int = 1,
    per_second: int = 10,
    receives: bool = True,
    patience: Patience = Patience(),
) -> AsyncIterator[Session]:
    """Connect and log in. `receives`: the gateway brings its messages here.

    Raises NotBound, Garbage, OSError, EOFError.
    """
    place = login.place
    named = place.host if login.tls else None
    async with asyncio.timeout(patience.connect):
        reader, writer = await asyncio.open_connection(place.host, place.port, ssl=login.tls, server_hostname=named)
    try:
        async with asyncio.timeout(patience.connect):
            await _bind(reader, writer, login, receives=receives)
        session = Session((reader, writer), window, per_second, deliver, told, patience)
        yield session
    finally:
        writer.close()
        with suppress(OSError, ssl.SSLError, TimeoutError):
            async with asyncio.timeout(patience.connect):
                await writer.wait_closed()


async def _bind(reader: StreamReader, writer: StreamWriter, login: Login, *, receives: bool) -> None:
    kind = BindTransceiver if receives else BindTransmitter
    request = kind(
        sequence_num=_MOST_SEQUENCE, system_id=login.system_id, password=login.password, system_type=login.system_type
    )
    writer.write(request.pdu())
    answer = await read_pdu(reader)
    if answer.command not in (request.smpp_command | RESPONSE, GENERIC_NACK):
        raise Garbage("no SMPP: no answer to our login")
    if answer.status:
        raise NotBound(f"it refuses our login: {status_name(answer.status)}")
