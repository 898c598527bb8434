"""A process is alive but does nothing any more: it is found out, killed and started again. A busy one is left alone."""

import os
import signal
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.live.frozen import freeze
from tests.live.instance import Installation, ProcessName
from tests.live.office import Office, extension_of, hear_each_other, over, ring, talk
from tests.live.phones import until

STUCK_SECONDS = 10
FOUND_OUT = 60.0
"""Seconds of patience of a story."""
KILLED = "but does not answer and is killed"


@dataclass(frozen=True)
class Watched:
    """A house that is less patient than others. Its worker, which has ten times as long, is frozen from the start."""

    house: Installation
    frozen_worker: int


@pytest.fixture(scope="module")
def watched_house() -> Iterator[Watched]:
    with Installation(CENTRALKA_STUCK_SECONDS=str(STUCK_SECONDS)) as house:
        until((house.home / "run/worker.alive").exists, 15, "the worker works")
        yield Watched(house, freeze(house, "worker"))


@pytest.fixture
def watched(watched_house: Watched) -> Iterator[Office]:
    with Office(watched_house.house) as office:
        yield office


def is_found_out(house: Installation, name: ProcessName, frozen: int, seconds: float = FOUND_OUT) -> None:
    """Wait until another process does the work of the frozen one."""
    until(lambda: house.pid(name) not in (None, frozen), seconds, f"{name} is found out")
    assert f"{name} runs (state T (stopped)) {KILLED}" in house.said()
    house.wait_for_another(name, frozen)


def test_an_engine_that_is_stuck_is_replaced_and_calls_work_again(watched: Office) -> None:
    """Its calls end, and are on record; nobody has to register again."""
    alicja, bartek = watched.phone("Alicja"), watched.phone("Bartek")
    talk(alicja, bartek)
    until(lambda: all(watched.house.keeps(phone.login) for phone in (alicja, bartek)), 15, "they are on disk")
    is_found_out(watched.house, "engine", watched.house.signal("engine", signal.SIGSTOP))
    (record,) = watched.records(1)
    assert (record.outcome, record.reasons) == ("interrupted", ["extension_dialled", "engine_stopped"])
    for phone in (alicja, bartek):
        phone.forget_calls()
    talk(alicja, bartek)
    alicja.hang_up()
    watched.records(2)
    for phone in (alicja, bartek):
        phone.pull_the_plug()  # it would wait for answers to its earlier call


def test_an_edge_that_is_stuck_is_replaced_and_the_call_under_way_ends_by_the_next(watched: Office) -> None:
    """All its processes stand still. The sound does not pass through them; nobody has to register again."""
    house, alicja, bartek = watched.house, watched.phone("Alicja"), watched.phone("Bartek")
    talk(alicja, bartek)
    until(lambda: all(house.keeps(phone.login) for phone in (alicja, bartek)), 15, "they are on disk")
    frozen = house.pid("edge")
    assert frozen
    os.killpg(frozen, signal.SIGSTOP)
    is_found_out(house, "edge", frozen)
    hear_each_other(alicja, bartek)
    alicja.hang_up()
    over(alicja, bartek)
    talk(bartek, alicja)
    bartek.hang_up()
    over(alicja, bartek)
    assert [record.outcome for record in watched.records(2)] == ["answered", "answered"]


def test_a_switchboard_that_is_stuck_is_replaced_and_a_call_made_meanwhile_gets_through(watched: Office) -> None:
    alicja, bartek = watched.phone("Alicja"), watched.phone("Bartek")
    frozen = watched.house.signal("switchboard", signal.SIGSTOP)
    alicja.dial(extension_of(bartek))
    until(lambda: bartek.ringing, FOUND_OUT, "the call gets through")
    assert f"switchboard runs (state T (stopped)) {KILLED}" in watched.house.said()
    watched.house.wait_for_another("switchboard", frozen)
    bartek.answer()
    hear_each_other(alicja, bartek)
    alicja.hang_up()
    over(alicja, bartek)
    talk(bartek, alicja)
    bartek.hang_up()
    watched.records(2)


def test_a_panel_that_is_stuck_is_replaced_and_no_phone_notices(watched: Office) -> None:
    alicja, bartek = watched.phone("Alicja"), watched.phone("Bartek")
    talk(alicja, bartek)
    is_found_out(watched.house, "web", watched.house.signal("web", signal.SIGSTOP))
    hear_each_other(alicja, bartek)


def test_an_engine_that_is_busy_is_left_alone(watched: Office) -> None:
    """It answers late, again and again, and more often than would be enough in a row: its calls go on."""
    house = watched.house
    alicja, bartek = watched.phone("Alicja"), watched.phone("Bartek")
    talk(alicja, bartek)
    engine = house.pid("engine")
    for _ in range(4):
        answers_late(house)
    hear_each_other(alicja, bartek)
    ring(watched.phone("Celina"), watched.phone("Dorota"))
    assert house.pid("engine") == engine


def answers_late(house: Installation) -> None:
    """Freeze the engine until that is noticed, and wait until it was seen to answer again."""
    said = len(house.said())
    engine = house.signal("engine", signal.SIGSTOP)
    until(lambda: "engine does not answer" in house.said()[said:], FOUND_OUT, "it is missed")
    os.kill(engine, signal.SIGCONT)
    until(lambda: "engine answers again" in house.said()[said:], FOUND_OUT, "it answers again")


def test_a_worker_that_is_stuck_is_replaced(watched_house: Watched) -> None:
    """It has ten times as long as the others: it works long at one thing, and nobody waits for it on the phone."""
    is_found_out(watched_house.house, "worker", watched_house.frozen_worker, FOUND_OUT + STUCK_SECONDS * 10)
