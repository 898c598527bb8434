"""Orders to end running calls are carried out by the engine that has the call, until it has ended."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from centralka.calls.causes import Cause
from centralka.calls.journal_events import HangUpOrdered
from centralka.store.hang_ups import hang_up_orders, order_hang_up
from centralka.store.models import CallRecord, HangUp
from centralka.switch.database import Database
from centralka.switch.journal.lines import Journal, events_in
from centralka.switch.running.hang_ups import HangUps
from centralka.switch.wire.engine_answers import EngineAway, Refused
from centralka.switch.wire.engine_control import EngineControl
from tests import cast

from .stand_ins import put_away

pytestmark = pytest.mark.django_db(transaction=True)

NODE = "node1"


@dataclass
class Engine(EngineControl):
    """Has these channels, and notes which it hung up."""

    living: set[str]
    hung_up: list[str] = field(default_factory=list)
    is_away: bool = False

    async def hang_up(self, channel: str, cause: Cause) -> None:
        if self.is_away:
            raise EngineAway("it does not run")
        assert cause == Cause.NORMAL
        if channel not in self.living:
            raise Refused("Channel not found")
        self.living.remove(channel)
        self.hung_up.append(channel)


@dataclass
class World:
    """One running call, and whoever looks after orders."""

    record: CallRecord
    journal: Path
    engine: Engine = field(default_factory=lambda: Engine({"a1", "b1"}))
    living: list[str] = field(default_factory=lambda: ["a1", "b1"])
    second: float = 0.0

    def looks(self, *between: Callable[[], object], node: str = NODE) -> bool:
        """One look, then another one after each of these. Returns what the last one tells."""

        async def story() -> bool:
            database = Database()
            journal = Journal(self.journal)
            orders = HangUps(database, self.engine, journal, node, lambda _call: self.living, lambda: self.second)
            try:
                stand = await orders.look()
                for happens in between:
                    await database.do(happens)
                    stand = await orders.look()
                return stand
            finally:
                await put_away(database)

        return asyncio.run(story())

    def noted(self) -> list[str]:
        """By whom the journal says that the call was ended."""
        lines = self.journal.read_text().splitlines() if self.journal.exists() else []
        return [event.by for event in events_in(lines) if isinstance(event, HangUpOrdered) and event.channel == "a1"]

    def waits(self, seconds: float) -> None:
        self.second += seconds

    def ends(self) -> None:
        CallRecord.objects.update(ended_at=timezone.now())


@pytest.fixture
def world(kwiaty: cast.Company, tmp_path: Path) -> World:
    record = CallRecord.objects.create(
        call_id="a1", node=NODE, tenant=kwiaty.tenant, started_at=datetime(2026, 11, 16, tzinfo=UTC)
    )
    return World(record, tmp_path / "calls.csv")


def order(world: World, by: str = "Alicja") -> None:
    order_hang_up(world.record, by, timezone.now())


def test_every_living_channel_of_the_call_is_hung_up_and_the_journal_says_for_whom(world: World) -> None:
    order(world)
    order(world, "Bartek")
    world.looks()
    assert world.engine.hung_up == ["a1", "b1"]
    assert world.noted() == ["Alicja"]


def test_nothing_is_done_without_an_order_or_on_another_engine(world: World) -> None:
    world.looks()
    order(world)
    world.looks(node="node2")
    assert not world.engine.hung_up
    assert not world.noted()


def test_a_phone_that_was_just_about_to_ring_is_hung_up_too(world: World) -> None:
    """The order stands until the record says that the call is over; nobody is asked twice within a moment."""
    order(world)

    def rings_another() -> None:
        world.engine.living.add("c1")
        world.living = ["c1"]

    world.looks(rings_another, lambda: world.waits(1), lambda: world.waits(3))
    assert world.engine.hung_up == ["a1", "b1", "c1"]
    assert world.noted() == ["Alicja"]


def test_an_order_waits_for_the_engine(world: World) -> None:
    order(world)
    world.engine.is_away = True
    with pytest.raises(EngineAway):
        world.looks()
    world.engine.is_away = False
    world.looks()
    assert world.engine.hung_up == ["a1", "b1"]


def test_an_order_waits_for_the_journal_to_be_read(world: World) -> None:
    """A switchboard that has just been started does not know the call yet."""
    order(world)
    world.living = []
    world.looks(lambda: world.living.append("a1"))
    assert world.engine.hung_up == ["a1"]
    assert world.noted() == ["Alicja"]


def test_a_channel_that_has_just_gone_keeps_no_other_up(world: World) -> None:
    order(world)
    world.engine.living.remove("a1")
    world.looks()
    assert world.engine.hung_up == ["b1"]


def test_the_order_goes_with_the_end_of_the_call(world: World) -> None:
    order(world)
    world.looks(world.ends, lambda: world.waits(60))
    assert not HangUp.objects.exists()
    assert world.engine.hung_up == ["a1", "b1"]


def test_a_look_for_orders_does_not_go_through_all_records_of_the_node() -> None:
    if connection.vendor != "sqlite":
        pytest.skip("the other database knows how many rows each table has")
    with CaptureQueriesContext(connection) as asked:
        hang_up_orders(NODE)
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN QUERY PLAN " + asked[0]["sql"].replace("node1", "'node1'").replace("''", "'"))
        steps = [detail for *_ids, detail in cursor.fetchall()]
    assert [step.split(" (")[0] for step in steps[:2]] == ["SCAN h", "SEARCH r USING INTEGER PRIMARY KEY"]


def test_as_long_as_an_order_stands_it_is_looked_at_though_nobody_writes(world: World) -> None:
    assert world.looks() is False
    order(world)
    assert world.looks() is True
    assert world.looks(world.ends) is True
    assert world.looks() is False
