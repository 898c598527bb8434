"""A call whose end the engine could not write ends on record."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

from centralka.calls.callbook import CallBook
from centralka.calls.endpoints import Phone
from centralka.calls.journal_events import Answered, EndMissed, Started
from centralka.calls.record.record import record_of
from centralka.switch.journal.lines import Journal, events_in
from centralka.switch.journal.missed_ends import MissedEnds
from centralka.switch.wire.engine_control import EngineControl, RunningChannel

from .stand_ins import channel

NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)


class Engine(EngineControl):
    """Has the channels that it is told to have: unique id → the first channel of its call."""

    def __init__(self, **channels: str) -> None:
        super().__init__(0, "", Path())
        self.living = channels

    async def channels(self) -> list[RunningChannel]:
        return [channel(unique_id=unique_id) for unique_id in self.living]

    async def read(self, channel: str, expression: str) -> str:
        assert expression == "CHANNEL(linkedid)"
        return self.living[channel]


def looked(journal: Path, engine: Engine, on_record: dict[str, frozenset[str]], times: int) -> list[object]:
    """What the journal tells after so many looks, a minute apart."""
    clock = iter(NOW + timedelta(minutes=index) for index in range(times))
    missed = MissedEnds(engine, Journal(journal), lambda: on_record, lambda: next(clock))

    async def look() -> None:
        for _each in range(times):
            await missed.look()

    asyncio.run(look())
    return list(events_in(journal.read_text().splitlines())) if journal.exists() else []


def test_a_call_that_is_missed_twice_is_ended_as_of_the_first_time(tmp_path: Path) -> None:
    on_record = {"a": frozenset({"a", "b"})}
    assert looked(tmp_path / "once", Engine(), on_record, 1) == []
    assert looked(tmp_path / "twice", Engine(), on_record, 2) == [EndMissed(NOW, "a")]


def test_a_call_of_which_anything_is_alive_goes_on(tmp_path: Path) -> None:
    on_record = {"a": frozenset({"a", "b"})}
    for engine in (Engine(a="a"), Engine(b="x"), Engine(c="a")):
        assert looked(tmp_path / "journal", engine, on_record, 3) == []


def test_what_was_said_until_then_stays_on_record() -> None:
    book = CallBook()
    begun = Started(NOW, "a", "a", Phone("kwiaty_100"), "100", "101")
    for event in (begun, Answered(NOW + timedelta(seconds=2), "a"), EndMissed(NOW + timedelta(seconds=62), "a")):
        book.apply(event, 1)
    (call,) = book.take_changed()
    record = record_of(call)
    assert (record.outcome, record.ended_at) == ("interrupted", NOW + timedelta(seconds=62))
    assert not book.channels


def test_a_line_that_found_no_room_does_not_spoil_the_next(tmp_path: Path) -> None:
    journal = tmp_path / "journal"
    journal.write_text('{"kind":"wal')
    Journal(journal).switchboard_starts(NOW)
    torn, whole = events_in(journal.read_text().splitlines())
    assert torn is None
    assert whole is not None
