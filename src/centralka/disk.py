"""Measure the room that is left on the disk of an installation, and tell when it is too little."""

import errno
import shutil
from enum import StrEnum
from pathlib import Path

MB = 1024 * 1024
FULL_MB = 4
"""With less the engine can keep no registration, and the journal and the database lose what they are told."""


class Room(StrEnum):
    """`LOW`: the operator is warned. `FULL`: no registration is believed any more."""

    ENOUGH = "enough"
    LOW = "low"
    FULL = "full"


def free_mb(folder: Path) -> int:
    """Return the whole MB that can still be written. Raises OSError."""
    return shutil.disk_usage(folder).free // MB


def room(free: int, warn_below: int) -> Room:
    """Tell how much room `free` MB are, where the operator is warned below `warn_below` MB."""
    if free < FULL_MB:
        return Room.FULL
    return Room.LOW if free < warn_below else Room.ENOUGH


def found_no_room(fault: BaseException | None) -> bool:
    """Tell whether a write failed because the disk of a file or of the database is full; the fault's causes count.

    SQLite says SQLITE_FULL (https://www.sqlite.org/rescode.html#full), PostgreSQL `disk_full` (class 53).
    """
    while fault is not None:
        if isinstance(fault, OSError) and fault.errno in (errno.ENOSPC, errno.EDQUOT):
            return True
        if getattr(fault, "sqlite_errorname", "") == "SQLITE_FULL" or getattr(fault, "sqlstate", "") == "53100":
            return True
        fault = fault.__cause__
    return False
