"""Tell the edge which engines there are: an engine that was started elsewhere, or again, has another address."""

import asyncio
from pathlib import Path

from centralka.edge.engines import engines_list, write_engines
from centralka.store.edge import engines

from ..database import Database
from ..looking import keep_looking_where_written
from ..wire.edge_control import EdgeAway, EdgeControl

_LOOK_EVERY = 1.0


class Engines:
    """The edge's list of engines (`edge/engines.cfg`). It reads the file when it starts, and when it is told to."""

    def __init__(self, edge: EdgeControl, file: Path, database: Database) -> None:
        self._edge = edge
        self._file = file
        self._database = database
        self._told: tuple[tuple[int, int] | None, str] | None = None
        """The start of the edge that was told, and what it was told."""

    async def keep_told(self) -> None:
        """Look again and again, for ever."""
        await keep_looking_where_written(self.look, _LOOK_EVERY, self._sign, "engines for the edge", EdgeAway)

    async def look(self) -> bool:
        """Look once; nothing is left to do then. Raises EdgeAway, OSError, and what the database raises."""
        addresses = [address for _node, address in await self._database.read_again(engines)]
        wanted = (self._edge.started(), engines_list(addresses))
        if wanted == self._told or not addresses:
            return False
        await asyncio.to_thread(write_engines, self._file, addresses)
        await self._edge.ask("dispatcher.reload")
        await self._edge.ask("pv.shvSet", "engines", "int", len(addresses))
        self._told = wanted
        return False

    def _sign(self) -> object:
        return self._edge.started(), self._database.sign()
