"""The journal: what is written comes back as events, and its files can be read while they grow and change."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from centralka.calls.journal_events import (
    Answered,
    Decided,
    EngineStarted,
    HungUp,
    LinkedIdEnded,
    Started,
    Transferred,
    WalkedStep,
    WalkEnded,
)
from centralka.calls.plan import Outcome
from centralka.calls.planner import plan_call
from centralka.switch.journal import Journal, events_in, login_of
from centralka.switch.journal_files import JournalFiles, position
from centralka.switch.run_plan import Walked
from tests.calls.people import BARTEK, NOW, a_call

AT = datetime.fromtimestamp(1795381399.5, UTC)


def engine_line(kind: str, extra: str = "") -> str:
    fields = [kind, "1795381399.500000", "node1-1.1", "node1-1.0", "PJSIP/kwiaty_101-00000001", "101", "s", "internal"]
    return ",".join(f'"{field}"' for field in [*fields, extra.replace('"', '""')])


@pytest.mark.parametrize(
    "line, event",
    [
        (engine_line("CHAN_START"), Started(AT, "node1-1.1", "node1-1.0", "kwiaty_101", "101", "s")),
        (engine_line("ANSWER"), Answered(AT, "node1-1.1")),
        (
            engine_line("HANGUP", '{"hangupcause":17,"hangupsource":"","dialstatus":"BUSY"}'),
            HungUp(AT, "node1-1.1", "BUSY", by_itself=False, cause=17),
        ),
        (
            engine_line("HANGUP", '{"hangupcause":16,"hangupsource":"PJSIP/kwiaty_101-00000001","dialstatus":""}'),
            HungUp(AT, "node1-1.1", "", by_itself=True, cause=16),
        ),
        (engine_line("BLINDTRANSFER", '{"extension":"102","context":"internal"}'), Transferred(AT, "node1-1.1", "102")),
        (engine_line("ATTENDEDTRANSFER", '{"bridge1_id":"x"}'), Transferred(AT, "node1-1.1", None)),
        (engine_line("LINKEDID_END"), LinkedIdEnded(AT, "node1-1.0")),
        (engine_line("BRIDGE_ENTER"), None),
        ("", None),
        ('"CHAN_START","half a li', None),
        ('{"kind":"decided","tim', None),
        ('{"kind":"of a later version","time":1}', None),
        # What a phone can put on a line of its own, by a line break in the number that it dials: quotes are doubled.
        ("{}", None),
        ("CHAN_START,1795381399.5,z.0,z.0,PJSIP/ksiegi_100-1,100,101,i,", None),
        ('""CHAN_START"",""1"",""z"",""z"",""PJSIP/ksiegi_100-1"",""1"",""1"",""i"",""""', None),
    ],
)
def test_each_line_is_its_event(line: str, event: object) -> None:
    assert list(events_in([line])) == [event]


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_no_torn_or_foreign_line_stops_the_reader(line: str) -> None:
    assert len(list(events_in([line]))) == 1


def test_a_decision_is_read_as_it_was_written(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "calls.csv")
    facts = a_call("101", BARTEK)
    plan = plan_call(facts)
    journal.engine_starts(AT, None)
    journal.decided("node1-1.1", facts, plan)
    journal.walk_ended("node1-1.1", [Walked(plan.first, plan.steps[plan.first], Outcome.BUSY)], AT)
    started, decided, walked = events_in((tmp_path / "calls.csv").read_text().splitlines())
    assert started == EngineStarted(AT, None)
    assert isinstance(decided, Decided)
    assert (decided.time, decided.channel, decided.from_number, decided.to_number) == (NOW, "node1-1.1", "100", "101")
    assert walked == WalkEnded(AT, "node1-1.1", (WalkedStep("start", Outcome.BUSY, "kwiaty_101"),))


@pytest.mark.parametrize(
    "name, login",
    [
        ("PJSIP/kwiaty_100-0000001a", "kwiaty_100"),
        ("PJSIP/kwiaty-bis_100-0000001a", "kwiaty-bis_100"),
        ("Local/101@internal-00000001;1", None),
        ("", None),
    ],
)
def test_the_login_is_in_the_channels_name(name: str, login: str | None) -> None:
    assert login_of(name) == login


# -- Files -------------------------------------------------------------------------------------------------------


def read_all(files: JournalFiles, at: int) -> tuple[int, bytes]:
    """Everything from `at` on, and where it ends."""
    found = b""
    while True:
        at, block = files.read(at, 4)
        if not block:
            return at, found
        at, found = at + len(block), found + block


def test_segments_that_were_put_aside_are_read_in_order(tmp_path: Path) -> None:
    path = tmp_path / "calls.csv"
    files = JournalFiles(path, clock=lambda: 4e9)
    for text in ("first ", "second ", "third"):
        path.write_text(text)
        files.put_aside_when_larger(5)
    assert not path.exists() or path.read_text() == "third"
    path.write_text("third")
    end, found = read_all(files, 0)
    assert found == b"first second third"[: len(found)]
    assert found.startswith(b"first second ")
    assert end >= position(2, 0)


def test_a_segment_is_left_only_when_nobody_can_be_writing_to_it_any_more(tmp_path: Path) -> None:
    path = tmp_path / "calls.csv"
    now = 0.0
    files = JournalFiles(path, clock=lambda: now)
    path.write_text("old")
    now = path.stat().st_ctime
    straggler = os.open(path, os.O_WRONLY | os.O_APPEND)
    files.put_aside_when_larger(1)
    path.write_text("new")
    at, found = read_all(files, 0)
    assert found == b"old"
    os.write(straggler, b", late")
    os.close(straggler)
    now += 60
    assert read_all(files, at)[1] == b", latenew"


def test_only_segments_that_nobody_reads_again_are_removed(tmp_path: Path) -> None:
    path = tmp_path / "calls.csv"
    files = JournalFiles(path)
    for _ in range(4):
        path.write_text("x")
        files.put_aside_when_larger(0)
    files.remove_before(position(2, 0))
    assert sorted(file.name for file in tmp_path.iterdir()) == ["calls.csv.2", "calls.csv.3"]
    files.remove_before(position(9, 0))
    assert [file.name for file in tmp_path.iterdir()] == ["calls.csv.3"]
    assert files.newest() == 4


def test_a_journal_that_was_removed_by_hand_is_read_from_its_new_beginning(tmp_path: Path) -> None:
    path = tmp_path / "calls.csv"
    path.write_text("new")
    assert JournalFiles(path).mend(1000) == 0
    assert JournalFiles(path).mend(2) == 2
