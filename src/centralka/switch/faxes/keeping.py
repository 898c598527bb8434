"""Take faxes into the database once their calls are over: those that ended here, and those that somebody died over."""

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import structlog

from centralka.store import faxes as store
from centralka.store.models import Fax

from ..database import Database
from ..mailboxes.protocol import Caller
from ..wire.engine_answers import EngineAway
from ..wire.engine_control import EngineControl
from .drawing_process import CannotDraw, Drawn, drawn
from .protocol import Told
from .spool import Note, Spool

log = structlog.get_logger()

_LOOK_EVERY = 60.0
_AGAIN_AFTER = 3.0
_MOST_TRIES = 3
_SUCCESS = "SUCCESS"
_NO_GOODBYE = "T38_NEG_ERROR"
"""The engine's error after a fax whose sender had asked for T.38 itself, and which the engine then cannot end as it
wants to (asterisk issue 1880): all pages can be there."""
_NOT_BEGUN = 5.0
"""Seconds from the note until the engine shows that it receives."""


class FaxKeeper:
    """Receive faxes, and keep them. `now` and `clock` tell the time."""

    def __init__(
        self,
        spool: Spool,
        database: Database,
        engine: EngineControl,
        node: str,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._spool = spool
        self._database = database
        self._engine = engine
        self._node = node
        self._now = now
        self._here: set[str] = set()
        """Faxes whose calls this process is carrying out."""
        self._unwritten: dict[str, Told] = {}
        """The ends of faxes for whose note there was no room."""
        self._soon = asyncio.Event()

    async def begin(self, account_id: int, channel: str, caller: Caller) -> "FaxCall":
        note = Note(account_id, channel, caller, time.time())
        return FaxCall(self, await asyncio.to_thread(self._spool.begin, note))

    @contextmanager
    def being_received(self, name: str) -> Iterator[None]:
        """Leave the fax alone during the block."""
        self._here.add(name)
        try:
            yield
        finally:
            self._here.discard(name)
            self._soon.set()

    def file(self, name: str) -> Path:
        return self._spool.pages(name)

    async def note_end(self, name: str, how: Told) -> None:
        """Note how a fax ended; where there is no room for that, we remember it as long as we live."""
        try:
            await asyncio.to_thread(self._spool.note_end, name, how)
        except OSError as problem:
            self._unwritten[name] = how
            log.warning("the end of a fax could not be noted", fax=name, problem=str(problem))

    async def keep(self) -> None:
        """Keep faxes, for as long as the process runs."""
        while True:
            try:
                wait = _LOOK_EVERY if await self.look() else _AGAIN_AFTER
            except Exception:
                log.exception("faxes could not be looked after; trying again")
                wait = _AGAIN_AFTER
            with suppress(TimeoutError):
                async with asyncio.timeout(wait):
                    await self._soon.wait()
            self._soon.clear()

    async def look(self) -> bool:
        """Keep every fax that is over. False: a fax has to wait for the engine, or failed. Raises OSError."""
        names = await asyncio.to_thread(self._spool.names)
        return all([await self._try_to_keep(name) for name in names if name not in self._here])

    async def _try_to_keep(self, name: str) -> bool:
        try:
            note = await asyncio.to_thread(self._spool.note, name)
            if how := self._unwritten.get(name):
                note = replace(note, ended=how)
            state = await self._state(name, note)
            if state is None:
                return False
            await self._keep(name, note, state)
            self._unwritten.pop(name, None)
            return True
        except EngineAway:
            return False
        except Exception:
            log.exception("a fax could not be kept; trying again", fax=name)
            return False

    async def _state(self, name: str, note: Note) -> Fax.State | None:
        """Tell how a fax ended; None: it may be going on. Raises EngineAway."""
        if note.ended:
            return state_of(note.ended)
        # The switchboard that was at it died, or found no room to note the end. Perhaps the engine is still at it.
        if time.time() - note.began < _NOT_BEGUN or await self._is_received(name):
            return None
        return (
            Fax.State.BROKEN_OFF
            if await asyncio.to_thread(self._spool.engine_began) > note.began
            else Fax.State.UNCONFIRMED
        )

    async def _is_received(self, name: str) -> bool:
        return any(name in channel.data for channel in await self._engine.channels())

    async def _keep(self, name: str, note: Note, state: Fax.State) -> None:
        pages = await self._pages(name, note)
        if pages.pictures or pages.unreadable:
            await self._database.do(store.keep_fax, self._received(name, note, state, pages), self._now())
        await asyncio.to_thread(self._spool.remove, name)

    async def _pages(self, name: str, note: Note) -> Drawn:
        """Draw the pages that came. What the engine counted but could not write, as on a full disk, is unreadable; so
        is at least one page of a file that was put aside."""
        there = await asyncio.to_thread(self._spool.has_pages, name)
        found = await self._drawn(name, note) if there else Drawn(b"", [], 0)
        counted = note.ended.pages if note.ended else 0
        least = max(counted - len(found.pictures), int(note.tries >= _MOST_TRIES))
        return replace(found, unreadable=max(found.unreadable, least))

    async def _drawn(self, name: str, note: Note) -> Drawn:
        """Draw the pages of a file. A file that cannot be drawn is tried again later, and then put aside."""
        try:
            return await drawn(self._spool.pages(name))
        except CannotDraw as problem:
            log.error("the pages of a fax could not be drawn", fax=name, tries=note.tries + 1, problem=str(problem))
        await asyncio.to_thread(self._spool.write, name, replace(note, tries=note.tries + 1))
        if note.tries + 1 < _MOST_TRIES:
            raise RuntimeError("the pages could not be drawn")
        aside = await asyncio.to_thread(self._spool.put_aside, name)
        log.error("a fax is put aside", fax=name, path=str(aside))
        return Drawn(b"", [], 1)

    def _received(self, name: str, note: Note, state: Fax.State, pages: Drawn) -> store.ReceivedFax:
        return store.ReceivedFax(
            key=f"{self._node}/{name}",
            call_id=note.channel,
            account_id=note.account_id,
            caller_number=note.caller.number,
            caller_name=note.caller.name,
            station=note.ended.station if note.ended else "",
            received_at=datetime.fromtimestamp(note.began, UTC),
            state=state,
            pdf=pages.pdf,
            pictures=pages.pictures,
            unreadable=pages.unreadable,
        )


class FaxCall:
    """A fax during its call; see `protocol.Receiving`."""

    def __init__(self, keeper: FaxKeeper, name: str) -> None:
        self._keeper = keeper
        self._name = name
        self._held = keeper.being_received(name)

    @property
    def file(self) -> str:
        return str(self._keeper.file(self._name))

    def __enter__(self) -> "FaxCall":
        self._held.__enter__()
        return self

    def __exit__(self, *problem: object) -> None:
        self._held.__exit__(None, None, None)

    async def ended(self, how: Told) -> None:
        await self._keeper.note_end(self._name, how)


def state_of(how: Told) -> Fax.State:
    """Tell whether a fax is complete, by what the engine says of its end."""
    if how.status == _SUCCESS:
        return Fax.State.COMPLETE
    return Fax.State.UNCONFIRMED if how.error == _NO_GOODBYE and how.pages else Fax.State.BROKEN_OFF


def fax_keeper(
    spool: Path, socket: Path, database: Database, engine: EngineControl, node: str, least_free: int
) -> FaxKeeper:
    """Put the keeper together. `spool`: the engine's `spool/faxes`; `socket`: the engine's for its console;
    `least_free`: bytes that a fax needs."""
    return FaxKeeper(Spool(spool, socket, least_free), database, engine, node)
