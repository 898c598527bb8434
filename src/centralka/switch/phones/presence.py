"""Follow which phones are registered and keep the `registration` rows true to it.

The edge keeps its contacts in a small SQLite database of its own, which also notes which of them changed. When it was
written to we read those, and now and then all of them (docs/decisions/0007).
"""

import asyncio
import re
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import structlog

from centralka.edge.own_database import Changes, opened
from centralka.store.registrations import Contact, change_registrations, replace_registrations

from ..database import Database
from ..looking import till_written
from .answers import LOOK_EVERY as ANSWERS_EVERY
from .answers import Answers, Phone
from .presence_signs import PresenceSigns

log = structlog.get_logger()

_LOOK_EVERY = 0.2
"""Seconds between looks whether the edge has written, which cost microseconds."""
_TRY_AGAIN_AFTER = 1.0
_READ_ALL_EVERY = 300.0
"""Seconds. Changes are read as they come; this mends what nobody has thought of."""
_SHARE = 20
"""Reading the contacts takes at most 1/20 of a processor. Waiting for a busy machine or a lock does not count."""
_COLUMNS = "username, contact, received, user_agent, callid, device"
_BY_DEVICE = "LEFT JOIN device ON device.login = location.username AND device.call_id = location.callid"
_ALL = f"SELECT ruid, {_COLUMNS} FROM location {_BY_DEVICE}"  # noqa: S608 (constants)
_CHANGED = f"SELECT DISTINCT ruid, {_COLUMNS} FROM change LEFT JOIN location USING (ruid) {_BY_DEVICE} WHERE seq > ?"  # noqa: S608
_NEWEST = "SELECT max(seq) FROM change"
_HOST = re.compile(r"sips?:([^@;?]*@)?[^@;?]*")

Tell = Callable[[set[str]], Awaitable[None]]
"""Tells the phones of these logins what they want to know when they come."""


@dataclass(frozen=True, slots=True)
class Registered:
    """A row of the edge's."""

    contact: Contact
    call_id: str
    """Of its registration: a phone that starts anew at the same address has another one (RFC 3261, 10.2)."""

    @property
    def phone(self) -> Phone:
        return _phone_at(self.contact)

    def is_anew(self, before: "Registered | None") -> bool:
        """Tell whether the phone was there before, and has started anew."""
        return before is not None and before.call_id != self.call_id


@dataclass(frozen=True, slots=True)
class News:
    """Rows of the edge's that were read."""

    change: int
    """The newest change."""
    whole: bool
    """These are all rows, not only changed ones."""
    rows: Mapping[str, Registered | None]
    """By their unique name; None for a row that is gone."""


async def follow_presence(
    contacts: Path, node: str, database: Database, tell: Tell, answers: Answers, signs: PresenceSigns
) -> None:
    """Keep the rows true to the edge's database at `contacts`, for as long as the process runs.

    The rows stay as they are while the edge is away: the phones are still registered when it is back.
    """
    with closing(Changes(contacts)) as changes:
        presence = Presence(contacts, changes, node, database, tell, answers)
        while True:
            seen: int | None = None
            try:
                seen = changes.version()
                await presence.look()
                await answers.look()
                await signs.give()
            except Exception as problem:
                # One of the two databases is away, or says what we do not understand: look anew.
                log.warning("following the phones was interrupted", problem=repr(problem))
                await asyncio.sleep(_TRY_AGAIN_AFTER)
                seen = None
            await till_written(max(_LOOK_EVERY, _SHARE * presence.took), changes.version, seen, ANSWERS_EVERY)


