"""The mailboxes of this engine, put together: the parts that calls need, and the parts that keep them true."""

import asyncio
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import structlog

from ..database import Database
from ..wire.engine_control import EngineControl
from .folders import Folders
from .for_callers import EngineForCallers
from .for_owners import EngineForOwners
from .lamps import Lamps
from .orders import Orders
from .own_greetings import OwnGreetings
from .protocol import Mailboxes
from .salvage import Salvage
from .sweeping import Sweeping
from .syncing import Syncing
from .turns import Turns

log = structlog.get_logger()

_SWEEP_EVERY = 60.0
_AGAIN_AFTER = 3.0
"""Seconds: while something waits for the engine, or the database."""


@dataclass(frozen=True, slots=True)
class MailboxKeeper:
    """Carry out orders within a moment, and sweep all mailboxes once a minute, or when `sweep_soon` is set."""

    mailboxes: Mailboxes
    sweeping: Sweeping
    orders: Orders
    sweep_soon: asyncio.Event

    async def keep(self) -> None:
        """Keep the mailboxes, for ever."""
        await asyncio.gather(self._keep_sweeping(), self.orders.keep_carrying_out())

    async def _keep_sweeping(self) -> None:
        while True:
            try:
                wait = _SWEEP_EVERY if await self.sweeping.sweep() else _AGAIN_AFTER
            except Exception:
                log.exception("the mailboxes could not be looked through; trying again")
                wait = _AGAIN_AFTER
            with suppress(TimeoutError):
                async with asyncio.timeout(wait):
                    await self.sweep_soon.wait()
            self.sweep_soon.clear()


def mailbox_keeper(
    spool: Path,
    database: Database,
    engine: EngineControl,
    node: str,
    least_free: int,
    lamps: Lamps,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> MailboxKeeper:
    """Put the keeper together. `spool`: the engine's `spool/voicemail`; `least_free`: bytes that a message needs."""
    folders, turns = Folders.of_engine(spool), Turns()
    being_served: Counter[int] = Counter()
    sweep_soon = asyncio.Event()
    syncing = Syncing(folders, database, node, turns, lamps, now)
    salvage = Salvage(folders, engine, turns, syncing, being_served)
    greetings = OwnGreetings(folders.greetings, database)
    return MailboxKeeper(
        Mailboxes(
            EngineForCallers(folders, greetings, syncing, being_served, sweep_soon, least_free),
            EngineForOwners(folders.sounds, database, now),
        ),
        Sweeping(folders, database, node, syncing, salvage, lamps),
        Orders(folders, database, node, turns, lamps),
        sweep_soon,
    )
