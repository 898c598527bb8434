"""A greeting that was chosen in a form which could not be saved yet: browsers forget files, so it waits here.

One file for each person, for an hour, in the home folder.
"""

import time
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.signing import BadSignature, TimestampSigner

from centralka.files import write_whole
from centralka.sound.conversion import Greeting, wav_seconds

_HOUR = 3600
_SALT = "panel.kept-greeting"


@dataclass(frozen=True, slots=True)
class KeptFile:
    """The chosen file: its name on that person's computer, and the sound."""

    name: str
    wav: bytes
    """16 kHz mono 16-bit WAV."""

    @property
    def sound(self) -> Greeting:
        """Return the sound as a greeting; it was converted when it was chosen."""
        return Greeting(self.wav, wav_seconds(self.wav))


def keep(person_id: int, file: KeptFile) -> str:
    """Put the file aside in place of an earlier one of this person. Returns the key that fetches it."""
    folder = _folder()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _forget_old(folder)
    write_whole(folder / str(person_id), file.wav)
    return TimestampSigner(salt=_SALT).sign_object([person_id, file.name])


def kept(person_id: int, ticket: str) -> KeptFile | None:
    """Return the person's file; None if it is not there any more."""
    try:
        owner, name = TimestampSigner(salt=_SALT).unsign_object(ticket, max_age=_HOUR)
        return KeptFile(name, (_folder() / str(person_id)).read_bytes()) if owner == person_id else None
    except (BadSignature, FileNotFoundError):
        return None


def forget(person_id: int) -> None:
    """Forget the file: it was saved."""
    (_folder() / str(person_id)).unlink(missing_ok=True)


def _folder() -> Path:
    return Path(settings.HOME) / "kept-files"


def _forget_old(folder: Path) -> None:
    until = time.time() - _HOUR
    for path in folder.iterdir():
        if path.stat().st_mtime < until:
            path.unlink(missing_ok=True)
