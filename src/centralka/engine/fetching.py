"""Find the Asterisk engine: the machine's own, an unpacked bundle, or a fresh bundle from Debian's next release.

Standard library only: `make prompts` uses it without Django's settings.
"""

import os
from pathlib import Path

from centralka.debian.errors import Progress
from centralka.debian.fetching import bundle_in

from .bundle import ENGINE, engine_of
from .engine import Engine
from .installed import installed_engine
from .versions import patched_version


def find_engine(engine_dir: Path, progress: Progress) -> Engine:
    """Find the engine to use: a safe `asterisk` on PATH, the bundle in `engine_dir`, or a bundle fetched there.

    `progress` receives a line per stage, and while downloading every few seconds. Raises ProgramUnavailable.
    """
    engine = installed_engine(os.environ.get("PATH", ""), progress, patched_version(os.environ))
    return engine or engine_of(bundle_in(ENGINE, engine_dir, progress))
