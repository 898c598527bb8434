"""The journal: what is written comes back as events, and its files can be read while they grow and change."""

import json
import os
import re
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from centralka.calls.dial_result import DialResult
from centralka.calls.endpoints import Carrier, Endpoint, Phone
from centralka.calls.journal_events import (
    Answered,
    CallEvent,
    Decided,
    EngineStarted,
    FaxReceived,
    HangUpOrdered,
    HungUp,
    LinkedIdEnded,
    Paid,
    Started,
    SwitchboardStarted,
    Transferred,
    TrunkTry,
    WalkedStep,
    WalkEnded,
)
from centralka.calls.plan import Outcome, Plan, Refusal, StepName
from centralka.calls.plan_json import plan_as_json
from centralka.calls.planner import plan_call
from centralka.calls.tariffs import Rate
from centralka.switch.journal.files import JournalFiles, position
from centralka.switch.journal.lines import Journal, events_in
from centralka.switch.money.answers import answer_word, read_answer
from centralka.switch.steps.run_plan import Walked
from centralka.switch.wire.agi import endpoint_of, login_of
from tests.calls.people import BARTEK, FIRM, FIRST, NOW, SECOND, a_call, a_call_from_outside, a_call_outside

AT = datetime.fromtimestamp(1795381399.5, UTC)
MOBILE = Rate("486", "Polska, „kom.8", Decimal("0.12"), Decimal(0), 60, 1)


def engine_line(kind: str, extra: str = "") -> str:
    fields = [kind, "1795381399.500000", "node1-1.1", "node1-1.0", "PJSIP/kwiaty_101-00000001", "101", "s", "internal"]
    return ",".join(f'"{field}"' for field in [*fields, extra.replace('"', '""')])


