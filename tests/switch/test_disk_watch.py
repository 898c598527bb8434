"""The disk is watched: what is said of it, and whether the edge takes registrations."""

import asyncio
from pathlib import Path

import pytest
import structlog

from centralka.disk import Room, room
from centralka.switch.edge_care.disk_watch import DiskWatch
from centralka.switch.wire.edge_control import EdgeAway, EdgeControl


class Edge(EdgeControl):
    """Does what it is asked, or is away."""

    def __init__(self) -> None:
        super().__init__(Path("/dev/null"))
        self.told: list[object] = []
        self.away = False
        self.starts = (1, 1)

    def started(self) -> tuple[int, int] | None:
        return self.starts

    async def ask(self, method: str, *parameters: object) -> object:
        if self.away:
            raise EdgeAway("")
        assert (method, *parameters[:2]) == ("pv.shvSet", "no_room", "int")
        self.told.append(parameters[2])
        return "Ok"


def looked(edge: Edge, *free: int) -> list[str]:
    """What was said while the disk had so many MB free, one after the other."""
    left = iter(free)
    watch = DiskWatch(edge, Path("/srv/centralka"), 1024, lambda _folder: next(left))

    async def look() -> None:
        for _each in free:
            try:
                await watch.look()
            except EdgeAway:
                edge.away = False

    with structlog.testing.capture_logs() as said:
        asyncio.run(look())
    return [f"{line['event'].partition(':')[0]} {line['folder']} {line['free_mb']}" for line in said]


@pytest.mark.parametrize(
    ("free", "expected"), [(2000, Room.ENOUGH), (1024, Room.ENOUGH), (1023, Room.LOW), (4, Room.LOW), (3, Room.FULL)]
)
def test_how_much_is_too_little(free: int, expected: Room) -> None:
    assert room(free, 1024) is expected


def test_each_change_is_said_once_and_names_the_disk() -> None:
    assert looked(Edge(), 5000, 900, 800, 2, 1, 900, 5000) == [
        "the disk fills up /srv/centralka 900",
        "the disk is full /srv/centralka 2",
        "the disk fills up /srv/centralka 900",
        "there is room on the disk again /srv/centralka 5000",
    ]


def test_registrations_are_refused_only_while_it_is_full() -> None:
    edge = Edge()
    looked(edge, 5000, 5000, 2, 2, 900)
    assert edge.told == [0, 1, 0]


def test_an_edge_that_was_away_is_told_later() -> None:
    edge = Edge()
    edge.away = True
    looked(edge, 2, 2, 2)
    assert edge.told == [1]


def test_an_edge_that_was_started_again_is_told_anew() -> None:
    edge = Edge()

    async def look_in_both_lives() -> None:
        watch = DiskWatch(edge, Path("/srv/centralka"), 1024, lambda _folder: 2)
        await watch.look()
        edge.starts = (2, 2)
        await watch.look()
        await watch.look()

    asyncio.run(look_in_both_lives())
    assert edge.told == [1, 1]
