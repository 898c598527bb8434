"""Make messages of the recordings that an engine left when it died."""

import asyncio
import time
from collections import Counter
from collections.abc import Iterable, Sequence

import structlog

from ..wire.engine_answers import EngineAway
from ..wire.engine_control import EngineControl
from .folders import Folders
from .leftovers import Leftover, leftovers, salvage
from .notes import caller_noted
from .syncing import Syncing
from .turns import Turns

log = structlog.get_logger()

_STILL_WRITTEN = 5.0
"""Seconds: a recording that goes on is written to every two seconds."""


class Salvage:
    """`being_served`: how many callers of this switchboard are speaking into the mailbox of each account."""

    def __init__(
        self, folders: Folders, engine: EngineControl, turns: Turns, syncing: Syncing, being_served: Counter[int]
    ) -> None:
        self._folders = folders
        self._engine = engine
        self._turns = turns
        self._syncing = syncing
        self._being_served = being_served

    async def salvage_all(self, accounts: set[int]) -> bool:
        """Save what was left for these accounts. False: something may still be going on, or the engine is away.

        The engine that runs says which mailboxes it records into at this moment. A recording that was there before
        it said so and is in none of them was left by an engine that died.
        """
        left = await asyncio.to_thread(self._leftovers, accounts)
        if not left:
            return True
        try:
            busy = await self._being_recorded()
        except EngineAway:
            return False
        done = [await self._try_to_salvage(account, found) for account, found in left.items() if account not in busy]
        return len(done) == len(left) and all(done)

    def _leftovers(self, accounts: Iterable[int]) -> dict[int, list[Leftover]]:
        """Find what was left, by account; without the accounts whose callers this switchboard is serving."""
        free = [account for account in accounts if account not in self._being_served]
        found = {account: leftovers(self._folders.box(account)) for account in free}
        return {account: left for account, left in found.items() if left}

    async def _being_recorded(self) -> set[int]:
        channels = await self._engine.channels()
        boxes = [channel.data.partition("@")[0] for channel in channels if channel.application.lower() == "voicemail"]
        return {int(box) for box in boxes if box.isdecimal()}

    async def _try_to_salvage(self, account_id: int, found: Sequence[Leftover]) -> bool:
        try:
            return await self._salvage(account_id, found)
        except Exception:
            log.exception("a broken-off recording could not be saved; trying again", account=account_id)
            return False

    async def _salvage(self, account_id: int, found: Sequence[Leftover]) -> bool:
        if any(time.time() - leftover.last_written < _STILL_WRITTEN for leftover in found):
            return False
        async with self._turns.of(account_id):
            for leftover in found:
                caller = await asyncio.to_thread(caller_noted, self._folders.notes, account_id, leftover.began_at)
                saved = await asyncio.to_thread(salvage, self._folders.box(account_id), leftover, caller)
                log.warning("a recording was broken off by the engine's death", account=account_id, saved=saved)
        await self._syncing.sync(account_id)
        return True
