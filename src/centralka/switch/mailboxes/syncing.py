"""Rows follow the folders: what the engine recorded, moved or lost is in the database a moment later."""

import asyncio
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

import structlog

from centralka.store import voicemail as store

from ..database import Database
from .cut_off import began_at, without_text, write_text
from .folders import Folders, Signature
from .lamps import Lamps
from .notes import caller_noted
from .recordings import OLD, Recording, recordings
from .turns import Turns

log = structlog.get_logger()

_READ_TRIES = 5
_SETTLED = 2.0
"""Seconds after which a folder that changes again has another time: clocks of file systems are coarse."""


class Syncing:
    """Read mailboxes into the database."""

    def __init__(
        self,
        folders: Folders,
        database: Database,
        node: str,
        turns: Turns,
        lamps: Lamps,
        now: Callable[[], datetime],
    ) -> None:
        self._folders = folders
        self._database = database
        self._node = node
        self._turns = turns
        self._lamps = lamps
        self._now = now
        self._read: dict[int, Signature] = {}
        """The signatures that mailboxes had when they were read last."""

    async def sync(self, account_id: int) -> bool:
        """Make the rows of one mailbox true to its folders. Raises OSError, and what `Database.do` raises.

        False: there is a message that the disk has no room to complete.
        """
        async with self._turns.of(account_id):
            before = await asyncio.to_thread(self._folders.signature, account_id)
            whole = await asyncio.to_thread(self._complete, account_id)
            all_kept = await self._keep(account_id)
            await self._lamps.tell([account_id])
            if whole and all_kept and time.time() - max(before) / 1e9 > _SETTLED:
                self._read[account_id] = before
        return whole

    async def sync_changed(self, accounts: Iterable[int]) -> bool:
        """Sync the mailboxes that have changed since they were read last. False: one of them has to wait."""
        changed = await asyncio.to_thread(self._changed, sorted(accounts))
        return all([await self._try_to_sync(account_id) for account_id in changed])

    def _changed(self, accounts: Sequence[int]) -> list[int]:
        return [account for account in accounts if self._read.get(account) != self._folders.signature(account)]

    async def _try_to_sync(self, account_id: int) -> bool:
        try:
            return await self.sync(account_id)
        except Exception:
            log.exception("a mailbox could not be read; trying again", account=account_id)
            return False

    def _complete(self, account_id: int) -> bool:
        """Give a text to messages that were cut off by a full disk."""
        box = self._folders.box(account_id)
        try:
            for file in without_text(box):
                write_text(box, file, caller_noted(self._folders.notes, account_id, began_at(file)))
        except OSError:
            # Still no room; or the engine renames them at this moment. Callers whose note is missing are in the log.
            return False
        return True

    async def _keep(self, account_id: int) -> bool:
        """Keep messages. False: the sound of one cannot be read, which keeps no other message away."""
        box = self._folders.box(account_id)
        for _ in range(_READ_TRIES):
            try:
                found = await asyncio.to_thread(recordings, box)
                await self._keep_all(account_id, [_found(recording) for recording in found])
                return True
            except TimeoutError:
                raise
            except OSError as problem:
                # The engine closes gaps in its numbering while we read.
                log.info("a mailbox is read again", account=account_id, problem=str(problem))
        found = await asyncio.to_thread(recordings, box)
        heard = await asyncio.to_thread(lambda: [recording for recording in found if recording.can_be_heard()])
        log.warning("messages cannot be read", account=account_id, messages=len(found) - len(heard))
        await self._keep_all(account_id, [_found(recording) for recording in heard])
        return len(heard) == len(found)

    async def _keep_all(self, account_id: int, messages: Sequence[store.FoundMessage]) -> None:
        while not await self._database.do(store.keep_messages, self._node, account_id, messages, self._now()):
            log.info("many messages are new", account=account_id)


def _found(recording: Recording) -> store.FoundMessage:
    return store.FoundMessage(
        msg_id=recording.msg_id,
        caller_number=recording.caller.number,
        caller_name=recording.caller.name,
        received_at=recording.received_at,
        seconds=recording.seconds,
        heard=recording.folder == OLD,
        wav=recording.wav,
    )
