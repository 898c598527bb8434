"""An edge that was started again is told whose the calls are that there are."""

import asyncio
from pathlib import Path

from centralka.switch.edge_care.owners import Owners
from centralka.switch.wire.edge_control import EdgeControl
from centralka.switch.wire.engine_control import EngineControl, RunningChannel

from .stand_ins import channel


class Edge(EdgeControl):
    """Runs, or does not, and notes what it is told."""

    def __init__(self) -> None:
        super().__init__(Path("/dev/null"))
        self.start: tuple[int, int] | None = None
        self.told: list[tuple[object, ...]] = []

    def running(self) -> tuple[int, int] | None:
        return self.start

    async def ask(self, method: str, *parameters: object) -> object:
        self.told.append((method, *parameters))
        return {}


class Engine(EngineControl):
    """Has one call of an account's phone."""

    def __init__(self) -> None:
        super().__init__(0, "", Path())

    async def channels(self) -> list[RunningChannel]:
        return [channel("PJSIP/kwiaty_100-00000001", "a1"), channel("PJSIP/trunk-7-00000002", "a2")]

    async def read(self, channel: str, expression: str) -> str:
        return "tag-of-the-engine"


def test_each_start_is_told_once_and_an_edge_that_is_away_is_waited_for() -> None:
    edge = Edge()
    owners = Owners(edge, Engine())
    assert asyncio.run(owners.look()) is True
    edge.start = (1, 1)
    assert [asyncio.run(owners.look()) for _ in range(2)] == [False, False]
    assert edge.told == [("htable.sets", "owners", "tag-of-the-engine", "kwiaty_100")]
    edge.start = (2, 2)
    assert asyncio.run(owners.look()) is False
    assert len(edge.told) == 2
