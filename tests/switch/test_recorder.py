"""Records are never lost and never doubled, whatever dies between which two lines."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from django.db import DatabaseError, connections
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from centralka.store import call_records
from centralka.store.models import CallRecord, JournalPosition, Tenant
from centralka.switch.journal import record_keeper
from centralka.switch.journal.files import JournalFiles, position
from centralka.switch.journal.record_keeper import RecordKeeper, pause_after
from centralka.switch.journal.recorder import Recorder, whole_lines
from tests import cast

NODE = "node1"


def line(kind: str, at: int, channel: str, call: str, login: str, extra: str = "") -> str:
    fields = [kind, f"{1795381399 + at}.0", channel, call, f"PJSIP/{login}-0001", "100", "101", "internal"]
    return ",".join(f'"{field}"' for field in [*fields, extra.replace('"', '""')])


def a_call(number: int) -> list[str]:
    """The engine's lines for one answered call of 60 s."""
    a, b = f"{NODE}-{number}.0", f"{NODE}-{number}.1"
    ended = '{"hangupcause":16,"hangupsource":"","dialstatus":"ANSWER"}'
    return [
        line("CHAN_START", number, a, a, "kwiaty_100"),
        line("CHAN_START", number, b, a, "kwiaty_101"),
        line("ANSWER", number + 2, b, a, "kwiaty_101"),
        line("ANSWER", number + 2, a, a, "kwiaty_100"),
        line("HANGUP", number + 62, b, a, "kwiaty_101"),
        line("HANGUP", number + 62, a, a, "kwiaty_100", ended),
        line("LINKEDID_END", number + 62, a, a, "kwiaty_100"),
    ]


@pytest.fixture
def journal(kwiaty: cast.Company, tmp_path: Path) -> Path:
    for extension in ("100", "101"):
        cast.phone(kwiaty.tenant, extension)
    return tmp_path / "calls.csv"


def append(journal: Path, lines: list[str]) -> None:
    with journal.open("a") as file:
        file.writelines(text + "\n" for text in lines)


def record() -> tuple[object, ...]:
    found = CallRecord.objects.get()
    return (found.outcome, found.ring_seconds, found.talk_seconds, len(found.legs), found.accounts.count())


def test_a_journal_that_did_not_grow_needs_no_reading(journal: Path) -> None:
    recorder = Recorder(journal, NODE, segment_bytes=400)
    append(journal, a_call(0)[:1])
    recorder.catch_up()
    before = recorder.sign()
    assert before is not None
    assert recorder.sign() == before
    append(journal, a_call(0)[1:])
    assert recorder.sign() != before
    recorder.catch_up()  # puts the segment aside
    assert recorder.sign() is None
    append(journal, a_call(1)[:1])
    recorder.catch_up()
    assert recorder.sign() is None  # the one before can still grow
    recorder._files._clock = lambda: 4e9
    recorder.catch_up()
    assert recorder.sign() is not None


@pytest.mark.parametrize(("written", "seconds"), [(0, 0.5), (1, 0.5), (4, 0.5), (5, 1.0), (300, 1.0)])
def test_only_a_busy_house_waits_longer_for_the_next_look(written: int, seconds: float) -> None:
    assert pause_after(written) == seconds


def test_a_call_is_there_while_it_goes_on_and_complete_when_it_has_ended(journal: Path) -> None:
    recorder = Recorder(journal, NODE)
    append(journal, a_call(0)[:4])
    recorder.catch_up()
    assert record() == ("", 2, 0, 1, 2)
    append(journal, a_call(0)[4:])
    recorder.catch_up()
    assert record() == ("answered", 2, 60, 1, 2)


@pytest.mark.parametrize("died_after", range(8))
def test_a_recorder_that_dies_after_any_line_is_replaced_without_loss_or_doubling(
    journal: Path, died_after: int
) -> None:
    append(journal, a_call(0)[:died_after])
    Recorder(journal, NODE).catch_up()
    append(journal, a_call(0)[died_after:])
    successor = Recorder(journal, NODE)
    successor.catch_up()
    successor.catch_up()
    assert record() == ("answered", 2, 60, 1, 2)


def test_a_call_that_is_over_is_not_made_anew_by_its_later_lines(journal: Path) -> None:
    """Another call began between its first two legs and goes on: a new recorder begins to read there."""
    over, goes_on = a_call(0), a_call(1)
    append(journal, [over[0], goes_on[0], *over[1:]])
    Recorder(journal, NODE).catch_up()
    append(journal, goes_on[1:])
    Recorder(journal, NODE).catch_up()
    records = CallRecord.objects.order_by("call_id")
    assert [(one.call_id, one.outcome, one.talk_seconds) for one in records] == [
        (f"{NODE}-0.0", "answered", 60),
        (f"{NODE}-1.0", "answered", 60),
    ]


