"""Running calls stay paid for: more money in time, a tone before the end, and nothing after it."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from centralka.calls.tariffs import Rate
from centralka.store import money
from centralka.store.models import FraudStop, LedgerEntry, Reservation, Tenant
from centralka.switch.database import PATIENCE, Database
from centralka.switch.money.meter import Extend, Meter, Warn, due
from centralka.switch.wire.engine_answers import EngineAway, Refused
from centralka.switch.wire.engine_control import EngineControl
from tests import cast
from tests.answers import answered as note_answer
from tests.locked import company_held_elsewhere

from .stand_ins import nothing_to_read, put_away

NOW = datetime(2026, 11, 16, 12, tzinfo=UTC)
NODE = "node1"
RATE = Rate("486", "", Decimal("0.60"), Decimal(0), 1, 1)
"""A grosz a second."""


def a_running_call(exhausted: bool = False, warned: bool = False) -> money.RunningCall:
    """It is paid for until 30 s after `NOW`."""
    return money.RunningCall(1, 1, "PJSIP/kwiaty_100-1", "PJSIP/trunk-1-2", NOW, 30, exhausted, warned)


@pytest.mark.parametrize(
    "second, exhausted, warned, wanted",
    [
        (0, False, False, []),
        (14, False, False, []),
        (15, False, False, [Extend]),
        (29, False, False, [Extend]),
        (60, False, False, [Extend]),
        (14, True, False, []),
        (15, True, False, [Extend]),
        (19, True, False, [Extend]),
        (20, True, False, [Extend, Warn]),
        (20, True, True, [Extend]),
        (20, False, False, [Extend]),
    ],
)
def test_what_is_due(second: int, exhausted: bool, warned: bool, wanted: list[type]) -> None:
    """15 seconds before the end more money is sought, again and again; 10 before it a caller without any is told."""
    found = due([a_running_call(exhausted, warned)], NOW + timedelta(seconds=second))
    assert [type(one) for one in found] == wanted


def test_each_call_is_looked_at_by_itself() -> None:
    later = money.RunningCall(2, 1, "", "", NOW + timedelta(seconds=60), 30, exhausted=False, warned=False)
    assert due([a_running_call(), later], NOW + timedelta(seconds=20)) == [Extend(a_running_call())]


# -- With the database ---------------------------------------------------------------------------------------------


class Engine(EngineControl):
    """Notes what it is asked; `problem` is raised in place of an answer."""

    def __init__(self) -> None:
        super().__init__(0, "", Path())
        self.limits: list[tuple[str, float]] = []
        """Seconds that were given to a channel from then on."""
        self.tones: list[str] = []
        self.problem: Exception | None = None

    async def write(self, channel: str, variable: str, value: str) -> None:
        if self.problem:
            raise self.problem
        assert variable == "TIMEOUT(absolute)"
        self.limits.append((channel, float(value)))

    async def run(self, called: str, application: str, arguments: str) -> None:
        if self.problem:
            raise self.problem
        assert (called, application) == ("Local/s@warning/n", "ChanSpy")
        self.tones.append(arguments)


@dataclass
class World:
    """A company with some money, whose calls began at `NOW`; `looks` are the meter's at seconds after it."""

    tenant_id: int
    engine: Engine = field(default_factory=Engine)
    second: float = 0.0

    def tops_up(self, net: str) -> None:
        key = f"top-up at {self.second}"
        money.book(self.tenant_id, key=key, kind=LedgerEntry.Kind.TOP_UP, net=Decimal(net), at=NOW)

    def calls(self, channel: str = "a1", answered: bool = True, node: str = NODE) -> money.Reserved:
        name = f"PJSIP/kwiaty_{channel}"
        made = money.reserve(
            self.tenant_id, node=node, channel=channel, channel_name=name, number="+48600100200", rate=RATE, now=NOW
        )
        assert made is not None
        if answered:
            note_answer(made.id, peer=f"PJSIP/trunk-{channel}", peer_id=f"peer-{channel}", now=NOW)
        return made

    def looks(
        self,
        *seconds: float,
        between: Callable[[float], object] = lambda _second: None,
        catch_up: Callable[[], object] = lambda: None,
        patience: float = PATIENCE,
    ) -> bool:
        """One meter, at these seconds; returns what it tells last. `catch_up`: what comes of reading the journal."""

        async def story() -> bool:
            runs = False
            database = Database(patience)

            async def reads() -> None:
                await database.do(catch_up)

            meter = Meter(database, self.engine, NODE, reads, now=lambda: NOW + timedelta(seconds=self.second))
            try:
                for self.second in seconds:
                    await database.do(between, self.second)
                    runs = await meter.look()
            finally:
                await put_away(database)
            return runs

        return asyncio.run(story())


