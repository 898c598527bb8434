"""Files that appear whole: a reader, also after a crash, finds the old content or the new one, never half of it.

All are private (mode 0600): what the home folder holds is nobody else's on this machine.
"""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


def write_whole(path: Path, content: bytes | str) -> None:
    """Put a file in place of an earlier one. Raises OSError; nothing is left behind then."""
    with _beside(path, content) as part:
        os.replace(part, path)


def write_whole_and_sync(path: Path, content: bytes | str) -> None:
    """Put a file in place and wait until it and its name are on the disk: they outlast a power cut. Raises OSError."""
    with _beside(path, content) as part:
        _sync(part, os.O_RDONLY)
        os.replace(part, path)
        _sync(path.parent, os.O_RDONLY | os.O_DIRECTORY)


def write_if_missing(path: Path, content: bytes | str) -> None:
    """Put a file in place unless there is one, also one that another process writes meanwhile. Raises OSError."""
    with _beside(path, content) as part, suppress(FileExistsError):
        os.link(part, path)


@contextmanager
def _beside(path: Path, content: bytes | str) -> Iterator[Path]:
    """Write the content under a name of its own in the same folder, during the block."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # mode 0600
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content.encode() if isinstance(content, str) else content)
        yield part
    finally:
        part.unlink(missing_ok=True)


def _sync(path: Path, how: int) -> None:
    opened = os.open(path, how)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
