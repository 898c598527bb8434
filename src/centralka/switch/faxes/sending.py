"""Send faxes that wait: have the engine call, send the pages to the machine that answers, and tell what came of it.

The engine calls itself (a `Local` channel): one half goes the way of every call of the account, with its plan and its
money (`fax-call` in asterisk/extensions.conf), the other sends the pages once somebody answered (`fax-send`).
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import structlog

from centralka.calls.fax_sending import FaxEnd, SentPages, end_of_sending
from centralka.files import write_whole
from centralka.store import sent_faxes as store

from ..database import Database
from ..looking import keep_looking_where_written
from ..wire.channel import Channel, ChannelGone
from ..wire.engine_answers import EngineAway, Refused
from ..wire.engine_control import EngineControl
from .protocol import told

log = structlog.get_logger()

OTHER_HALF = "-call"
"""Behind the id of the call: the engine's id of the half that goes its way."""
AT_ONCE = 4
"""Faxes that an engine sends at the same time: each takes about a hundredth of a processor, and a line."""
_LOOK_EVERY = 1.0
_RING_SECONDS = 10 * 60
"""For the engine, which gives up then; the plan says which number is called, and for how long."""
_BETWEEN_HALVES = "slin"
"""The one format that the engine can turn into every other; it would offer all."""
_NOT_BEGUN = timedelta(seconds=15)
"""For so long the engine may have been asked, and have no channel yet."""
_TOLD = "fax-tries"
"""The family in the engine's own database where it notes an end of which no switchboard was told."""
HOW_IT_ENDED = "${FAXOPT(status)}|${FAXOPT(error)}|${FAXOPT(pages)}|${FILTER(0-9A-Za-z +.,${FAXOPT(remotestationid)})}"
_BRIDGED_AFTER = "1"
"""Seconds until both halves and the other side are one call: before, the engine does not see that it could use T.38."""