class Presence:
    """The edge's contacts as they were written last."""

    def __init__(
        self, contacts: Path, changes: Changes, node: str, database: Database, tell: Tell, answers: Answers
    ) -> None:
        self._contacts = contacts
        self._changes = changes
        self._node = node
        self._database = database
        self._tell = tell
        self._answers = answers
        self._seen: int | None = None
        self._read_all_at: float | None = None
        self._change = 0
        """The last of the edge's changes that we know of."""
        self._known: dict[str, Registered] = {}
        """The edge's rows by their names."""
        self._phones = Counter[Phone]()
        """The number of the edge's rows of each phone: one that starts anew may leave an old row behind for a while."""
        self.took = 0.0
        """Processor seconds of the last reading."""

    async def look(self) -> None:
        """Look once; does nothing if the edge has written nothing since the last time."""
        # Taken before reading: what is written meanwhile is read the next time.
        version, now = self._changes.version(), time.monotonic()
        self.took = 0.0
        all_of_them = self._read_all_at is None or now - self._read_all_at >= _READ_ALL_EVERY
        if not all_of_them and (version == self._seen or self._changes.rows(_NEWEST) == [(self._change,)]):
            self._seen = version
            return
        news, self.took = await asyncio.to_thread(_timed, self._contacts, None if all_of_them else self._change)
        if news.whole:
            await self._write_all(news)
            self._read_all_at = now
        else:
            await self._write_changed({row: now for row, now in news.rows.items() if now != self._known.get(row)})
        self._seen, self._change = version, news.change

    async def _write_all(self, news: News) -> None:
        there = {row: now for row, now in news.rows.items() if now}
        contacts = {now.contact for now in there.values()}
        came = await self._database.do(replace_registrations, self._node, contacts, datetime.now(UTC))
        anew = self._begun_anew(there)
        self._known, self._phones = there, Counter(now.phone for now in there.values())
        await self._answers.begin({row: now.phone for row, now in there.items()})
        await self._tell_them(came | anew)

    async def _write_changed(self, changed: Mapping[str, Registered | None]) -> None:
        before = [self._known[row] for row in changed if row in self._known]
        after = [now for now in changed.values() if now]
        more = Counter(now.phone for now in after)
        more.subtract(old.phone for old in before)
        others = self._of_another_device(changed)
        gone = [old.contact for old in before if not self._phones[old.phone] + more[old.phone] or old.phone in others]
        came = [now.contact for now in after if not self._phones[now.phone] or now.phone in others]
        if gone or came:
            await self._database.do(change_registrations, self._node, came, gone, datetime.now(UTC))
        anew = self._begun_anew(changed)
        phones = {row: now.phone if now else None for row, now in changed.items()}
        self._answers.change(phones, set(map(_phone_at, came)), set(map(_phone_at, gone)))
        self._phones.update(more)
        self._remember(changed)
        await self._tell_them({contact.login for contact in came} | anew)

    def _begun_anew(self, rows: Mapping[str, Registered | None]) -> set[str]:
        """Return the logins of phones that were there before, and have started anew: also by another row, if one called
        itself otherwise, or took its registration back and registered again between two writings of the edge."""
        by_other = {now.contact.login for row, now in rows.items() if now and self._is_there_by_another_row(row, now)}
        return by_other | {now.contact.login for row, now in rows.items() if now and now.is_anew(self._known.get(row))}

    def _is_there_by_another_row(self, row: str, now: Registered) -> bool:
        return row not in self._known and self._phones[now.phone] > 0

    def _of_another_device(self, changed: Mapping[str, Registered | None]) -> set[Phone]:
        """Return the phones that stayed where they are, and came with another password than before."""
        pairs = [(self._known.get(row), now) for row, now in changed.items()]
        same = [(old.contact, new.contact, new.phone) for old, new in pairs if old and new and old.phone == new.phone]
        return {phone for old, new, phone in same if old.device != new.device}

    def _remember(self, changed: Mapping[str, Registered | None]) -> None:
        for row, now in changed.items():
            if now:
                self._known[row] = now
            else:
                self._known.pop(row, None)

    async def _tell_them(self, logins: set[str]) -> None:
        if logins:
            await self._tell(logins)


def _phone_at(contact: Contact) -> Phone:
    return contact.login, contact.uri


def news_of(database: Path, since: int | None) -> News:
    """Read which of the edge's rows changed after its change `since`: all of them, if that is None or long ago.

    Raises OSError or sqlite3.Error when they cannot be read now.
    """
    with opened(database) as edges:
        if edges.execute("PRAGMA journal_mode").fetchone() != ("wal",):
            raise OSError("the edge's database is not prepared")
        edges.execute("BEGIN")
        oldest, newest = edges.execute("SELECT coalesce(min(seq), 1), coalesce(max(seq), 0) FROM change").fetchone()
        whole = since is None or not oldest - 1 <= since <= newest
        rows = edges.execute(_ALL) if whole else edges.execute(_CHANGED, [since])
        return News(newest, whole, {row: _registered(*values) if values[0] else None for row, *values in rows})


def _timed(database: Path, since: int | None) -> tuple[News, float]:
    begun = time.thread_time()
    return news_of(database, since), time.thread_time() - begun


def _registered(
    login: str, contact: str, received: str | None, agent: str, call_id: str, device: str | None
) -> Registered:
    """Read a row of Kamailio's `location`. Where a phone is reached (`received`) stands in place of what it says."""
    user = (_HOST.match(contact) or [""] * 2)[1] or ""
    where = received.replace("sip:", f"sip:{user}", 1) if received else contact
    return Registered(Contact(login, where, agent, device or ""), call_id)
