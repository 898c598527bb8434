"""A running installation, asked how it is while people talk: by command, for metrics, and of one call afterwards."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import Request, urlopen

import pytest

from centralka.switch.wire.edge_control import EdgeControl
from tests.live.instance import Installation
from tests.live.office import PASSWORD, SOON, Office, over, talk
from tests.live.phones import until
from tests.live.strangers.stranger import Stranger

TOKEN = "token-for-the-metrics-of-a-story"


def centralka(house: Installation, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Type a command for the installation."""
    return subprocess.run(
        [sys.executable, "-m", "centralka", *arguments],
        env=house.environment(), capture_output=True, text=True, check=False,
    )  # fmt: skip


def metrics(house: Installation) -> dict[str, float]:
    """The metrics by name and labels, as Prometheus would read them."""
    asked = Request(f"http://127.0.0.1:{house.http_port}/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    with urlopen(asked, timeout=20) as answer:
        lines = answer.read().decode().splitlines()
    return {name: float(value) for name, _blank, value in (line.rpartition(" ") for line in lines if line[0] != "#")}


@contextmanager
def edge_telling(house: Installation) -> Iterator[None]:
    """During the block the edge writes of each of its questions to the database, which is long before it complains."""
    control = EdgeControl(house.home / "edge/run/control.sock")
    asyncio.run(control.ask("cfg.set_now_int", "core", "debug", 3))
    try:
        yield
    finally:
        asyncio.run(control.ask("cfg.set_now_int", "core", "debug", -4))


def called_by_the_engine(house: Installation) -> str:
    """What the engine's log calls the one call that runs."""
    said = house.engine_says(f"core show channel {house.channels()[0]}")
    return next(line.split("[")[1].rstrip("]") for line in said.splitlines() if "Call Identifier" in line)


def told_twice(house: Installation, call: str) -> tuple[str, str] | None:
    """What it tells of a call, and the same without names; None where a process wrote a line in between."""
    log = centralka(house, "call-log", call)
    assert log.returncode == 0, log.stderr
    redacted = centralka(house, "call-log", call, "--redacted").stdout
    same = len(redacted.splitlines()) == len(log.stdout.splitlines())
    return (log.stdout, redacted) if same else None


def test_it_tells_how_it_is_while_people_talk_and_all_about_their_call(tmp_path: Path) -> None:
    watched = {"CENTRALKA_METRICS_TOKEN": TOKEN, "CENTRALKA_LOG_FORMAT": "json"}
    with Installation(**watched) as house, Office(house) as office:
        assert centralka(house, "backup", str(tmp_path / "backup")).returncode == 0
        alicja, bartek = office.phone(office.account("Alicja")), office.phone(office.account("Bartek"))
        with edge_telling(house):
            talk(alicja, bartek)
        engine_call = called_by_the_engine(house)
        until(lambda: metrics(house)["centralka_calls"] == 1, 20, "the call is counted")
        found = metrics(house)
        for process in ("engine", "edge", "switchboard", "web", "worker"):
            assert found[f'centralka_process_up{{process="{process}"}}'] == 1
        until(lambda: metrics(house)["centralka_phones_registered"] >= 2, 20, "the phones are counted")
        assert found["centralka_last_backup_timestamp_seconds"] > 0
        assert found["centralka_certificate_not_after_timestamp_seconds"] > 0

        looked = centralka(house, "check")
        told = looked.stdout.splitlines()
        # The sandbox carrier of the demonstration is not there; nothing else is at fault.
        assert all("Operator demo" in line for line in told if line.startswith("fault")), looked.stdout
        well = {"processes", "calls", "disk", "certificate", "backup", "ledger", "recordings", "journal"}
        assert {line.split(maxsplit=1)[1] for line in told if line.startswith("ok")} >= well, looked.stdout
        assert alicja.in_call, "the call goes on"

        alicja.hang_up()
        over(alicja, bartek)
        (record,) = office.records(1)
        log, redacted = until(lambda: told_twice(house, record.call_id), SOON, "it tells as much with names as without")
        assert '"decided"' in log
        assert "CHAN_START" in log
        assert "ended: answered" in log
        assert f'"engine_call": "{engine_call}"' in log
        assert any(line.split()[1] == "edge" and "kwiaty" not in line for line in log.splitlines()), log
        assert "Alicja" in log
        assert "Alicja" not in redacted

        # A Call-ID of which the logs write only the beginning.
        with edge_telling(house), Stranger(house, padding="x" * 300) as phone:
            assert phone.call(office.account("Celina").login, PASSWORD, "777") == 404
        until(lambda: len(house.records()) == 2, SOON, "that call is on record, too")
        missed = centralka(house, "call-log", house.records()[-1].call_id).stdout
        assert '"sip_call"' in missed
        assert any(line.split()[1] == "edge" for line in missed.splitlines()), missed

        for name in ("log/switchboard", "log/worker", "log/edge", "engine/log/engine"):
            lines = (house.home / f"{name}.log").read_text(errors="replace").splitlines()
            # What programs say at their start is no message of a log: where the edge listens, the engine's version.
            if name == "log/edge":
                lines = [line for line in lines if line.startswith("{")]
                assert len(lines) > 100
            lines = [line for line in lines if " built by " not in line]
            assert [line for line in lines if not line.startswith("{")] == [], name
            assert all({"timestamp", "time"} & set(json.loads(line)) for line in lines), name


def test_a_process_that_is_down_is_told_until_it_is_back() -> None:
    with Installation(CENTRALKA_METRICS_TOKEN=TOKEN) as house:
        assert metrics(house)['centralka_process_starts_total{process="worker"}'] == 1
        house.kill("worker")
        until(
            lambda: metrics(house)['centralka_process_starts_total{process="worker"}'] == 2, 30, "it is started again"
        )
        until(lambda: metrics(house)['centralka_process_up{process="worker"}'] == 1, 30, "and runs")
    assert "does not run in this home folder" in centralka(house, "check").stdout


@pytest.mark.parametrize("header", [{}, {"Authorization": "Bearer wrong"}])
def test_strangers_read_no_metrics(header: dict[str, str], house: Installation) -> None:
    """Without the setting there is no page, whoever asks."""
    with pytest.raises(OSError, match="404"):
        urlopen(Request(f"http://127.0.0.1:{house.http_port}/metrics", headers=header), timeout=20)
