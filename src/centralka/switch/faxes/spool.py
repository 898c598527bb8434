"""The folder in which faxes lie from their call until the database has them: the engine's file and our note of it."""

import json
import secrets
import shutil
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from centralka.files import write_whole, write_whole_and_sync

from ..mailboxes.protocol import Caller
from .protocol import NoRoom, Told

_HEAD = 8
"""Bytes of a TIFF file without a page."""


@dataclass(frozen=True, slots=True)
class Note:
    """A fax as its call tells of it: `ended` is None while it goes on, and where nobody saw its end."""

    account_id: int
    channel: str
    """The engine's id of it, with which the call began."""
    caller: Caller
    began: float
    """Unix time."""
    ended: Told | None = None
    tries: int = 0
    """The number of times that drawing its pages failed."""


class Spool:
    """`folder` is for nothing else; `socket` is made by each engine when it starts; `least_free`: bytes that have to be
    free before a fax is begun."""

    def __init__(self, folder: Path, socket: Path, least_free: int) -> None:
        self._folder = folder
        self._socket = socket
        self._least_free = least_free

    def engine_began(self) -> float:
        """Return the Unix time at which the engine was started. Raises OSError."""
        return self._socket.stat().st_mtime

    def begin(self, note: Note) -> str:
        """Write the note, so that it outlasts a power cut. Returns the name of the fax here. Raises NoRoom."""
        name = f"{note.channel}-{secrets.token_hex(4)}"
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            if shutil.disk_usage(self._folder).free < self._least_free:
                raise NoRoom
            write_whole_and_sync(self._note(name), _written(note))
        except OSError as problem:
            raise NoRoom from problem
        return name

    def pages(self, name: str) -> Path:
        """Return the path of the engine's file, whether or not it is there."""
        return self._folder / f"{name}.tif"

    def has_pages(self, name: str) -> bool:
        """Tell whether a page came. Raises OSError."""
        file = self.pages(name)
        return file.exists() and file.stat().st_size > _HEAD

    def write(self, name: str, note: Note) -> None:
        """Write the note anew. Raises OSError."""
        write_whole(self._note(name), _written(note))

    def note_end(self, name: str, how: Told) -> None:
        """Note how the fax ended. Raises OSError."""
        self.write(name, replace(self.note(name), ended=how))

    def note(self, name: str) -> Note:
        """Read the note. Raises OSError, ValueError."""
        found = json.loads(self._note(name).read_text())
        ended = Told(**found["ended"]) if found["ended"] else None
        return Note(**{**found, "caller": Caller(**found["caller"]), "ended": ended})

    def names(self) -> list[str]:
        """List the faxes, oldest first as far as the engine's ids tell."""
        return sorted(path.stem for path in self._folder.glob("*.json"))

    def remove(self, name: str) -> None:
        """Remove a fax that is kept elsewhere. The note goes last: while it is there, the fax is looked after."""
        self.pages(name).unlink(missing_ok=True)
        self._note(name).unlink(missing_ok=True)

    def put_aside(self, name: str) -> Path:
        """Put the engine's file aside for a person to look at. Returns its new path. Raises OSError."""
        aside = self._folder / "unreadable"
        aside.mkdir(exist_ok=True, mode=0o700)
        return self.pages(name).replace(aside / f"{name}.tif")

    def _note(self, name: str) -> Path:
        return self._folder / f"{name}.json"


def _written(note: Note) -> str:
    return json.dumps(asdict(note))
