"""Keep the engine's memory of endpoints true: before a call it forgets those whose rows have changed.

The engine keeps an endpoint that it has read (`asterisk/sorcery.conf`), since reading it costs a call more than
deciding it. Source: Asterisk's documentation of res_sorcery_memory_cache.
"""

import asyncio
from collections.abc import Awaitable, Collection

import structlog

from centralka.store.engine_rows import EngineRow, engine_rows

from ..database import Database
from ..wire.engine_answers import EngineAway
from ..wire.engine_control import EngineControl

log = structlog.get_logger()

_KEPT = ("res_pjsip/endpoint", "res_pjsip/aor")
_PATIENCE = 1.0
"""Seconds that a call waits for it; then it goes on with what the engine remembers."""


class EndpointMemory:
    """The rows of endpoints as they were when the engine was last asked to connect them."""

    def __init__(self, database: Database, engine: EngineControl) -> None:
        self._database = database
        self._engine = engine
        self._known: dict[str, EngineRow] = {}
        self._is_begun = False
        """The engine has forgotten what a switchboard before this one knew of."""

    async def refresh(self, names: Collection[str]) -> dict[str, EngineRow]:
        """Have the engine read anew what changed of these endpoints. Returns their rows."""
        if not self._is_begun:
            self._is_begun = await _in_time(self._forget_all())
        rows = await self._database.read(engine_rows, names)
        changed = {name: row for name, row in rows.items() if self._known.get(name, row) != row}
        if not changed or await _in_time(self._forget(changed)):
            self._known |= rows
        return changed

    async def _forget_all(self) -> None:
        for kept in _KEPT:
            await self._engine.forget(kept)

    async def _forget(self, names: Collection[str]) -> None:
        for name in names:
            for kept in _KEPT:
                await self._engine.forget(kept, name)


async def _in_time(work: Awaitable[None]) -> bool:
    try:
        async with asyncio.timeout(_PATIENCE):
            await work
    except (EngineAway, TimeoutError) as problem:
        log.warning("the engine could not be told of changed endpoints", problem=repr(problem))
        return False
    return True
