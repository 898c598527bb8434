"""`centralka call-log`: one call from record, journal, bookings and logs, in order, and redacted on wish."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from pytest_django import Settings

from centralka.call_log import NoSuchCall, Redaction, call_log, redaction_of
from centralka.store import money
from centralka.store.models import CallRecord, LedgerEntry
from tests import cast

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
CALL, PEER, OTHER = "node1-1795953600.10", "node1-1795953600.11", "node1-1795953600.1"
"""The last is another call; its id begins as that of the first does."""
pytestmark = pytest.mark.django_db


def engine_line(kind: str, channel: str, name: str, seconds: float, call: str = CALL, number: str = "100") -> str:
    return (
        f'"{kind}","{NOW.timestamp() + seconds:.6f}","{channel}","{call}","{name}","{number}","600100200","internal",""'
    )


@pytest.fixture
def home(settings: Settings, tmp_path: Path, kwiaty: cast.Company) -> Path:
    """An installation that had the call, and another one."""
    settings.HOME = tmp_path
    for folder in ("log", "engine/log/cel-custom"):
        (tmp_path / folder).mkdir(parents=True)
    cast.phone(kwiaty.tenant, "100", "Żaneta Nowak")
    CallRecord.objects.create(
        call_id=CALL, node="node1", tenant=kwiaty.tenant, from_number="100", from_name="Żaneta Nowak",
        to_number="600100200", direction="out", started_at=NOW, answered_at=NOW + timedelta(seconds=4),
        ended_at=NOW + timedelta(seconds=9), outcome="answered", search=" ",
    )  # fmt: skip
    money.book(
        kwiaty.tenant.pk, key=f"call:{CALL}:{PEER}", kind=LedgerEntry.Kind.TOP_UP, net=Decimal(1),
        at=NOW + timedelta(seconds=9), details={"number": "+48600100200"},
    )  # fmt: skip
    journal = tmp_path / "engine/log/cel-custom"
    (journal / "calls.csv.0").write_text(engine_line("CHAN_START", CALL, "PJSIP/kwiaty_100-0000000a", 0) + "\n")
    (journal / "calls.csv").write_text(
        f'{{"kind": "decided", "time": {NOW.timestamp() + 0.5}, "channel": "{CALL}", "plan": "\\u017baneta Nowak"}}\n'
        + engine_line("CHAN_START", PEER, "PJSIP/trunk_1-0000000b", 1, number="+48600100200")
        + "\n"
        + engine_line("CHAN_START", OTHER, "PJSIP/kwiaty_101-00000001", 2, call=OTHER)
        + '\n"CHAN_START","17959'
    )
    (tmp_path / "log/switchboard.log").write_text(
        f"timestamp='2026-11-29T12:00:02.500000Z' level='warning' event='something' call='{CALL}'\n"
        f"timestamp='2026-11-29T12:00:02.600000Z' level='warning' event='of another' call='{OTHER}'\n"
        "no line at all\n"
    )
    with (tmp_path / "log/switchboard.log").open("a") as log:
        log.write(
            f"timestamp='2026-11-29T12:00:00.100000Z' level='info' event='a call came' call='{CALL}' "
            "engine_call='C-00000001' sip_call='a.b~1'\n"
        )
    (tmp_path / "log/edge.log").write_text(
        '{ "time": "2026-11-29T12:00:00.050000001Z", "logprefix": "a.b~1", "message": "no database" }\n'
        '{ "time": "2026-11-29T12:00:00.050000001Z", "logprefix": "xa.b~1", "message": "another" }\n'
    )
    (tmp_path / "log/worker.log").write_text(
        f'{{"timestamp": "2026-11-29T12:00:03Z", "call": "{CALL}", "by": "a@kwiaty.example"}}\n'
    )
    local = (NOW + timedelta(seconds=5)).astimezone()
    (tmp_path / "engine/log/engine.log").write_text(
        f"[{local:%Y-%m-%d %H:%M:%S}.250] NOTICE[1][C-1] chan: PJSIP/trunk_1-0000000b from 203.0.113.9 is odd\n"
        f"[{local:%Y-%m-%d %H:%M:%S}.260] NOTICE[1][C-2] chan: PJSIP/kwiaty_101-00000001 is odd\n"
        f"[{local:%Y-%m-%d %H:%M:%S}.270] WARNING[1][C-00000001] file.c: no such sound\n"
        f"[{local - timedelta(days=1):%Y-%m-%d %H:%M:%S}.270] WARNING[1][C-00000001] file.c: of an earlier life\n"
    )
    return tmp_path


def test_all_of_one_call_and_nothing_of_another_in_order(home: Path) -> None:
    found = call_log(CALL)
    assert [line.source for line in found] == [
        "record", "journal", "edge", "switchboard", "journal", "journal", "switchboard", "worker", "record", "engine",
        "engine", "record", "booking",
    ]  # fmt: skip
    assert not any("another" in line.text or "earlier life" in line.text for line in found)
    assert not any(OTHER + "'" in line.text or "kwiaty_101" in line.text for line in found)
    assert str(found[9]).startswith("2026-11-29T12:00:05.250000Z engine      [")


def test_redacted_it_names_nobody_and_still_tells_two_numbers_apart(home: Path) -> None:
    redaction = redaction_of(CALL)
    text = "\n".join(redaction.of(str(line)) for line in call_log(CALL))
    for personal in ("600100200", "Nowak", "aneta", "a@kwiaty.example", "203.0.113.9"):
        assert personal not in text, personal
    assert CALL in text
    assert PEER in text
    assert f"{NOW.timestamp():.6f}" in text, "times are no numbers"
    assert "[number 1]" in text
    assert "[number 2]" not in text, "the same number in two spellings"


def test_numbers_are_told_apart() -> None:
    redaction = Redaction()
    assert redaction.of("600100200 → 22 i +48600100201, 600 100 200") == "[number 1] → 22 i [number 2], 600 100 200"


def test_of_a_call_that_never_was_nothing_is_known(home: Path) -> None:
    with pytest.raises(NoSuchCall):
        call_log("node1-1.1")


def test_a_call_whose_record_is_gone_is_found_in_the_logs(home: Path) -> None:
    CallRecord.objects.all().delete()
    assert {line.source for line in call_log(CALL)} >= {"journal", "switchboard", "engine"}
