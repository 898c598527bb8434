"""Follow which phones are registered and keep the `registration` rows true to it.

The edge keeps its contacts in a small SQLite database of its own. Each change of it, and a slow clock, makes us read
them (docs/decisions/0007).
"""

import asyncio
import re
import sqlite3
import time
from collections.abc import Awaitable, Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import structlog

from centralka.store.registrations import Contact, replace_registrations

from .database import Database

log = structlog.get_logger()

_LOOK_EVERY = 0.2
"""Seconds between looks at the file's time, which cost microseconds."""
_TRY_AGAIN_AFTER = 1.0
_READ_AT_LEAST_EVERY = 10.0
"""Seconds."""
_SHARE = 20
"""Reading the contacts takes at most 1/20 of a processor. Waiting for a busy machine or a lock does not count."""
_CONTACTS = "SELECT username, contact, received, user_agent, callid FROM location"
_HOST = re.compile(r"sips?:([^@;?]*@)?[^@;?]*")

Sign = tuple[int, int] | None
"""Time and size of what the edge writes to; None while there is nothing."""
Tell = Callable[[set[str]], Awaitable[None]]
"""Tells the phones of these logins what they want to know when they come."""


async def follow_presence(contacts: Path, node: str, database: Database, tell: Tell) -> None:
    """Keep the rows true to the edge's database at `contacts`, for as long as the process runs.

    The rows stay as they are while the edge is away: the phones are still registered when it is back.
    """
    presence = Presence(contacts, node, database, tell)
    while True:
        try:
            await presence.look()
        except Exception as problem:
            # One of the two databases is away, or says what we do not understand: look anew.
            log.warning("following the phones was interrupted", problem=repr(problem))
            await asyncio.sleep(_TRY_AGAIN_AFTER)
        await asyncio.sleep(max(_LOOK_EVERY, _SHARE * presence.took))


class Presence:
    """The edge's contacts as they were written last."""

    def __init__(self, contacts: Path, node: str, database: Database, tell: Tell) -> None:
        self._contacts = contacts
        self._node = node
        self._database = database
        self._tell = tell
        self._seen: Sign = None
        self._read_at = -_READ_AT_LEAST_EVERY
        self._written: dict[Contact, str] | None = None
        """With the Call-ID of each: a phone that starts anew at the same address has another one (RFC 3261 10.2)."""
        self.took = 0.0
        """Processor seconds of the last reading."""

    async def look(self) -> None:
        """Look once; does nothing if the edge has written nothing since the last time."""
        # Taken before reading: what is written meanwhile is read the next time.
        sign, now = _sign(self._contacts), time.monotonic()
        self.took = 0.0
        if sign != self._seen or now - self._read_at >= _READ_AT_LEAST_EVERY:
            contacts, self.took = await asyncio.to_thread(_timed, self._contacts)
            await self._write(contacts)
            self._seen, self._read_at = sign, now

    async def _write(self, now: dict[Contact, str]) -> None:
        if now == self._written:
            return
        added = await self._database.do(replace_registrations, self._node, set(now), datetime.now(UTC))
        anew = {one.login for one, call_id in now.items() if (self._written or now).get(one) != call_id}
        self._written = now
        if came := added | anew:
            await self._tell(came)


def contacts_in(database: Path) -> dict[Contact, str]:
    """Read the edge's contacts, each with the Call-ID of its registration.

    Raises OSError or sqlite3.Error when they cannot be read now.
    """
    with closing(sqlite3.connect(f"file:{database}?mode=rw", uri=True)) as edges:
        if edges.execute("PRAGMA journal_mode").fetchone() != ("wal",):
            raise OSError("the edge's database is not prepared")
        return dict(_contact(*row) for row in edges.execute(_CONTACTS))


def _timed(database: Path) -> tuple[dict[Contact, str], float]:
    begun = time.thread_time()
    return contacts_in(database), time.thread_time() - begun


def _contact(login: str, contact: str, received: str | None, agent: str, call_id: str) -> tuple[Contact, str]:
    """Read a row of Kamailio's `location`. Where a phone is reached (`received`) stands in place of what it says."""
    user = (_HOST.match(contact) or [""] * 2)[1] or ""
    where = received.replace("sip:", f"sip:{user}", 1) if received else contact
    return Contact(login, where, agent), call_id


def _sign(contacts: Path) -> Sign:
    log_of_changes = contacts.with_name(f"{contacts.name}-wal")
    try:
        found = log_of_changes.stat()
    except FileNotFoundError:
        return None
    return found.st_mtime_ns, found.st_size
