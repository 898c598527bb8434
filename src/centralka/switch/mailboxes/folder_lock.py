"""The engine's lock on a folder of messages, for what the switchboard does there by itself."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Lock a folder during the block, as the engine does (`lockmode = flock`): by its file `lock`.

    The engine removes that in the end. We do not: an engine that waits for us would hold a file that nobody else looks
    at any more, and not notice (`ast_lock_path_flock`).
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "lock"
    while True:
        lock = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        fcntl.flock(lock, fcntl.LOCK_EX)
        if _is_same_file(path, lock):
            break
        os.close(lock)  # its holder has removed it: no other process would look at this one
    try:
        yield
    finally:
        os.close(lock)


def _is_same_file(path: Path, opened: int) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(opened))
    except FileNotFoundError:
        return False
