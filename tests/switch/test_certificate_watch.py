"""The certificate's file is followed; whether an own one is to be made anew costs too much to find out often."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from centralka.certificates.own_authority import AUTHORITY
from centralka.certificates.taking import Source
from centralka.switch.edge_care.certificate import CertificateWatch
from centralka.switch.wire.edge_control import EdgeControl

NAMES = ("127.0.0.1",)
HOUR = 3600.0


class Edge(EdgeControl):
    """Reads its certificate when it is told to."""

    def __init__(self) -> None:
        super().__init__(Path("/dev/null"))

    async def ask(self, method: str, *parameters: object) -> object:
        assert method == "tls.reload"
        return "Ok"


@dataclass(frozen=True, slots=True)
class CountedSource(Source):
    """Counts how often it was asked for its file."""

    asked: list[Path] = field(default_factory=list)

    def file(self) -> Path:
        found = Source.file(self)
        self.asked.append(found)
        return found


class World:
    def __init__(self, folder: Path) -> None:
        self.own = folder / "tls"
        self.place = folder / "certificate.pem"
        self.source = CountedSource(None, self.own, NAMES)
        self.source.take(self.place)  # as at the start
        self.source.asked.clear()
        self.now = 0.0
        self.watch = CertificateWatch(Edge(), self.source, self.place, lambda: self.now)

    def looks(self, *between: Callable[[], object]) -> int:
        """Look twice, and after each of `between` four times. How often the source was asked in the end."""

        async def look() -> None:
            for what in (lambda: None, *between):
                what()
                for _look in range(4):
                    await self.watch.look()
                    self.now += 2

        asyncio.run(look())
        return len(self.source.asked)

    def passes(self, seconds: float) -> Callable[[], None]:
        def pass_by() -> None:
            self.now += seconds

        return pass_by


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def test_an_own_certificate_that_nobody_touches_is_looked_into_once_an_hour(world: World) -> None:
    once = world.looks()
    assert world.looks(world.passes(HOUR / 2)) == once
    assert world.looks(world.passes(HOUR)) == once + 1


@pytest.mark.parametrize("gone", ["certificate.pem", AUTHORITY])
def test_a_part_that_is_removed_is_made_anew_at_once_and_shown(world: World, gone: str) -> None:
    world.looks()
    before = world.place.read_bytes()
    world.looks((world.own / gone).unlink)
    assert (world.own / gone).exists()
    assert world.place.read_bytes() != before
    assert world.place.read_bytes() == (world.own / "certificate.pem").read_bytes()


def test_one_that_is_overwritten_is_looked_into_at_once(world: World) -> None:
    world.looks()
    before = world.place.read_bytes()
    world.looks(lambda: (world.own / "certificate.pem").write_text("nothing"))
    assert world.place.read_bytes() != before
    assert b"PRIVATE KEY" in world.place.read_bytes()
