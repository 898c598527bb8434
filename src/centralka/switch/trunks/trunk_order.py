"""Write down the order of the trunks for the engine: it reads it in emergency calls while no switchboard is there."""

import asyncio
from collections.abc import Iterable
from pathlib import Path

from centralka.files import write_whole
from centralka.store.trunks import TrunkRow, trunk_rows

from ..database import Database
from ..looking import keep_looking

_LOOK_EVERY = 2.0


class TrunkOrder:
    """The file from which one engine reads the order (asterisk/extensions.conf, `emergency`)."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._written: str | None = None

    async def remember(self, rows: Iterable[TrunkRow]) -> None:
        """Write the order down if it has changed. Raises OSError."""
        order = "&".join(row.endpoint for row in rows)
        if order != self._written:
            await self.write(order)
            self._written = order

    async def write(self, order: str) -> None:
        """Write the order down. Raises OSError."""
        await asyncio.to_thread(write_whole, self._file, order)

    async def follow_trunks(self, database: Database) -> None:
        """Follow the trunks for ever. For an engine without an edge: beside one, `Trunks` does it."""

        async def look() -> None:
            await self.remember(await database.read_again(trunk_rows))

        await keep_looking(look, _LOOK_EVERY, "the order of the trunks")
