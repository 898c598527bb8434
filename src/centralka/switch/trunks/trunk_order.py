"""Write the order of the trunks into the engine's own database, for emergency calls while no switchboard is there."""

from collections.abc import Iterable
from contextlib import suppress

import structlog

from centralka.store.trunks import TrunkRow, trunk_rows

from ..database import Database
from ..looking import till_next_look
from ..wire.manager import EngineAway, Manager, Refused

log = structlog.get_logger()

_LOOK_EVERY = 2.0


class TrunkOrder:
    """The order as one engine knows it."""

    def __init__(self, manager: Manager) -> None:
        self._manager = manager

    async def remember(self, rows: Iterable[TrunkRow]) -> None:
        """Have the engine keep the order. Raises EngineAway."""
        key = {"Family": "centralka", "Key": "trunks"}
        if order := "&".join(row.endpoint for row in rows):
            await self._manager.ask("DBPut", {**key, "Val": order})
            return
        # The engine refuses to keep an empty value, and to remove one that is not there (DBDel warns of it, too).
        with suppress(Refused):
            await self._manager.ask("DBDelTree", key)

    async def follow_trunks(self, database: Database) -> None:
        """Tell it at each change, for ever. For an engine without an edge: beside one, `Trunks` does it."""
        told: list[str] | None = None
        while True:
            try:
                rows = await database.read_again(trunk_rows)
                order = [row.endpoint for row in rows]
                if order != told:
                    await self.remember(rows)
                    told = order
            except EngineAway:
                told = None
            except Exception:
                log.exception("the order of the trunks could not be told; trying again")
            await till_next_look(_LOOK_EVERY)
