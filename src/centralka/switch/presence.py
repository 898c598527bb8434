"""Follow which phones are registered and keep the `registration` rows true to it.

The engine keeps its contacts in a small SQLite database of its own. Each change of it, and a slow clock, makes us read
them (docs/decisions/0007). The engine is not asked: while a client is connected to its manager interface, every call
costs it an eighth more (`make bench`).
"""

import asyncio
import json
import sqlite3
import time
from collections.abc import Iterable
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
"""Seconds; how often the engine itself looks for registrations that ran out."""
_SHARE = 20
"""Reading the contacts takes at most 1/20 of a processor. Waiting for a busy machine or a lock does not count."""
# Keys are `/<family>/<key>`; the family is that of sorcery.conf. A range, since LIKE would not use the index.
_CONTACTS = "SELECT value FROM astdb WHERE key >= '/registrar/contact/' AND key < '/registrar/contact0'"

Sign = tuple[int, int] | None
"""Time and size of what the engine writes to; None while there is nothing."""


async def follow_presence(contacts: Path, node: str, database: Database) -> None:
    """Keep the rows true to the engine's database at `contacts`, for as long as the process runs.

    The rows stay as they are while the engine is away: the phones are still registered when it is back.
    """
    presence = Presence(contacts, node, database)
    while True:
        try:
            await presence.look()
        except Exception as problem:
            # One of the two databases is away, or says what we do not understand: look anew.
            log.warning("following the phones was interrupted", problem=repr(problem))
            await asyncio.sleep(_TRY_AGAIN_AFTER)
        await asyncio.sleep(max(_LOOK_EVERY, _SHARE * presence.took))


class Presence:
    """The engine's contacts as they were written last."""

    def __init__(self, contacts: Path, node: str, database: Database) -> None:
        self._contacts = contacts
        self._node = node
        self._database = database
        self._seen: Sign = None
        self._read_at = -_READ_AT_LEAST_EVERY
        self._written: set[Contact] | None = None
        self.took = 0.0
        """Processor seconds of the last reading."""

    async def look(self) -> None:
        """Look once; does nothing if the engine has written nothing since the last time."""
        # Taken before reading: what is written meanwhile is read the next time.
        sign, now = _sign(self._contacts), time.monotonic()
        self.took = 0.0
        if sign != self._seen or now - self._read_at >= _READ_AT_LEAST_EVERY:
            contacts, self.took = await asyncio.to_thread(_timed, self._contacts)
            await self._write(contacts)
            self._seen, self._read_at = sign, now

    async def _write(self, contacts: Iterable[Contact]) -> None:
        now = set(contacts)
        if now != self._written:
            await self._database.do(replace_registrations, self._node, now, datetime.now(UTC))
            self._written = now


def contacts_in(database: Path) -> list[Contact]:
    """Read the engine's contacts. Raises OSError or sqlite3.Error when they cannot be read now."""
    with closing(sqlite3.connect(f"file:{database}?mode=rw", uri=True)) as engines:
        if engines.execute("PRAGMA journal_mode").fetchone() != ("wal",):
            raise OSError("the engine's database is not prepared")
        return [_contact(value) for (value,) in engines.execute(_CONTACTS)]


def _timed(database: Path) -> tuple[list[Contact], float]:
    begun = time.thread_time()
    return contacts_in(database), time.thread_time() - begun


def _contact(value: str) -> Contact:
    """Read the engine's own JSON of a contact (`res_pjsip_registrar`, sorcery over astdb)."""
    found = json.loads(value)
    return Contact(found.get("endpoint", ""), found.get("uri", ""), found.get("user_agent", ""))


def _sign(contacts: Path) -> Sign:
    log_of_changes = contacts.with_name(f"{contacts.name}-wal")
    try:
        found = log_of_changes.stat()
    except FileNotFoundError:
        return None
    return found.st_mtime_ns, found.st_size
