"""Name the folders in which the engine keeps its mailboxes, and the switchboard what belongs to them."""

from dataclasses import dataclass
from pathlib import Path

from centralka.store.realtime import MAILBOXES

from .recordings import INBOX, OLD

Signature = tuple[int, int]
"""The times at which the two folders of a mailbox last changed, in nanoseconds; 0 where there is none."""


@dataclass(frozen=True, slots=True)
class Folders:
    """The folders of this machine's engine and switchboard."""

    boxes: Path
    """A folder for each account for which a message was ever left."""
    greetings: Path
    sounds: Path
    """Sounds that are played once, and greetings that are being recorded."""
    notes: Path

    @classmethod
    def of_engine(cls, spool: Path) -> "Folders":
        """Make the folders. `spool`: the engine's `spool/voicemail`."""
        own = spool.parent / "mailboxes"
        return cls(spool / MAILBOXES, own / "greetings", own / "sounds", own / "notes")

    def box(self, account_id: int) -> Path:
        return self.boxes / str(account_id)

    def accounts(self) -> set[int] | None:
        """Return the accounts that have a folder; None if there is no place for them."""
        if not self.boxes.is_dir():
            return None
        return {int(path.name) for path in self.boxes.iterdir() if path.name.isascii() and path.name.isdigit()}

    def signature(self, account_id: int) -> Signature:
        box = self.box(account_id)
        return _changed_at(box / INBOX), _changed_at(box / OLD)


def _changed_at(folder: Path) -> int:
    try:
        return folder.stat().st_mtime_ns
    except FileNotFoundError:
        return 0
