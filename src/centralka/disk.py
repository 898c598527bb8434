"""How much room is left on the disk of an installation, and when that is too little."""

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
    """Whole MB that can still be written. Raises OSError."""
    return shutil.disk_usage(folder).free // MB


def room(free: int, warn_below: int) -> Room:
    """Of so many MB that are free, where the operator is warned below `warn_below`."""
    if free < FULL_MB:
        return Room.FULL
    return Room.LOW if free < warn_below else Room.ENOUGH
