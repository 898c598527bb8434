"""The connections of a worker to gateways over SMPP: each is kept up in the background, anew when it breaks."""

import asyncio
import ssl
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from threading import Thread
from typing import Any, TypeVar

import structlog

from centralka.sms.gateway_words import Answer, NotTaken, Outgoing, Unclear
from centralka.sms.smpp import SmppSettings, of_all, pieces_of, read_place, sender_of
from centralka.store.models import SmsGateway

from .session import Login, NotBound, Patience, Session, bound
from .telling import Clerk, keep_delivered, note_answer, note_problem
from .wire import LATER, Garbage, Part, Pdu

T = TypeVar("T")
log = structlog.get_logger()

_PAUSES = (1.0, 2.0, 5.0, 10.0, 30.0, 60.0)
"""Seconds from one try to connect to the next; the last is repeated."""
_HELD = 30.0
"""A connection that held for so long is tried again soon."""
_UNTIL_TRIED = 6.0
"""For a connection that is just being made."""
_LONGEST = 170.0
"""For all that handing a message over can take; within the worker's claim to it."""


def login_of(gateway: SmsGateway) -> Login:
    """Return how we log in. Raises ValueError for an address that is none."""
    place, settings = read_place(gateway.address), settings_of(gateway)
    if place is None:
        raise ValueError
    tls = ssl.create_default_context() if place.tls else None
    return Login(place, settings.system_id, gateway.secret, settings.system_type, tls)


def settings_of(gateway: SmsGateway) -> SmppSettings:
    """Return what was set for a gateway."""
    return SmppSettings(**gateway.templates)


def parts_of(message: Outgoing, settings: SmppSettings, sms_id: int) -> list[Part]:
    """Return the parts in which a message is handed over. `sms_id`: 0 for one that is not kept."""
    texts, sender = pieces_of(message, settings.long_texts), sender_of(message, settings.random_sender)
    total, long = len(texts), settings.long_texts
    return [
        Part(text, message.coding, sender, message.to, place, total, sms_id, long)
        for place, text in enumerate(texts, 1)
    ]


def why(problem: BaseException) -> str:
    """Say why a connection is not there; nothing of what was said on it."""
    match problem:
        case NotBound() | Garbage():
            return str(problem)
        case TimeoutError():
            return "no answer"
        case ssl.SSLCertVerificationError():
            return "its certificate is not trusted"
        case asyncio.IncompleteReadError():
            return "it ended the connection"
    return f"no connection: {type(problem).__name__}"


