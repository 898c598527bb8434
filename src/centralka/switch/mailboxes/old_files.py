"""Remove files that lie in the switchboard's own folders for too long, and the mailboxes of deleted accounts."""

import shutil
from pathlib import Path

_GONE_SINCE = "gone"


def remove_old(folder: Path, now: float, after: float) -> None:
    """Remove the files that were last written `after` seconds before `now`, or earlier."""
    for path in folder.glob("*"):
        if now - (changed_at(path) or now) >= after:
            path.unlink(missing_ok=True)


def changed_at(path: Path) -> float:
    """Return the Unix time of the last change; 0 for a file that was removed meanwhile."""
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return 0.0


def remove_if_long_gone(box: Path, now: float, after: float) -> bool:
    """Remove the mailbox of a deleted account once the first look at it was `after` seconds ago.

    Until then the operator may put an old copy of the database back.
    """
    mark = box / _GONE_SINCE
    if not mark.exists():
        mark.touch()
    elif now - mark.stat().st_mtime >= after:
        shutil.rmtree(box)
        return True
    return False


def unmark(box: Path) -> None:
    """Note that the account exists (again)."""
    (box / _GONE_SINCE).unlink(missing_ok=True)
