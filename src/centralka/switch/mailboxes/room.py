"""Tell whether there is room on the disk for one more message."""

import shutil
import tempfile
from pathlib import Path

from .recordings import TMP

_PROBE_BYTES = 4096


def has_room(boxes: Path, account_id: int, least_free: int) -> bool:
    """Tell whether a message can be written down: `least_free` bytes are free, and we may write there."""
    try:
        boxes.mkdir(parents=True, exist_ok=True, mode=0o700)
        folder = next((place for place in (boxes / str(account_id) / TMP, boxes) if place.is_dir()), boxes)
        with tempfile.TemporaryFile(dir=folder) as probe:
            probe.write(bytes(_PROBE_BYTES))
            probe.flush()
        return shutil.disk_usage(folder).free >= least_free
    except OSError:
        return False