@pytest.fixture
def world(transactional_db: None) -> World:
    made = World(cast.alicjas_company().tenant.pk)
    made.tops_up("10")
    return made


def granted() -> int:
    return Reservation.objects.get().granted_seconds


@pytest.mark.django_db(transaction=True)
def test_a_call_with_time_left_is_left_alone(world: World) -> None:
    world.calls()
    world.looks(1, 14)
    assert granted() == 30


@pytest.mark.django_db(transaction=True)
def test_as_long_as_a_call_runs_it_is_looked_at_though_nobody_writes(world: World) -> None:
    assert world.looks(1) is False
    world.calls()
    assert world.looks(1, 14) is True


@pytest.mark.django_db(transaction=True)
def test_before_the_money_ends_more_is_put_aside_and_the_engine_gives_more_time(world: World) -> None:
    world.calls()
    world.looks(1)
    world.engine.limits.clear()
    world.looks(1, 16)
    assert granted() == 60
    assert money.funds(world.tenant_id).reserved == Decimal("0.60")
    assert world.engine.limits[-1] == ("PJSIP/trunk-a1", 44.0)


@pytest.mark.django_db(transaction=True)
def test_a_long_call_is_extended_chunk_by_chunk(world: World) -> None:
    world.calls()
    world.looks(*range(1, 100))
    assert granted() == 120
    assert [limit for _peer, limit in world.engine.limits[-3:]] == [45.0, 45.0, 45.0]
    assert world.engine.tones == []


@pytest.mark.django_db(transaction=True)
def test_a_call_that_only_rings_is_not_extended(world: World) -> None:
    world.calls(answered=False)
    world.looks(16, 40)
    assert (granted(), world.engine.limits) == (30, [])


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_over", [True, False])
def test_a_call_that_is_over_and_not_yet_on_record_ends_no_other(world: World, is_over: bool) -> None:
    """What it had put aside is all that may be spent in an hour. A rule that is met holds until it is lifted."""
    Tenant.objects.update(spend_per_hour="0.60")
    over, lasting = world.calls("b1", answered=False), world.calls()
    world.looks(16, catch_up=lambda: money.release([over.id]) if is_over else None)
    assert Reservation.objects.get(pk=lasting.id).granted_seconds == (60 if is_over else 30)
    assert FraudStop.objects.exists() != is_over


@pytest.mark.django_db(transaction=True)
def test_for_many_calls_without_money_the_journal_is_read_once_each_time(world: World) -> None:
    read: list[float] = []
    Tenant.objects.update(balance="0.90")
    for channel in ("a1", "b1", "c1"):
        world.calls(channel)
    world.looks(16, 17, catch_up=lambda: read.append(world.second))
    assert read == [16, 17]


@pytest.mark.django_db(transaction=True)
def test_calls_of_another_engine_are_not_this_ones_business(world: World) -> None:
    world.calls(node="node2")
    world.looks(16, 25)
    assert (granted(), world.engine.limits) == (30, [])


@pytest.mark.django_db(transaction=True)
def test_who_pays_is_told_once_before_the_money_ends(world: World) -> None:
    money.book(world.tenant_id, key="spent", kind=LedgerEntry.Kind.CORRECTION, net=Decimal("-9.70"), at=NOW)
    world.calls()
    world.looks(1, 16, 19)
    assert world.engine.tones == []
    world.looks(20, 21, 29)
    assert world.engine.tones == ["PJSIP/kwiaty_a1,qwE"]
    assert granted() == 30
    assert money.funds(world.tenant_id).available == 0


@pytest.mark.django_db(transaction=True)
def test_a_call_whose_money_is_short_from_the_first_second_is_told_at_once(world: World) -> None:
    money.book(world.tenant_id, key="spent", kind=LedgerEntry.Kind.CORRECTION, net=Decimal("-9.94"), at=NOW)
    world.calls()
    assert granted() == 6
    world.looks(1)
    assert len(world.engine.tones) == 1


@pytest.mark.django_db(transaction=True)
def test_money_that_comes_in_during_the_call_keeps_it_going_without_a_tone(world: World) -> None:
    money.book(world.tenant_id, key="spent", kind=LedgerEntry.Kind.CORRECTION, net=Decimal("-9.70"), at=NOW)
    world.calls()
    world.looks(16, 20.0, between=lambda second: world.tops_up("1") if second == 20 else None)
    assert granted() == 60
    assert world.engine.tones == []


