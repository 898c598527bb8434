"""Files for browsers (styles, scripts, icons) under names with a hash of what is in them, and compressed.

A browser keeps such a file for good: after an upgrade the pages name another one. The copies are made in the home
folder at start-up; nothing is written into the source tree.
"""

import fcntl
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command


def collect_static_files() -> None:
    """Make the copies anew if any file has changed since, or another one is there. Several can ask at once."""
    folder = Path(settings.STATIC_ROOT)
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        stamp, now = folder / ".collected", "\n".join(sorted(_files()))
        if not stamp.exists() or stamp.read_text() != now:
            # Copies of before stay: pages that are open still ask for them.
            call_command("collectstatic", verbosity=0, interactive=False)
            stamp.write_text(now)


def _files() -> Iterator[str]:
    """Return each file with its size and the moment of its last change."""
    for finder in get_finders():
        for name, storage in finder.list([]):
            status = Path(storage.path(name)).stat()
            yield f"{name} {status.st_size} {status.st_mtime_ns}"
