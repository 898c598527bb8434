"""Keep the lamps that phones asked for true, and have the edge tell the phones when one changes.

What the lamps show stands in the edge's own file; a word over its control socket lets it read that and send NOTIFY.
Lamps that nobody asked for cost a call nothing.
"""

import asyncio
import time
from collections.abc import Callable, Iterable
from contextlib import suppress

import structlog

from centralka.calls.doing import WhoDoesWhat
from centralka.store import lamps as store

from ..database import Database
from ..looking import till_written
from ..wire.edge_control import EdgeAway, EdgeControl, EdgeRefuses
from ..wire.message_summary import message_summary
from .lamp import Event, Lamp, colleague
from .lamp_file import LampFile

log = structlog.get_logger()

LOOK_EVERY = 0.2
"""Seconds between looks, which cost microseconds where nothing has changed."""
_TRY_AGAIN_AFTER = 2.0
ASK_AGAIN_EVERY = 10.0
"""Seconds: subscriptions that have run out are forgotten by then, though the edge wrote nothing."""


class WatchedLamps:
    """The lamps of one edge. `calls`: what every account does; None as long as that is not known."""

    def __init__(
        self,
        file: LampFile,
        edge: EdgeControl,
        database: Database,
        calls: Callable[[], WhoDoesWhat | None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._file = file
        self._edge = edge
        self._database = database
        self._calls = calls
        self._clock = clock
        self._stale_mailboxes: set[str] = set()
        self._forget()

    def _forget(self) -> None:
        """Begin anew: what the phones were told is not known."""
        self._edge_start: tuple[int, int] | None = None
        self._version = -1
        self._calls_seen: tuple[WhoDoesWhat, int] | None = None
        self._asked_at = -ASK_AGAIN_EVERY
        self._watched: set[Lamp] = set()
        self._mailboxes: dict[Lamp, str] = {}
        self._shown: dict[Lamp, str] | None = None
        """As it stands in the file."""
        self._told: set[Lamp] = set()
        """The lamps whose phones know what is shown."""

    def mailboxes_changed(self, logins: Iterable[str]) -> None:
        """Note that something else waits in the mailboxes of these logins."""
        self._stale_mailboxes |= set(logins)

    async def keep_true(self) -> None:
        """Look again and again, for ever."""
        while True:
            seen: object = None
            try:
                seen = self._sign()
                await self.look()
            except EdgeAway:
                pass  # it is being started again, and told all then
            except Exception as problem:
                log.warning("lamps that phones asked for could not be kept true; trying again", problem=repr(problem))
                self._file.close()
                self._forget()
                await asyncio.sleep(_TRY_AGAIN_AFTER)
                seen = None
            await till_written(LOOK_EVERY, self._sign, seen, ASK_AGAIN_EVERY + LOOK_EVERY)

    def _sign(self) -> object:
        """Return what is another one where a look would find something to do."""
        if (calls := self._calls()) is None or self._stale_mailboxes or self._watched - self._told:
            return object()
        return calls, calls.changes, self._edge.started(), self._file.version()

    async def look(self) -> None:
        """Look once. Raises EdgeAway, and what the two databases raise."""
        calls, start = self._calls(), self._edge.started()
        if calls is None or start is None:
            return
        if start != self._edge_start:
            self._told.clear()  # what it was about to tell is lost with the one before
        self._edge_start = start
        if await self._anything_new(calls):
            await self._show(calls)
        for lamp in self._watched - self._told:
            await self._tell(lamp)

    async def _anything_new(self, calls: WhoDoesWhat) -> bool:
        """Tell whether a lamp may have to show something else; take in watched lamps and messages in mailboxes."""
        # Taken first: what changes meanwhile is new the next time.
        seen, before = (calls, calls.changes), self._calls_seen
        self._calls_seen = seen
        watchers = await self._read_watchers()
        mailboxes = bool(watchers or self._stale_mailboxes)
        if mailboxes:
            await self._read_mailboxes()
        return mailboxes or before != seen

    async def _read_watchers(self) -> bool:
        version, now = self._file.version(), self._clock()
        if version == self._version and now - self._asked_at < ASK_AGAIN_EVERY:
            return False
        self._version, self._asked_at = version, now
        before, self._watched = self._watched, await asyncio.to_thread(self._file.watched)
        return before != self._watched

    async def _read_mailboxes(self) -> None:
        watched = {lamp for lamp in self._watched if lamp.event is Event.MAILBOX}
        stale, self._stale_mailboxes = self._stale_mailboxes, set()
        wanted = {lamp.login for lamp in watched if lamp.login in stale or lamp not in self._mailboxes}
        found = await self._database.do(store.lamps_of, wanted) if wanted else []
        # An account that was deleted has nothing.
        read = dict.fromkeys(wanted, message_summary(0, 0)) | {
            account.login: message_summary(account.new, account.old) for account in found
        }
        known = self._mailboxes | {Lamp(Event.MAILBOX, login): body for login, body in read.items()}
        self._mailboxes = {lamp: known[lamp] for lamp in watched}

    async def _show(self, calls: WhoDoesWhat) -> None:
        if self._shown is None:
            self._shown = await asyncio.to_thread(self._file.shown)
        wanted = {lamp: body for lamp in self._watched if (body := self._body(lamp, calls)) is not None}
        lamps = self._shown.keys() | wanted.keys()
        changed = {lamp: wanted.get(lamp) for lamp in lamps if self._shown.get(lamp) != wanted.get(lamp)}
        if changed:
            await asyncio.to_thread(self._file.show, changed)
        self._shown = wanted
        self._told = (self._told & self._watched) - changed.keys()

    def _body(self, lamp: Lamp, calls: WhoDoesWhat) -> str | None:
        if lamp.event is Event.MAILBOX:
            return self._mailboxes.get(lamp)
        return colleague(lamp, calls.of(lamp.login))

    async def _tell(self, lamp: Lamp) -> None:
        """Have the edge tell all phones that asked for the lamp. Raises EdgeAway."""
        with suppress(EdgeRefuses):  # no phone could be reached; each asks anew when it is back
            await self._edge.ask("presence.refreshWatchers", lamp.uri, lamp.event.value, 1)
        self._told.add(lamp)