@pytest.mark.parametrize(
    "line, event",
    [
        (engine_line("CHAN_START"), Started(AT, "node1-1.1", "node1-1.0", Phone("kwiaty_101"), "101", "s")),
        (engine_line("ANSWER"), Answered(AT, "node1-1.1")),
        (
            engine_line("HANGUP", '{"hangupcause":17,"hangupsource":"","dialstatus":"BUSY"}'),
            HungUp(AT, "node1-1.1", DialResult.BUSY, by_itself=False, told=Refusal.BUSY, number="101"),
        ),
        (
            engine_line("HANGUP", '{"hangupcause":16,"hangupsource":"PJSIP/kwiaty_101-00000001","dialstatus":""}'),
            HungUp(AT, "node1-1.1", None, by_itself=True, number="101"),
        ),
        (engine_line("BLINDTRANSFER", '{"extension":"102","context":"internal"}'), Transferred(AT, "node1-1.1", "102")),
        (engine_line("ATTENDEDTRANSFER", '{"bridge1_id":"x"}'), Transferred(AT, "node1-1.1", None)),
        (engine_line("FAX_RECEIVED", '{"extra":"3"}'), FaxReceived(AT, "node1-1.1", 3)),
        (engine_line("FAX_RECEIVED", '{"extra":""}'), FaxReceived(AT, "node1-1.1", 0)),
        (
            engine_line("PAID", '{"extra":"17/+48600100200/486/0.12/0/60/1/UG9sc2thLCDigJ5rb20uOA"}'),
            Paid(AT, "node1-1.1", "+48600100200", MOBILE, 17, "PJSIP/kwiaty_101-00000001"),
        ),
        (engine_line("PAID", '{"extra":"17/+48600100200"}'), None),
        (engine_line("PAID", '{"extra":"17/+48600100200/486/-1/0/60/1/"}'), None),
        (
            '{"kind":"paid","time":1795381399.5,"channel":"node1-1.1","number":"+48600100200","rate":{"prefix":"486",'
            '"description":"","per_minute":"0.12","connection_fee":"0","first_increment":60,"next_increment":1}}',
            Paid(AT, "node1-1.1", "+48600100200", replace(MOBILE, description="")),
        ),
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


@given(
    description=st.text(st.characters(exclude_categories=["Cs"])),
    money=st.decimals(0, 10**6, places=4, allow_nan=False),
    seconds=st.integers(1, 3600),
)
def test_the_word_of_an_answer_passes_through_the_engine_whatever_the_price_list_calls_it(
    description: str, money: Decimal, seconds: int
) -> None:
    """Dial, Gosub and the engine's own JSON take these characters as they are."""
    rate = Rate("48600", description, money, money, seconds, 1)
    word = answer_word(17, "+48600100200", rate)
    assert re.fullmatch(r"[-+./0-9A-Za-z_]+", word)
    assert read_answer(word, AT, "c", "n") == Paid(AT, "c", "+48600100200", rate, 17, "n")


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


def read(path: Path) -> list[CallEvent | None]:
    return list(events_in(path.read_text().splitlines()))


def test_a_call_outside_is_read_with_its_company_direction_and_trunks(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "calls.csv")
    facts = a_call_outside(pin_needed=True)
    plan = plan_call(facts)
    pin, dial, no_route = (StepName(name) for name in ("start", "dial_out", "unavailable"))
    tries = (
        TrunkTry(FIRST.id, FIRST.name, Outcome.UNAVAILABLE, 38),
        TrunkTry(SECOND.id, "Łącze, „drugie”", Outcome.UNAVAILABLE, 0),
    )
    journal.decided("node1-1.1", facts, plan)
    walked = [
        Walked(pin, plan.steps[pin], Outcome.RIGHT_PIN),
        Walked(dial, plan.steps[dial], Outcome.UNAVAILABLE, tries),
        Walked(no_route, plan.steps[no_route], Outcome.DONE),
    ]
    journal.walk_ended("node1-1.1", walked, AT)
    decided, ended = read(tmp_path / "calls.csv")
    assert isinstance(decided, Decided)
    assert (decided.tenant_id, decided.direction, decided.to_number) == (1, "out", "600100200")
    assert json.loads(decided.kept) == plan_as_json(plan) == plan_as_json(decided.plan)
    assert ended == WalkEnded(
        AT,
        "node1-1.1",
        (
            WalkedStep("start", Outcome.RIGHT_PIN),
            WalkedStep("dial_out", Outcome.UNAVAILABLE, number="+48600100200", tries=tries),
            WalkedStep("unavailable", Outcome.DONE, refusal=Refusal.NO_ROUTE),
        ),
    )


def test_a_call_from_outside_is_read_with_the_number_that_was_called(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "calls.csv")
    facts = a_call_from_outside(caller="", name="")
    journal.decided("node1-1.1", facts, plan_call(facts))
    (decided,) = read(tmp_path / "calls.csv")
    assert isinstance(decided, Decided)
    assert (decided.from_number, decided.to_number, decided.direction, decided.tenant_id) == ("", FIRM, "in", 1)


def test_a_walk_that_a_dead_channel_ended_has_no_steps(tmp_path: Path) -> None:
    Journal(tmp_path / "calls.csv").walk_ended("node1-1.1", [], AT)
    assert read(tmp_path / "calls.csv") == [WalkEnded(AT, "node1-1.1", ())]


def test_who_had_a_call_ended_is_read_as_it_was_written(tmp_path: Path) -> None:
    Journal(tmp_path / "calls.csv").hung_up("node1-1.0", "Żaneta\n<x>", AT)
    assert read(tmp_path / "calls.csv") == [HangUpOrdered(AT, "node1-1.0", "Żaneta\n<x>")]


def test_the_starts_of_processes_are_read_as_they_were_written(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "calls.csv")
    journal.engine_starts(AT, NOW)
    journal.switchboard_starts(AT)
    assert read(tmp_path / "calls.csv") == [EngineStarted(AT, NOW), SwitchboardStarted(AT)]


@pytest.mark.parametrize(
    "line, event",
    [
        (
            '{"kind":"decided","time":1795381399.5,"channel":"c","from_number":"100","from_name":"Ala",'
            '"to_number":"101","plan":{"start":"start","steps":[]}}',
            Decided(AT, "c", "100", "Ala", "101", Plan(StepName("start"), {}), '{"start": "start", "steps": []}'),
        ),
        (
            '{"kind":"walked","time":1795381399.5,"channel":"c","steps":['
            '{"name":"start","outcome":"busy","login":"kwiaty_101"},'
            '{"name":"busy","outcome":"done","refusal":"busy"}]}',
            WalkEnded(
                AT,
                "c",
                (
                    WalkedStep("start", Outcome.BUSY, "kwiaty_101"),
                    WalkedStep("busy", Outcome.DONE, refusal=Refusal.BUSY),
                ),
            ),
        ),
        ('{"kind":"engine_started","time":1795381399.5}', EngineStarted(AT, None)),
    ],
)
def test_lines_of_an_earlier_version_are_still_read(line: str, event: CallEvent) -> None:
    """An upgrade finds calls in the journal that have no company, direction or trunks."""
    assert list(events_in([line])) == [event]


@pytest.mark.parametrize(
    "steps",
    [
        '[{"name":"start","outcome":"of a later version"}]',
        '[{"name":"start","outcome":"busy","tries":[["trunk-1"]]}]',
        '[{"name":"start","outcome":"busy","tries":[["trunk-1","A","of a later version",0]]}]',
        '[{"outcome":"busy"}]',
        '"x"',
    ],
)
def test_a_walk_that_is_not_understood_takes_no_other_line_with_it(steps: str) -> None:
    line = f'{{"kind":"walked","time":1,"channel":"c","steps":{steps}}}'
    assert list(events_in([line, engine_line("ANSWER")])) == [None, Answered(AT, "node1-1.1")]


@pytest.mark.parametrize(
    "name, endpoint",
    [
        ("PJSIP/trunk-1-0000001a", Carrier(1)),
        ("PJSIP/kwiaty_100-0000001a", Phone("kwiaty_100")),
        ("PJSIP/kwiaty-bis_100-0000001a", Phone("kwiaty-bis_100")),
        ("PJSIP/trunk-7_100-0000001a", Phone("trunk-7_100")),
        ("PJSIP/-0000001a", None),
        ("Local/101@internal-00000001;1", None),
        ("", None),
    ],
)
def test_whose_a_channel_is_stands_in_its_name(name: str, endpoint: Endpoint | None) -> None:
    assert endpoint_of(name) == endpoint
    assert login_of(name) == (endpoint.login if isinstance(endpoint, Phone) else None)


# -- Files -------------------------------------------------------------------------------------------------------


def read_all(files: JournalFiles, at: int) -> tuple[int, bytes]:
    """Everything from `at` on, and where it ends."""
    found = b""
    while True:
        block = files.read(at, 4)
        at, found = at + len(block), found + block
        if not block:
            following = files.next_segment(at)
            if following is None:
                return at, found
            at = following


def test_segments_that_were_put_aside_are_read_in_order(tmp_path: Path) -> None:
    path = tmp_path / "calls.csv"
    files = JournalFiles(path)
    for text in ("first ", "second "):
        path.write_text(text)
        files.put_aside_when_larger(5)
    assert not path.exists()
    assert read_all(files, 0) == (position(2, 0), b"first second ")
    path.write_text("third")
    assert read_all(files, 0) == (position(2, 5), b"first second third")


def test_a_segment_is_settled_when_nobody_can_be_writing_to_it_any_more(tmp_path: Path) -> None:
    path = tmp_path / "calls.csv"
    now = 0.0
    files = JournalFiles(path, clock=lambda: now)
    path.write_text("old")
    now = path.stat().st_ctime
    straggler = os.open(path, os.O_WRONLY | os.O_APPEND)
    files.put_aside_when_larger(1)
    path.write_text("new")
    os.write(straggler, b", late")
    os.close(straggler)
    assert not files.is_settled(0)
    assert read_all(files, 0)[1] == b"old, latenew"
    now += 60
    assert files.is_settled(0)


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