@dataclass
class FaxSender:
    """`folder`: for the pages while the engine sends them, and for nothing else."""

    folder: Path
    database: Database
    engine: EngineControl
    node: str
    is_draining: Callable[[], bool] = lambda: False
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    _here: Counter[int] = field(default_factory=Counter)
    """The tries that this process looks after, and how many of their halves."""
    _pages: dict[int, int] = field(default_factory=dict)

    async def keep_sending(self) -> None:
        """Send faxes for as long as the process runs."""
        await keep_looking_where_written(self.look, _LOOK_EVERY, self.database.sign, "faxes to send", EngineAway)

    async def look(self) -> bool:
        """Begin what is due, and end what nobody looks after. Returns whether anything waits, and its time passes.

        Raises EngineAway, OSError, what a database raises.
        """
        if not await self.database.read_again(store.waits, self.node):
            return False
        if not await self.database.read(store.has_work, self.node, self.now()):
            return True
        going_on = await self.database.read(store.open_tries, self.node)
        if left := [each for each in going_on if each.try_id not in self._here]:
            await self._end_what_is_over(left)
        if any(each.was_answered for each in going_on):
            await self._note_pages()
        if not self.is_draining():
            await self._begin()
        return True

    # -- A call begins ----------------------------------------------------------------------------------------------

    async def _begin(self) -> None:
        claimed = await self.database.do(store.claim, self.node, self.now(), AT_ONCE)
        if claimed is None:
            return
        try:
            await asyncio.to_thread(self._write, claimed)
            await self._call(claimed)
        except (OSError, Refused) as problem:
            log.error("a fax could not be begun", fax=claimed.try_id, problem=str(problem))
            await self._end(claimed.try_id, FaxEnd.UNAVAILABLE, 0)

    async def _call(self, claimed: store.Claimed) -> None:
        """Have the engine call: see `calls.endpoints` for the name of the channel. Raises EngineAway, Refused."""
        await self.engine.call(
            f"Local/{claimed.login}.{claimed.try_id}@fax-call/n",
            str(claimed.try_id),
            "fax-send",
            channelId=claimed.call_id,
            otherChannelId=f"{claimed.call_id}{OTHER_HALF}",
            timeout=str(_RING_SECONDS),
            formats=_BETWEEN_HALVES,
        )

    def _write(self, claimed: store.Claimed) -> None:
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_whole(self._file(claimed.try_id), claimed.tiff)

    def _file(self, try_id: int) -> Path:
        return self.folder / f"{try_id}.tif"

    @contextmanager
    def looking_after(self, try_id: int) -> Iterator[None]:
        """Look after a try during the block."""
        self._here[try_id] += 1
        try:
            yield
        finally:
            self._here[try_id] -= 1
            if not self._here[try_id]:
                del self._here[try_id]

    async def place(self, try_id: int) -> store.Placing | None:
        """Let the call of a try through, once. Raises what the database raises: no database, no call."""
        return await self.database.do(store.place, try_id)

    async def not_answered(self, try_id: int, end: FaxEnd) -> None:
        """Note that a call is over that nobody answered."""
        await self._end(try_id, end, 0)

    # -- Somebody answered ------------------------------------------------------------------------------------------

    async def send(self, try_id: int, channel: Channel) -> None:
        """Send the pages over a channel whose other side answered. Raises ChannelGone if the engine dies meanwhile."""
        with self.looking_after(try_id):
            if not await self.database.do(store.begin_sending, try_id):
                log.warning("a fax that is not waited for any more was not sent", fax=try_id)
                return
            await self._send(try_id, channel)

    async def _send(self, try_id: int, channel: Channel) -> None:
        about = await self.database.do(store.about_sending, try_id)
        # If the other side is gone, what is said of the fax tells; if the engine is, nothing is.
        with suppress(ChannelGone):
            await self._send_pages(try_id, channel, about.station)
        sent = sent_pages(await channel.evaluate(HOW_IT_ENDED))
        await self._end(try_id, end_of_sending(sent, about.pages), sent.pages, sent.station)
        # The engine then need not keep it for a switchboard that comes later.
        await channel.set("FAX_TOLD", "1")
        log.info("a fax was sent", fax=try_id, pages=sent.pages, status=sent.status, error=sent.error)

    async def _send_pages(self, try_id: int, channel: Channel, station: str) -> None:
        await channel.execute("Wait", _BRIDGED_AFTER)
        if station:
            await channel.set("FAXOPT(localstationid)", station)
        # f: as sound where the other side has no T.38. No z: it loses receivers that have none (decision 0038).
        await channel.execute("SendFAX", f"{self._file(try_id)},f")

    async def _note_pages(self) -> None:
        """Tell people who watch how far each fax is."""
        for session in await self.engine.fax_sessions():
            try_id = try_of(session.get("File Name", ""))
            pages = int(session.get("Tx Pages", "0"))
            if try_id in self._here and pages > self._pages.get(try_id, 0):
                self._pages[try_id] = pages
                await self.database.do(store.note_pages, try_id, pages)

    # -- It is over -------------------------------------------------------------------------------------------------

    async def _end_what_is_over(self, tries: list[store.OpenTry]) -> None:
        """End the tries of an earlier switchboard, or of an engine that died, of which the engine has nothing more."""
        living = {channel.id for channel in await self.engine.channels()}
        for each in tries:
            if each.call_id not in living and self.now() - each.began_at > _NOT_BEGUN and each.try_id not in self._here:
                await self._end_untold(each)

    async def _end_untold(self, tried: store.OpenTry) -> None:
        noted = await self._noted(tried.try_id) if tried.was_answered else None
        if noted is not None:
            about = await self.database.do(store.about_sending, tried.try_id)
            await self._end(tried.try_id, end_of_sending(noted, about.pages), noted.pages, noted.station)
        elif tried.was_answered:
            await self._end(tried.try_id, FaxEnd.UNKNOWN, tried.pages_sent)
        else:
            await self._end(tried.try_id, FaxEnd.UNAVAILABLE, 0)

    async def _noted(self, try_id: int) -> SentPages | None:
        """Return what the engine noted of an end of which no switchboard was told. Raises EngineAway."""
        noted = await self.engine.kept(_TOLD, str(try_id))
        return sent_pages(noted) if noted else None

    async def _end(self, try_id: int, end: FaxEnd, pages: int, station: str = "") -> None:
        if await self.database.do(store.end_try, try_id, end, pages, self.now(), station):
            log.info("a try to send a fax ended", fax=try_id, status=end.value)
        self._pages.pop(try_id, None)
        await asyncio.to_thread(self._file(try_id).unlink, missing_ok=True)


def sent_pages(answer: str) -> SentPages:
    """Read `status|error|pages|station`."""
    end = told(answer)
    return SentPages(end.status, end.error, end.pages, heard_fax=bool(end.station), station=end.station)


def try_of(file: str) -> int:
    """Return the try whose pages are in this file; 0 for another file."""
    name = Path(file).name.removesuffix(".tif")
    return int(name) if name.isdecimal() else 0
