"""The edge is told which engines there are."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from centralka.store.edge import engines, forget_engine, place_engine
from centralka.store.models import Trunk
from centralka.switch.database import Database
from centralka.switch.edge_care.engines import Engines
from centralka.switch.trunks.trunk_order import TrunkOrder
from centralka.switch.wire.edge_control import EdgeAway, EdgeControl

from .stand_ins import put_away

pytestmark = pytest.mark.django_db(transaction=True)


class Edge(EdgeControl):
    """Notes what the list says when it is told to read it, and how many engines it is told of."""

    def __init__(self, file: Path) -> None:
        super().__init__(file.with_name("control.sock"))
        self.file = file
        self.read: list[str] = []
        self.count = 1
        self.starts = (1, 1)
        self.away = False

    def started(self) -> tuple[int, int] | None:
        return self.starts

    async def ask(self, method: str, *parameters: object) -> object:
        if self.away:
            raise EdgeAway("")
        if method == "dispatcher.reload":
            self.read.append(self.file.read_text())
        else:
            assert (method, *parameters[:2]) == ("pv.shvSet", "engines", "int")
            self.count = int(str(parameters[2]))
        return {}


def looks(edge: Edge, *between: Callable[[], object]) -> None:
    """One look, then another one after each of these."""

    async def story() -> None:
        database = Database()
        told = Engines(edge, edge.file, database)
        try:
            await told.look()
            for happens in between:
                await database.do(happens)
                await told.look()
        finally:
            await put_away(database)

    asyncio.run(story())


def test_an_engine_that_comes_moves_or_goes_is_told_once(tmp_path: Path) -> None:
    place_engine("node2", "10.0.0.11:40001")
    edge = Edge(tmp_path / "engines.list")
    looks(
        edge,
        lambda: place_engine("node1", "127.0.0.1:40000"),
        lambda: None,
        lambda: place_engine("node2", "10.0.0.11:40002"),
        lambda: forget_engine("node2"),
    )
    assert edge.read == [
        "1 sip:10.0.0.11:40001\n",
        "1 sip:127.0.0.1:40000\n1 sip:10.0.0.11:40001\n",
        "1 sip:127.0.0.1:40000\n1 sip:10.0.0.11:40002\n",
        "1 sip:127.0.0.1:40000\n",
    ]
    assert edge.count == 1


def test_an_edge_that_was_started_again_is_told_again(tmp_path: Path) -> None:
    place_engine("node1", "127.0.0.1:40000")
    place_engine("node2", "127.0.0.2:40000")
    edge = Edge(tmp_path / "engines.list")
    looks(edge, lambda: setattr(edge, "starts", (2, 2)))
    assert (len(edge.read), edge.count) == (2, 2)


def test_what_an_edge_did_not_hear_is_told_later(tmp_path: Path) -> None:
    place_engine("node1", "127.0.0.1:40000")
    edge = Edge(tmp_path / "engines.list")
    edge.away = True

    async def story() -> None:
        database = Database()
        told = Engines(edge, edge.file, database)
        try:
            with pytest.raises(EdgeAway):
                await told.look()
            edge.away = False
            await told.look()
        finally:
            await put_away(database)

    asyncio.run(story())
    assert len(edge.read) == 1


def test_an_engine_that_nobody_knows_cannot_be_forgotten() -> None:
    place_engine("node1", "127.0.0.1:40000")
    assert not forget_engine("node2")
    assert forget_engine("node1")
    assert engines() == []


def test_an_engine_without_an_edge_knows_the_way_for_emergency_calls(tmp_path: Path) -> None:
    made = Trunk.objects.create(name="Operator", kind=Trunk.Kind.ADDRESS, host="192.0.2.7")
    file, database = tmp_path / "order", Database()

    async def story() -> None:
        running = asyncio.create_task(TrunkOrder(file).follow_trunks(database))
        try:
            while not file.exists():
                await asyncio.sleep(0.05)
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
            await put_away(database)

    asyncio.run(asyncio.wait_for(story(), 20))
    assert file.read_text() == made.endpoint