@dataclass
class _Link:
    """The connection to one gateway."""

    gateway: SmsGateway
    clerk: Clerk
    clock: Callable[[], datetime]
    patience: Patience
    session: Session | None = None
    problem: str = "no connection yet"
    _tried: asyncio.Event = field(default_factory=asyncio.Event)
    """Not set while a connection is being made."""
    _noted: str | None = None
    _task: "asyncio.Task[None] | None" = None

    async def begin(self) -> None:
        """Keep the connection up from now on."""
        self._task = asyncio.create_task(self._keep_up())

    async def end(self) -> None:
        """Log out, and connect no more."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _keep_up(self) -> None:
        """Connect again and again, after growing pauses."""
        failures, loop = 0, asyncio.get_running_loop()
        while True:
            begun = loop.time()
            await self._once()
            self.session = None
            failures = 0 if loop.time() - begun > _HELD else failures
            self._tried.set()
            await asyncio.sleep(_PAUSES[min(failures, len(_PAUSES) - 1)])
            failures += 1
            self._tried.clear()

    async def _once(self) -> None:
        try:
            settings = settings_of(self.gateway)
            async with bound(
                login_of(self.gateway),
                self._deliver,
                self._told,
                window=int(settings.window),
                per_second=int(settings.per_second),
                patience=self.patience,
            ) as session:
                self.session = session
                self._tried.set()
                self._note("")
                await session.run()
            self._note("it ended the connection")
        except (NotBound, Garbage, OSError, EOFError, ValueError) as problem:
            self._note(why(problem))

    async def hand_over(self, message: Outgoing, sms_id: int) -> Answer:
        with suppress(TimeoutError):
            async with asyncio.timeout(_UNTIL_TRIED):
                await self._tried.wait()
        if self.session is None or not self.session.is_open:
            return NotTaken(self.problem)
        return of_all(await self.session.hand_over(parts_of(message, settings_of(self.gateway), sms_id)))

    async def _deliver(self, pdu: Pdu) -> int:
        for pause in (*self.patience.early, None):
            work = self.clerk.give(lambda: keep_delivered(self.gateway.pk, pdu, self.clock()))
            status = await asyncio.wrap_future(work)
            if status != LATER or pause is None:
                break
            await asyncio.sleep(pause)
        return status

    async def _told(self, part: Part, said: Answer) -> None:
        work = self.clerk.give(lambda: note_answer(self.gateway.pk, part.sms, part, said, self.clock()))
        await asyncio.wrap_future(work)

    def _note(self, problem: str) -> None:
        self.problem = problem
        if problem != self._noted:
            self._noted = problem
            log.info("a gateway over SMPP", gateway=self.gateway.pk, problem=problem or "none")
            self.clerk.give(lambda: note_problem(self.gateway.pk, problem, self.clock()))


class Links:
    """All connections of one process, in a thread of their own. Only `look` begins and ends them."""

    def __init__(self, clock: Callable[[], datetime], patience: Patience | None = None) -> None:
        self._clock, self._patience = clock, patience or Patience()
        self._links: dict[int, _Link] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: Thread | None = None
        self._clerk = Clerk()

    def look(self, gateways: Sequence[SmsGateway]) -> None:
        """Keep up connections to these gateways, as they are now set, and to no others."""
        wanted = {gateway.pk: gateway for gateway in gateways if gateway.kind == SmsGateway.Kind.SMPP}
        for pk, link in list(self._links.items()):
            if pk not in wanted or wanted[pk].version != link.gateway.version:
                self._run(link.end()).result()
                del self._links[pk]
        for gateway in wanted.values():
            if gateway.pk not in self._links:
                link = _Link(gateway, self._clerk, self._clock, self._patience)
                self._run(link.begin()).result()
                self._links[gateway.pk] = link

    def hand_over(self, message: Outgoing, sms_id: int, gateway: SmsGateway) -> Answer:
        """Hand a message over, once, and tell what the gateway says. Several threads may at the same time."""
        if gateway.pk not in self._links:
            return NotTaken("no connection yet")
        answer = self._run(self._links[gateway.pk].hand_over(message, sms_id))
        try:
            return answer.result(_LONGEST)
        except TimeoutError:
            return Unclear("no answer")

    def end(self) -> None:
        """Log out everywhere."""
        self.look([])
        if self._loop is not None and self._thread is not None:
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
            self._loop.close()
            self._loop = self._thread = None
        self._clerk.end()

    def _run(self, work: Coroutine[Any, Any, T]) -> "Future[T]":
        if self._loop is None:
            self._loop = asyncio.new_event_loop()
            self._thread = Thread(target=self._loop.run_forever, name="smpp", daemon=True)
            self._thread.start()
        return asyncio.run_coroutine_threadsafe(work, self._loop)


def once(message: Outgoing, gateway: SmsGateway) -> Answer:
    """Hand one message over on a connection of its own, which asks for no receipt and is brought no messages."""
    return asyncio.run(_once(message, gateway, Patience()))


async def _once(message: Outgoing, gateway: SmsGateway, patience: Patience) -> Answer:
    try:
        async with bound(
            login_of(gateway), _nothing_kept, _nothing_noted, receives=False, patience=patience
        ) as session:
            reading = asyncio.create_task(session.run())
            answers = await session.hand_over(parts_of(message, settings_of(gateway), 0))
            await session.unbind()
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)
            return of_all(answers)
    except (NotBound, Garbage, OSError, EOFError, ValueError) as problem:
        return NotTaken(why(problem))


async def _nothing_kept(pdu: Pdu) -> int:
    return LATER


async def _nothing_noted(part: Part, said: Answer) -> None:
    return
