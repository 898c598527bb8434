"""The disk is watched: what is said of it, and whether the engine takes registrations."""

import asyncio
from pathlib import Path

import pytest
import structlog

from centralka.disk import Room, room
from centralka.switch.disk_watch import DiskWatch
from centralka.switch.wire.ami import Message
from centralka.switch.wire.manager import EngineAway, Manager, Refused


class Engine(Manager):
    """Does what it is asked, or is away."""

    def __init__(self) -> None:
        super().__init__(0, "")
        self.asked: list[str] = []
        self.loaded = True
        self.away = False

    async def ask(self, action: str, fields: Message) -> Message:
        if self.away:
            raise EngineAway("")
        if action == "ModuleCheck":
            if not self.loaded:
                raise Refused("Module not loaded")
            return {}
        self.asked.append(fields["LoadType"])
        self.loaded = fields["LoadType"] == "load"
        return {}


def looked(engine: Engine, *free: int) -> list[str]:
    """What was said while the disk had so many MB free, one after the other."""
    left = iter(free)
    watch = DiskWatch(engine, Path("/srv/centralka"), 1024, lambda _folder: next(left))

    async def look() -> None:
        for _each in free:
            try:
                await watch.look()
            except EngineAway:
                engine.away = False

    with structlog.testing.capture_logs() as said:
        asyncio.run(look())
    return [f"{line['event'].partition(':')[0]} {line['folder']} {line['free_mb']}" for line in said]


@pytest.mark.parametrize(
    ("free", "expected"), [(2000, Room.ENOUGH), (1024, Room.ENOUGH), (1023, Room.LOW), (4, Room.LOW), (3, Room.FULL)]
)
def test_how_much_is_too_little(free: int, expected: Room) -> None:
    assert room(free, 1024) is expected


def test_each_change_is_said_once_and_names_the_disk() -> None:
    assert looked(Engine(), 5000, 900, 800, 2, 1, 900, 5000) == [
        "the disk fills up /srv/centralka 900",
        "the disk is full /srv/centralka 2",
        "the disk fills up /srv/centralka 900",
        "there is room on the disk again /srv/centralka 5000",
    ]


def test_registrations_are_refused_only_while_it_is_full() -> None:
    engine = Engine()
    looked(engine, 5000, 5000, 2, 2, 900)
    assert engine.asked == ["unload", "load"]


def test_an_engine_that_was_away_is_told_later() -> None:
    engine = Engine()
    engine.away = True
    looked(engine, 2, 2, 2)
    assert engine.asked == ["unload"]
