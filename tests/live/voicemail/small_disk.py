"""An installation whose mailboxes lie on a small disk of their own, which a story fills and frees."""

import os
import sys
from pathlib import Path

from tests.live.instance import Installation

MOUNT = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c"]
"""A shell command that may mount, for itself and what it starts, without any right outside."""
SIZE_MB = 4
_LEAST_FREE_MB = 1
_SPOOL = "engine/spool/voicemail"


class SmallDisk(Installation):
    """The disk is `SIZE_MB` large, and no message is begun when less than a quarter of it is free."""

    def __init__(self, spool: str = _SPOOL, **environment: str) -> None:
        """`spool`: what of the engine's lies on it."""
        super().__init__(CENTRALKA_MIN_FREE_MB=str(_LEAST_FREE_MB), **environment)
        self._spool = spool
        (self.home / spool).mkdir(parents=True)

    def command(self) -> list[str]:  # type: ignore[override]
        """The program, after mounting the disk where only it sees it."""
        folder = self.home / self._spool
        mount = f'mount -t tmpfs -o size={SIZE_MB}m none "{folder}" && exec "{sys.executable}" -m centralka run'
        return [*MOUNT, mount]

    @property
    def disk(self) -> Path:
        """The disk, as only the installation sees it."""
        return Path(f"/proc/{self.supervisor}/root{self.home}/{self._spool}")

    @property
    def mailboxes(self) -> Path:
        """The folder of all mailboxes, on the disk."""
        return self.disk / "centralka"

    def fill(self) -> Path:
        """Write until nothing more fits. Returns the file that takes all the room."""
        filler = self.disk / "filler"
        with filler.open("ab", buffering=0) as file:
            while _written(file.fileno()):
                pass
        return filler


def _written(file: int) -> bool:
    """Tell whether another page fitted."""
    try:
        return os.write(file, bytes(4096)) > 0
    except OSError:
        return False