def test_a_write_that_fails_is_made_again_from_the_same_place(journal: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The position is written in the transaction of the records, so it is not ahead of them."""
    append(journal, a_call(0))
    recorder = Recorder(journal, NODE)
    with monkeypatch.context() as patched:
        patched.setattr(call_records, "_POSITION", "INSERT INTO nowhere (node, position) VALUES (%s, %s)")
        with pytest.raises(DatabaseError):
            recorder.catch_up()
    assert not CallRecord.objects.exists()
    Recorder(journal, NODE).catch_up()
    assert record() == ("answered", 2, 60, 1, 2)


def a_recorder_of_small_segments(journal: Path) -> Recorder:
    """It has just put one aside, to which somebody may still be writing."""
    recorder = Recorder(journal, NODE, segment_bytes=400)
    append(journal, a_call(0))
    recorder.catch_up()
    assert not journal.exists()
    return recorder


def over() -> list[tuple[str, str, int]]:
    """The calls that are over on record."""
    ended = CallRecord.objects.filter(ended_at__isnull=False).order_by("call_id")
    return [(call.call_id, call.outcome, call.talk_seconds) for call in ended]


def answered(*numbers: int) -> list[tuple[str, str, int]]:
    return [(f"{NODE}-{number}.0", "answered", 60) for number in numbers]


def test_a_call_that_is_over_in_a_new_segment_is_on_record_at_once(journal: Path) -> None:
    """For the one before there may be lines to come for some seconds, and calls would be refused meanwhile."""
    recorder = a_recorder_of_small_segments(journal)
    append(journal, a_call(1))
    recorder.catch_up()
    assert over() == answered(0, 1)


@pytest.mark.parametrize("dies", [False, True])
def test_a_line_that_comes_late_to_a_segment_counts(journal: Path, dies: bool) -> None:
    """Its writer had opened the file before it was put aside. A recorder that dies meanwhile forgets nothing."""
    recorder = Recorder(journal, NODE, segment_bytes=400)
    append(journal, [*a_call(0), *a_call(1)[:2]])
    with journal.open("a") as straggler:
        recorder.catch_up()
        append(journal, [a_call(1)[3], *a_call(2)])
        recorder.catch_up()
        straggler.write(a_call(1)[2] + "\n")
    if dies:
        recorder = Recorder(journal, NODE)
    recorder.catch_up()
    append(journal, a_call(1)[4:])
    recorder.catch_up()
    assert over() == answered(0, 1, 2)


def test_a_call_that_begins_with_a_late_line_is_read_anew_from_there(journal: Path) -> None:
    recorder = Recorder(journal, NODE, segment_bytes=400)
    append(journal, a_call(0))
    with journal.open("a") as straggler:
        recorder.catch_up()
        append(journal, a_call(2))
        recorder.catch_up()
        straggler.write(a_call(1)[0] + "\n")
    recorder.catch_up()
    recorder._files._clock = lambda: 4e9
    append(journal, a_call(1)[1:4])
    recorder.catch_up()
    assert JournalPosition.objects.get().position < position(1, 0)
    successor = Recorder(journal, NODE)
    successor._files._clock = lambda: 4e9
    append(journal, a_call(1)[4:])
    successor.catch_up()
    assert over() == answered(0, 1, 2)


def test_a_segment_stays_until_nobody_writes_to_it(journal: Path) -> None:
    recorder = a_recorder_of_small_segments(journal)
    for number in (1, 2):
        append(journal, a_call(number))
        recorder.catch_up()
    assert JournalPosition.objects.get().position < position(1, 0)
    recorder._files._clock = lambda: 4e9
    recorder.catch_up()
    assert JournalPosition.objects.get().position >= position(1, 0)


def test_what_one_writer_wrote_to_both_segments_stays_in_its_order(
    journal: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It writes the first line of a call late, and the others to the new segment, while both are read."""
    recorder = a_recorder_of_small_segments(journal)
    recorder.catch_up()
    aside, read = journal.with_name(f"{journal.name}.0"), JournalFiles.read

    def meanwhile(files: JournalFiles, at: int, size: int) -> bytes:
        found = read(files, at, size)
        monkeypatch.setattr(JournalFiles, "read", read)
        append(aside, a_call(1)[:1])
        append(journal, a_call(1)[1:])
        return found

    monkeypatch.setattr(JournalFiles, "read", meanwhile)
    recorder.catch_up()
    recorder.catch_up()
    assert over() == answered(0, 1)


def test_the_end_of_a_segment_that_no_line_ends_holds_up_nothing(journal: Path) -> None:
    """A full disk tore it."""
    recorder = Recorder(journal, NODE, segment_bytes=400)
    append(journal, a_call(0))
    with journal.open("a") as torn:
        torn.write('"CHAN_START","17953')
    recorder.catch_up()
    append(journal, a_call(1))
    recorder.catch_up()
    assert over() == answered(0, 1)


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(data=st.data())
def test_any_mix_of_calls_and_deaths_leaves_each_call_once(journal: Path, data: st.DataObject) -> None:
    CallRecord.objects.all().delete()
    JournalPosition.objects.all().delete()
    for old in journal.parent.iterdir():
        old.unlink()
    calls = [a_call(number) for number in range(6)]
    recorder = Recorder(journal, NODE, segment_bytes=600)
    while any(calls):
        number = data.draw(st.sampled_from([n for n, lines in enumerate(calls) if lines]))
        append(journal, [calls[number].pop(0)])
        match data.draw(st.sampled_from(["nothing", "read", "die"])):
            case "read":
                recorder.catch_up()
            case "die":
                recorder = Recorder(journal, NODE, segment_bytes=600)
    recorder = Recorder(journal, NODE)
    recorder._files._clock = lambda: 4e9  # of many small segments each is waited for
    recorder.catch_up()
    assert sorted(CallRecord.objects.values_list("call_id", "outcome")) == [
        (f"{NODE}-{number}.0", "answered") for number in range(6)
    ]


def test_a_line_break_in_what_was_dialled_tears_no_line(journal: Path) -> None:
    lines = [text.replace('"101","internal"', '"1\n""HANGUP"",""2","internal"') for text in a_call(0)]
    append(journal, [*lines, *a_call(100)])
    Recorder(journal, NODE).catch_up()
    assert sorted(CallRecord.objects.values_list("outcome", "to_number")) == [
        ("answered", '1\n"HANGUP","2'),
        ("answered", "101"),
    ]


def test_a_line_that_a_power_cut_tore_takes_no_other_with_it(journal: Path) -> None:
    append(journal, ['"CHAN_START","17953', *a_call(0)])
    Recorder(journal, NODE).catch_up()
    assert record() == ("answered", 2, 60, 1, 2)


@pytest.mark.parametrize(
    ("block", "lines"),
    [
        (b'"A","1"\n"B","2', [b'"A","1"']),
        (b'"A","x\ny"\n', [b'"A","x\ny"']),
        (b'"A","x\n', []),
        (b'"A","x\n{"kind":"decided"}\n', [b'"A","x', b'{"kind":"decided"}']),
        (b'"A","x\n{""kind"":1}"\n', [b'"A","x\n{""kind"":1}"']),
        (b"", []),
    ],
)
def test_lines_are_whole(block: bytes, lines: list[bytes]) -> None:
    assert whole_lines(block) == lines


def test_the_record_of_a_deleted_account_is_kept(journal: Path) -> None:
    append(journal, a_call(0)[:4])
    recorder = Recorder(journal, NODE)
    Tenant.objects.get(slug="kwiaty").sip_accounts.all().delete()
    append(journal, a_call(0)[4:])
    recorder.catch_up()
    assert record() == ("answered", 2, 60, 1, 0)


def test_a_call_of_a_company_that_is_gone_does_not_stop_the_others(journal: Path) -> None:
    append(journal, [text.replace("kwiaty_", "gone_") for text in a_call(500)])
    append(journal, a_call(0))
    Recorder(journal, NODE).catch_up()
    assert record() == ("answered", 2, 60, 1, 2)


# -- A call that waits for it ----------------------------------------------------------------------------------------


def keeping(journal: Path, story: Callable[[RecordKeeper], Awaitable[None]]) -> None:
    """Keep records while the story runs."""

    async def run() -> None:
        keeper = RecordKeeper(journal, NODE)
        work = asyncio.create_task(keeper.keep_records())
        await asyncio.wait_for(story(keeper), 30)
        work.cancel()
        await asyncio.get_running_loop().run_in_executor(keeper._thread, connections.close_all)
        keeper._thread.shutdown()

    asyncio.run(run())


@pytest.mark.django_db(transaction=True)
def test_who_waits_for_the_journal_to_be_read_waits_for_no_look(journal: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(record_keeper, "pause_after", lambda written: 1000.0)

    async def story(keeper: RecordKeeper) -> None:
        for number in range(3):
            append(journal, a_call(number))
            await keeper.catch_up()
            assert await asyncio.to_thread(over_on_record) == number + 1

    keeping(journal, story)


@pytest.mark.django_db(transaction=True)
def test_who_waits_for_a_journal_that_cannot_be_read_goes_on(journal: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(record_keeper, "_PATIENCE", 0.01)
    monkeypatch.setattr(Recorder, "catch_up", fail)
    keeping(journal, lambda keeper: keeper.catch_up())


def fail(_recorder: Recorder) -> int:
    raise DatabaseError("away")


def over_on_record() -> int:
    """How many calls are on record as over."""
    try:
        return CallRecord.objects.filter(ended_at__isnull=False).count()
    finally:
        connections.close_all()
