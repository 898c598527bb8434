"""Look through all mailboxes again and again: nothing that we or the engine missed stays missed."""

import asyncio
import time

import structlog

from centralka.store import voicemail as store

from ..database import Database
from .folders import Folders
from .lamps import Lamps
from .old_files import remove_if_long_gone, remove_old, unmark
from .salvage import Salvage
from .syncing import Syncing

log = structlog.get_logger()

_A_DAY = 24 * 3600.0


class Sweeping:
    """Sync, salvage and tidy up."""

    def __init__(
        self, folders: Folders, database: Database, node: str, syncing: Syncing, salvage: Salvage, lamps: Lamps
    ) -> None:
        self._folders = folders
        self._database = database
        self._node = node
        self._syncing = syncing
        self._salvage = salvage
        self._lamps = lamps

    async def sweep(self) -> bool:
        """Look through all mailboxes once. False: a mailbox has to wait for the engine, or failed.

        Raises OSError, and what `Database.do` raises.
        """
        boxes = await asyncio.to_thread(self._folders.accounts)
        if boxes is None:
            return True  # no message was ever left, or the disk is not there: nothing to conclude from
        rows = await self._database.do(store.accounts_with_messages, self._node)
        existing = await self._database.do(store.accounts_that_exist, boxes | rows)
        synced = await self._syncing.sync_changed(existing)
        salvaged = await self._salvage.salvage_all(boxes & existing)
        await asyncio.to_thread(self._tidy_up, boxes, existing)
        await self._database.do(store.remove_deleted, self._node)
        await self._lamps.tell_where_voicemail_was_switched(rows)
        return synced and salvaged

    def _tidy_up(self, boxes: set[int], existing: set[int]) -> None:
        now = time.time()
        for account_id in boxes:
            if account_id in existing:
                unmark(self._folders.box(account_id))
            elif remove_if_long_gone(self._folders.box(account_id), now, _A_DAY):
                log.info("the mailbox of a deleted account was removed", account=account_id)
        for folder in (self._folders.notes, self._folders.sounds):
            remove_old(folder, now, _A_DAY)
