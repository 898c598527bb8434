"""Keep a sign that this machine takes no new calls, so that it can be stopped without cutting one: a file in its home
folder.

A file, so that it holds at once for every process of the machine, also when the database is slow, and for the engine
when the switchboard is away (asterisk/extensions.conf).
"""

from datetime import UTC, datetime
from functools import cache
from pathlib import Path


@cache  # it is looked for at each call
def draining_file(home: Path) -> Path:
    """Return the file that is there while no new calls are taken."""
    return home / "run/draining"


def begin_draining(home: Path) -> None:
    """Take no new calls from now on; to say it again changes nothing. Raises OSError."""
    if draining_since(home) is None:
        draining_file(home).touch()


def end_draining(home: Path) -> None:
    """Take new calls again. Raises OSError."""
    draining_file(home).unlink(missing_ok=True)


def draining_since(home: Path) -> datetime | None:
    """Return since when no new calls are taken; None: they are."""
    try:
        return datetime.fromtimestamp(draining_file(home).stat().st_mtime, UTC)
    except FileNotFoundError:
        return None
