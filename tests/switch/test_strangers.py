"""Whom the edge blocks becomes rows; what the operator lifts is lifted there."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from django.db import connection

from centralka.edge.contacts import prepare_contacts
from centralka.store.models import BlockedStranger
from centralka.switch.database import Database
from centralka.switch.edge_care.strangers import Strangers
from centralka.switch.wire.edge_control import EdgeAway, EdgeControl, EdgeRefuses

pytestmark = pytest.mark.django_db(transaction=True)

LATER = 4_000_000_000
NODE = "node1"


class Edge(EdgeControl):
    """Knows some blocks, refuses to delete others, or is away."""

    def __init__(self, *known: str) -> None:
        super().__init__(Path("/dev/null"))
        self.known = {("blocked", one) for one in known} | {("offences", one) for one in known}
        self.away = False

    async def ask(self, method: str, *parameters: object) -> object:
        if self.away:
            raise EdgeAway("")
        table, key = (str(one) for one in parameters)
        if method != "htable.delete" or (table, key) not in self.known:
            raise EdgeRefuses("no such key")
        self.known.remove((table, key))
        return {}


@pytest.fixture
def edges(tmp_path: Path) -> Path:
    path = tmp_path / "contacts.sqlite3"
    prepare_contacts(path)
    return path


@pytest.fixture
def database() -> Iterator[Database]:
    made = Database()
    yield made
    asyncio.run(made.do(_close))
    made.close()


def _close() -> None:
    connection.close()


def block(edges: Path, key: str, why: str = "passwords", until: int = LATER) -> None:
    with closing(sqlite3.connect(edges)) as there, there:
        there.execute("INSERT OR REPLACE INTO blocked VALUES (?, 0, 0, ?, ?)", (key, why, until))


def rows() -> list[tuple[str, str, str]]:
    return sorted(BlockedStranger.objects.values_list("kind", "whom", "why"))


def test_the_rows_are_what_the_edge_has_written(edges: Path, database: Database) -> None:
    strangers = Strangers(Edge(), edges, NODE, database)
    BlockedStranger.objects.create(node=NODE, kind="address", whom="192.0.2.1", why="scan", until="2100-01-01T00:00Z")
    block(edges, "203.0.113.9", "flood")
    block(edges, "login/kwiaty_100")
    block(edges, "203.0.113.8", until=1)
    asyncio.run(strangers.look())
    assert rows() == [("account", "kwiaty_100", "passwords"), ("address", "203.0.113.9", "flood")]
    with closing(sqlite3.connect(edges)) as there:
        assert there.execute("SELECT COUNT(*) FROM blocked").fetchone() == (2,)
    block(edges, "203.0.113.9", until=LATER + 60)
    asyncio.run(strangers.look())
    assert rows() == [("account", "kwiaty_100", "passwords"), ("address", "203.0.113.9", "passwords")]


def test_what_is_lifted_is_forgotten_by_the_edge_and_its_disk(edges: Path, database: Database) -> None:
    """Also what the edge has forgotten by itself; while it is away the order waits."""
    edge = Edge("login/kwiaty_100", "203.0.113.9")
    strangers = Strangers(edge, edges, NODE, database)
    for key in ("login/kwiaty_100", "203.0.113.9", "203.0.113.8"):
        block(edges, key)
    asyncio.run(strangers.look())
    BlockedStranger.objects.exclude(whom="203.0.113.9").update(lifted=True)
    edge.away = True
    with pytest.raises(EdgeAway):
        asyncio.run(strangers.look())
    assert len(rows()) == 3
    edge.away = False
    asyncio.run(strangers.look())
    assert rows() == [("address", "203.0.113.9", "passwords")]
    assert edge.known == {("blocked", "203.0.113.9"), ("offences", "203.0.113.9")}
    asyncio.run(Strangers(edge, edges, NODE, database).look())
    assert rows() == [("address", "203.0.113.9", "passwords")]


def test_as_long_as_somebody_is_blocked_the_end_of_that_is_looked_for_though_nobody_writes(
    edges: Path, database: Database
) -> None:
    strangers = Strangers(Edge(), edges, NODE, database)
    assert asyncio.run(strangers.look()) is False
    block(edges, "203.0.113.9")
    assert asyncio.run(strangers.look()) is True
