"""The list of what a backup holds: it comes first in the file, and everything else is checked against it."""

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from .errors import BackupFailed

FORMAT = 1
NAME = "manifest.json"
DAMAGED = "The backup is damaged: {why}. Nothing was restored."
_PIECE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Part:
    """A file of the backup. `name`: its path in the home folder; the database has a name of its own."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """The origin of a backup. `migration`: the last one of its database."""

    centralka: str
    made_at: str
    node: str
    database: str
    """`sqlite` or `postgresql`."""
    migration: str
    files: tuple[Part, ...]

    @property
    def size(self) -> int:
        """Bytes of all files, unpacked."""
        return sum(part.size for part in self.files)

    def as_json(self) -> str:
        return json.dumps({"format": FORMAT, **asdict(self)}, indent=1)


def manifest_in(text: bytes) -> Manifest:
    """Read what `as_json` wrote. Raises BackupFailed for what is no list of ours, or one of a newer version."""
    try:
        found: dict[str, Any] = json.loads(text)
        newer = found.pop("format") > FORMAT
        made_by = str(found["centralka"])
        if not newer:
            parts = tuple(Part(**one) for one in found.pop("files"))
            return _checked(Manifest(**found, files=parts))
    except (ValueError, KeyError, TypeError, AttributeError):
        raise BackupFailed(DAMAGED.format(why="its list of files cannot be read")) from None
    raise BackupFailed(f"Centralka {made_by} made this backup; it is newer than this one. Install it first.")


def _checked(found: Manifest) -> Manifest:
    """Refuse names that lead out of the folder: whoever gives us a file must not write where it pleases."""
    for part in found.files:
        path = PurePosixPath(part.name)
        if path.is_absolute() or ".." in path.parts or not path.parts:
            raise BackupFailed(DAMAGED.format(why=f"it names a file {part.name!r}"))
    return found


def part_of(file: Path, name: str) -> Part:
    """Measure a file."""
    digest, size = hashlib.sha256(), 0
    with file.open("rb") as opened:
        while piece := opened.read(_PIECE):
            digest.update(piece)
            size += len(piece)
    return Part(name, size, digest.hexdigest())
