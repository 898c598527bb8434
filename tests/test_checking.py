"""`centralka check`, as typed: a line for each thing, and an exit code."""

import os
import subprocess
import sys
from datetime import datetime
from pathlib import Path

from centralka.checking import FAULTS, WARNINGS, WELL, check
from centralka.probes.finding import Finding, Kind, Probe, fault, warning


def centralka(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("CENTRALKA_")}
    own = {"CENTRALKA_HOME": str(home), "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    command = [sys.executable, "-m", "centralka", *arguments]
    return subprocess.run(command, env=inherited | own, capture_output=True, text=True, check=False)


def test_it_tells_line_by_line_and_ends_with_two_for_a_fault(tmp_path: Path) -> None:
    made = centralka(tmp_path, "add-tenant", "kwiaty", "Kwiaciarnia", "alicja@kwiaty.example", "Alicja")
    assert made.returncode == 0, made.stderr
    done = centralka(tmp_path, "check")
    assert done.returncode == FAULTS, done.stderr
    lines = done.stdout.splitlines()
    assert "fault    processes: Centralka does not run in this home folder." in lines
    assert "warning  backup: No backup was made yet." in lines
    assert {"ok       ledger", "ok       recordings", "ok       journal", "ok       trunks"} <= set(lines)


def test_before_its_first_start_there_is_nothing_to_look_at(tmp_path: Path) -> None:
    done = centralka(tmp_path, "check")
    assert done.returncode == FAULTS
    assert "Could not be looked at" in done.stdout
    assert "Traceback" not in done.stderr


def probe(*found: Finding) -> Probe:
    def look(now: datetime) -> tuple[Finding, ...]:
        return found

    return Probe("it", look)


def test_the_worst_decides_the_exit_code() -> None:
    said: list[str] = []
    assert check(said.append, [probe()]) == WELL
    assert check(said.append, [probe(), probe(warning(Kind.NO_BACKUP))]) == WARNINGS
    assert check(said.append, [probe(fault(Kind.NOTHING_RUNS)), probe(warning(Kind.NO_BACKUP))]) == FAULTS
    assert said[0] == "ok       it"
