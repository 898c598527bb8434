"""Ask the running engine on its console, as `asterisk -rx` does."""

import re
import subprocess
from pathlib import Path

from .engine import Engine

_PATIENCE = 10.0
_CHANNELS = re.compile(r"^(\d+) active channels?$", re.MULTILINE)


def channel_count(engine: Engine, home: Path) -> int | None:
    """Return how many phones and carriers are in calls; 0 without an engine, None where it does not answer."""
    config = home.absolute() / "engine-config/asterisk.conf"
    try:
        told = subprocess.run(  # noqa: S603 (the engine that we start)
            [*engine.command, "-C", str(config), "-rx", "core show channels count"],
            capture_output=True,
            text=True,
            check=False,
            timeout=_PATIENCE,
        )
    except subprocess.TimeoutExpired:
        return None
    found = _CHANNELS.search(told.stdout)
    return int(found[1]) if found else 0
