"""The folder that holds everything of one installation."""

import fcntl
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from .errors import CannotStart


def make_home(home: Path, folders: Iterable[str]) -> None:
    """Make the folder and the folders in it, `run` among them, for this user alone. Raises CannotStart."""
    try:
        for folder in (home, *(home / name for name in folders)):
            folder.mkdir(parents=True, exist_ok=True)
            folder.chmod(0o700)
        probe = home / "run" / "writable"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise CannotStart(
            f"The folder {home} cannot be written to ({error.strerror}); set CENTRALKA_HOME to another."
        ) from None


def is_running(home: Path) -> bool:
    """Tell whether there is a Centralka in this folder."""
    try:
        with only_one(home, "Centralka"):
            return False
    except FileNotFoundError:
        return False
    except CannotStart:
        return True


@contextmanager
def only_one(home: Path, what: str) -> Iterator[None]:
    """Keep this folder to one `what` at a time. Raises CannotStart while another one is running in it."""
    with (home / "run" / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CannotStart(
                f"{what} is running in {home} already; stop it, or set CENTRALKA_HOME to another."
            ) from None
        yield
