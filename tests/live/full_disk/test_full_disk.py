"""The whole installation on a small disk that fills up: what goes on, what is refused, and that all ends on record."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.live.instance import Installation
from tests.live.office import SOON, Office, hear_each_other, over, talk
from tests.live.phones import until
from tests.live.sipp import SippFailed, run_scenario

SIZE_MB = 96
NEARLY = 2 * 1024 * 1024
"""Bytes that are left when the disk counts as full."""
IN_TIME = 120
"""Seconds until the switchboard has looked twice for calls whose end was not written."""


class SmallHome(Installation):
    """Its home is a disk of `SIZE_MB` MB. Mounting it needs root."""

    def __init__(self) -> None:
        super().__init__(CENTRALKA_DISK_WARN_MB="24", CENTRALKA_MIN_FREE_MB="1")
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE_MB}m", "none", self.home], check=True)

    def close(self) -> None:
        try:
            self.stop()
        finally:
            subprocess.run(["umount", "--lazy", self.home], check=True)
            super().close()

    def fill(self, but_for: int = 0) -> Path:
        """Write until no more than `but_for` bytes are left. Returns the file that takes the room."""
        filler = self.home / "filler"
        with filler.open("ab", buffering=0) as file:
            while _free(self.home) > but_for and _written(file.fileno()):
                pass
        return filler

    def said_in_log(self, words: str) -> bool:
        return words in (self.home / "log/switchboard.log").read_text()


def _free(folder: Path) -> int:
    found = os.statvfs(folder)
    return found.f_bavail * found.f_frsize


def _written(file: int) -> bool:
    """Tell whether another page fitted."""
    try:
        return os.write(file, bytes(4096)) > 0
    except OSError:
        return False


@pytest.fixture
def small() -> Iterator[SmallHome]:
    if os.geteuid() != 0:
        pytest.skip("only root can mount a small disk")
    house = SmallHome()
    with house:
        yield house


def test_a_full_disk_says_so_and_ends_nothing_wrongly(small: SmallHome) -> None:
    """A call goes on, registrations are refused and not forgotten, and a call that ended meanwhile ends on record."""
    with Office(small) as office:
        alicja, bartek = office.phone("Alicja"), office.phone("Bartek")
        celina = office.account("Celina")
        register = {"login": celina.login, "password": celina.password, "port": small.sip_port, "expires": 60}
        talk(alicja, bartek)
        switchboard = small.pid("switchboard")
        filler = small.fill(but_for=NEARLY)
        until(lambda: small.said_in_log("the disk is full"), SOON, "the log names the disk")
        assert small.said_in_log(str(small.home))
        small.fill()
        until(lambda: _answers(register, 503), SOON, "a registration is refused")
        refused = small.api("PATCH", f"/sip-accounts/{celina.id}", {"name": "Cecylia"})
        assert (refused.status, refused.body["type"]) == (507, "/api/v1/problems/no-room")
        hear_each_other(alicja, bartek)
        alicja.hang_up()
        over(alicja, bartek)
        assert small.pid("switchboard") == switchboard
        filler.unlink()
        until(lambda: _answers(register, 200), SOON, "phones register again")
        (call,) = until(lambda: [one for one in small.records() if one.outcome], IN_TIME, "the call ended on record")
        assert call.answered_at is not None
        assert small.rows("reservation") == []
        assert small.pid("switchboard") == switchboard


def _answers(register: dict[str, object], status: int) -> bool:
    """Tell whether that is what a phone's registration gets."""
    try:
        run_scenario("register", **register, final=status, seconds=8)  # type: ignore[arg-type]
    except SippFailed:
        return False
    return True
