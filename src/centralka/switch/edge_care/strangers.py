"""Follow the edge's blocks, keep the `blocked_stranger` rows true to it, and lift blocks as ordered.

The edge writes its blocks into a small SQLite database of its own, from which it also reads them after a restart.
"""

import asyncio
import time
from collections.abc import Collection
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import structlog

from centralka.edge.own_database import Changes, opened
from centralka.store.strangers import Block, blocks_to_lift, replace_blocks

from ..database import Database
from ..looking import keep_looking_where_written
from ..wire.edge_control import EdgeAway, EdgeControl, EdgeRefuses

log = structlog.get_logger()

_LOOK_EVERY = 1.0
"""Seconds."""
_LOGIN = "login/"
"""Before the name of an account among the edge's keys (edge/strangers.cfg); an address stands alone."""
_BLOCKED = "SELECT key_name, key_value, expires FROM blocked"
_TABLES = ("blocked", "offences")
"""The edge's tables: what is blocked, and how often it was."""


class Strangers:
    """The blocks of one edge."""

    def __init__(self, control: EdgeControl, edges: Path, node: str, database: Database) -> None:
        self._control = control
        self._edges = edges
        self._changes = Changes(edges)
        self._node = node
        self._database = database
        self._written: set[Block] | None = None

    async def follow_blocks(self) -> None:
        """Keep the rows true for as long as the process runs. They stay as they are while the edge is away."""
        with closing(self._changes):
            await keep_looking_where_written(self.look, _LOOK_EVERY, self._sign, "blocks of strangers", EdgeAway)

    async def look(self) -> bool:
        """Lift what is to be lifted, and write what changed. Returns whether there are blocks, whose time passes.

        Raises EdgeAway, and what the two databases raise.
        """
        orders = await self._database.read_again(blocks_to_lift, self._node)
        for _row, kind, whom in orders:
            await self._lift(f"{_LOGIN}{whom}" if kind == "account" else whom)
        now = await self._blocks()
        if now != self._written or orders:
            await self._database.do(replace_blocks, self._node, now, {row for row, _kind, _whom in orders})
            self._written = now
        return bool(now)

    def _sign(self) -> object:
        return self._database.sign(), self._changes.version()

    async def _blocks(self) -> set[Block]:
        rows, now = self._changes.rows(_BLOCKED), time.time()
        if any(until < now for _key, _why, until in rows):
            await asyncio.to_thread(_forget_those_before, self._edges, now)
        return {_block(*row) for row in rows if row[2] >= now}

    async def _lift(self, key: str) -> None:
        for table in _TABLES:
            try:
                await self._control.ask("htable.delete", table, key)
            except EdgeRefuses:
                log.info("it was not there any more", table=table)
        await asyncio.to_thread(_forget, self._edges, [key])


def _block(key: str, why: str, until: int) -> Block:
    kind, whom = ("account", key.removeprefix(_LOGIN)) if key.startswith(_LOGIN) else ("address", key)
    return Block(kind, whom, why, datetime.fromtimestamp(until, UTC))


def _forget_those_before(edges: Path, now: float) -> None:
    with opened(edges) as database, database:
        database.execute("DELETE FROM blocked WHERE expires < ?", (now,))


def _forget(edges: Path, keys: Collection[str]) -> None:
    with opened(edges) as database, database:
        database.executemany("DELETE FROM blocked WHERE key_name = ?", [(key,) for key in keys])