@pytest.mark.django_db(transaction=True)
def test_who_topped_up_after_the_tone_hears_it_again_before_the_next_end(world: World) -> None:
    money.book(world.tenant_id, key="spent", kind=LedgerEntry.Kind.CORRECTION, net=Decimal("-9.70"), at=NOW)
    world.calls()
    world.looks(16, 21, 22, between=lambda second: world.tops_up("0.30") if second == 22 else None)
    assert (granted(), len(world.engine.tones)) == (60, 1)
    world.looks(40, 46, 49)
    assert len(world.engine.tones) == 1
    world.looks(50, 51)
    assert len(world.engine.tones) == 2


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("problem", [EngineAway("gone"), Refused("No such channel")])
def test_a_call_that_the_engine_does_not_have_holds_up_no_other(world: World, problem: Exception) -> None:
    world.calls("a1")
    world.calls("a2")

    def fails(second: float) -> None:
        world.engine.problem = problem if second == 16 else None

    world.looks(1, 16, between=fails)
    assert sorted(Reservation.objects.values_list("granted_seconds", flat=True)) == [60, 60]


@pytest.mark.django_db(transaction=True)
def test_time_that_the_engine_could_not_be_given_is_given_at_the_next_look(world: World) -> None:
    """The money is put aside by then; without the time the call would be cut although it is paid for."""
    world.calls()

    def engine_is_away(second: float) -> None:
        world.engine.problem = EngineAway("for a moment") if second == 16 else None

    world.looks(1, 16, 17, between=engine_is_away)
    assert (granted(), world.engine.limits[-1]) == (60, ("PJSIP/trunk-a1", 43.0))


@pytest.mark.django_db(transaction=True)
def test_a_switchboard_that_died_between_the_money_and_the_time_is_made_up_for(world: World) -> None:
    made = world.calls()
    money.extend(made.id)
    world.looks(17)
    assert world.engine.limits == [("PJSIP/trunk-a1", 43.0)]


@pytest.mark.django_db(transaction=True)
def test_time_is_given_once_for_each_chunk(world: World) -> None:
    world.calls()
    world.looks(1, 2, 3, 16, 17, 18)
    assert [limit for _peer, limit in world.engine.limits] == [29.0, 44.0]


@pytest.mark.django_db(transaction=True)
def test_a_call_that_begins_under_a_running_meter_has_its_time_from_the_engine_already(world: World) -> None:
    world.looks(0, 1, between=lambda second: world.calls() if second == 1 else None)
    assert world.engine.limits == []


# -- While somebody holds the company -------------------------------------------------------------------------------


def test_a_call_gets_no_time_while_its_money_cannot_be_put_aside_and_gets_it_then(world: World) -> None:
    world.calls()
    with company_held_elsewhere(world.tenant_id):
        world.looks(0, 16, patience=1)
    assert (granted(), world.engine.limits) == (30, [("PJSIP/trunk-a1", 30.0)])
    world.looks(17)
    assert (granted(), world.engine.limits[-1]) == (60, ("PJSIP/trunk-a1", 43.0))


@pytest.mark.skipif(connection.vendor == "sqlite", reason="on SQLite everything is held")
def test_the_calls_of_other_companies_go_on_meanwhile(world: World) -> None:
    for channel in ("a1", "a2"):
        world.calls(channel)
    other = World(cast.celinas_company().tenant.pk, world.engine, second=1)
    other.tops_up("10")
    other.calls("b1")
    with company_held_elsewhere(world.tenant_id):
        world.looks(0, 16, patience=1)
    assert world.engine.limits[-1] == ("PJSIP/trunk-b1", 44.0)
    world.looks(17)
    assert [held.granted_seconds for held in Reservation.objects.all()] == [60, 60, 60]


def test_more_time_that_was_granted_when_nobody_waited_for_it_any_more_is_given_at_the_next_look(world: World) -> None:
    """The meter gave up, and the transaction ended all the same."""
    world.calls()

    class Late(Database):
        async def do(self, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
            answer = await super().do(function, *args, **kwargs)
            if function is money.extend:
                raise TimeoutError
            return answer

    async def story() -> None:
        late = Late()
        meter = Meter(late, world.engine, NODE, nothing_to_read, now=lambda: NOW + timedelta(seconds=world.second))
        for world.second in (0, 16, 17):
            await meter.look()
        await put_away(late)

    asyncio.run(story())
    assert (granted(), world.engine.limits[1:]) == (60, [("PJSIP/trunk-a1", 43.0)])
