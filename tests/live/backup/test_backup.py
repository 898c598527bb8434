"""A backup that is made in the middle of a call is restored on another machine, and people call there."""

import subprocess
import sys
from pathlib import Path

from tests.live.instance import Installation
from tests.live.office import Office, over, talk
from tests.live.phones import until


def centralka(house: Installation, *arguments: str) -> None:
    """Type a command for the installation."""
    done = subprocess.run(
        [sys.executable, "-m", "centralka", *arguments],
        env=house.environment(), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def test_a_backup_under_calls_is_restored_elsewhere_and_calls(tmp_path: Path) -> None:
    file = tmp_path / "night.backup"
    with Installation() as first, Office(first) as office:
        account, colleague = office.account("Alicja"), office.account("Bartek")
        alicja, bartek = office.phone(account), office.phone(colleague)
        talk(alicja, bartek)
        centralka(first, "backup", str(file))
        assert alicja.in_call, "the call goes on"
        alicja.hang_up()
        over(alicja, bartek)
        (record,) = office.records(1)
        assert record.outcome == "answered"
    second = Installation()
    try:
        centralka(second, "restore", str(file))
        second.start()
        with Office(second) as there:
            until(lambda: _outcomes(second) == ["interrupted"], 30, "the call ended with the engine, on record")
            alicja, bartek = there.phone(account), there.phone(colleague)
            talk(alicja, bartek)
            alicja.hang_up()
            over(alicja, bartek)
            until(lambda: _outcomes(second) == ["interrupted", "answered"], 30, "the new call is on record")
    finally:
        second.close()


def _outcomes(house: Installation) -> list[str]:
    return [record.outcome for record in house.records()]
