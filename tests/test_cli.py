"""The `centralka` command: what it makes of what was typed, and one that is tried as it stands."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from centralka.cli import main

from .migrated import copy_sqlite


@pytest.mark.parametrize("days", ["0", "-1", "1.5", "2000000000", "tomorrow", "١٢"])
def test_a_number_that_is_no_time_is_refused_in_one_sentence(days: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["operator-token", "Zabbix", f"--days={days}"])
    assert "needs a whole number from 1 to 999999" in capsys.readouterr().err


def centralka(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "CENTRALKA_HOME": str(home), "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    environment.pop("CENTRALKA_DATABASE_URL", None)
    command = [sys.executable, "-m", "centralka", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def test_an_address_is_changed_by_the_command_and_both_are_told(tmp_path: Path) -> None:
    copy_sqlite(tmp_path / "centralka.sqlite3")
    old, new = "olga@operator.example", "o.lis@operator.example"
    assert centralka(tmp_path, "add-operator", old, "Olga").returncode == 0
    changed = centralka(tmp_path, "change-email", old, new.upper())
    assert (changed.returncode, changed.stderr) == (0, "")
    assert changed.stdout == f"Olga signs in as {new} from now on. Their sessions have ended.\n"
    again = centralka(tmp_path, "change-email", old, new)
    assert (again.returncode, again.stderr) == (1, "centralka: email: There is nobody with this address.\n")
    with sqlite3.connect(tmp_path / "centralka.sqlite3") as tables:
        assert tables.execute("SELECT email FROM person").fetchall() == [(new,)]
        assert {to for (to,) in tables.execute('SELECT "to" FROM mail')} == {old, new}
        who = "SELECT by FROM audit_entry WHERE what = 'person' AND did = 'changed'"
        assert tables.execute(who).fetchall() == [("command",)]
