"""Move and remove messages of a mailbox that is switched off, without the engine, which knows no such mailbox."""

from pathlib import Path

from .folder_lock import locked
from .recordings import INBOX, OLD, in_folder

_MOST_MESSAGES = 10_000


def remove(box: Path, msg_id: str, folder: str) -> None:
    """Take a message out of a folder."""
    with locked(box / folder):
        for found in in_folder(box / folder):
            if found.msg_id == msg_id:
                found.file.with_suffix(".txt").unlink()
                found.file.with_suffix(".wav").unlink(missing_ok=True)


def move(box: Path, msg_id: str, folder: str) -> None:
    """Put a message into a folder, out of the other one."""
    other = INBOX if folder == OLD else OLD
    with locked(box / other), locked(box / folder):
        for found in in_folder(box / other):
            if found.msg_id == msg_id:
                file = free_name(box / folder)
                found.file.with_suffix(".wav").rename(file.with_suffix(".wav"))
                found.file.with_suffix(".txt").rename(file.with_suffix(".txt"))


def free_name(folder: Path) -> Path:
    """Find the first path, without ending, at which no message lies. The caller of this function holds the lock."""
    files = (folder / f"msg{number:04}" for number in range(_MOST_MESSAGES))
    return next(file for file in files if not file.with_suffix(".txt").exists())
