"""Write a backup of a Centralka that may run, and be in the middle of calls."""

import io
import os
import shutil
import sqlite3
import tarfile
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import structlog
from django.conf import settings
from django.db import DatabaseError
from django.db.migrations.recorder import MigrationRecorder

from centralka import __version__
from centralka.probes.machine import note_backup

from .databases import COPY, copy_database, copy_sqlite, is_empty, kind
from .errors import BackupFailed
from .manifest import NAME, Manifest, Part, part_of

log = structlog.get_logger()

SECRET_KEY = "secret-key"  # noqa: S105 (the file's name)
CONTACTS = "edge/contacts.sqlite3"
"""The edge's registrations of phones: after a restoring they are called at once, not when they register again."""
KEPT = ("tls", "demo.json", "carrier.json", "carrier/customers", "engine/log/cel-custom", "engine/spool/voicemail")
"""The rest of the home folder that is kept: certificates and keys, the journal of calls, messages that are not in the
database yet.

Sounds, greetings, hold music, messages, price lists and their files are in the database.
"""


def make_backup(file: Path) -> Manifest:
    """Write everything of this installation into a new file (mode 0600). Raises BackupFailed."""
    if file.exists():
        raise BackupFailed(f"{file} exists already; choose another name.")
    try:
        with _folder_beside(file) as folder:
            return _written(file, folder)
    except OSError as problem:
        raise BackupFailed(f"The backup cannot be written to {file.parent}: {problem.strerror or problem}.") from None
    except (sqlite3.Error, DatabaseError) as problem:
        raise BackupFailed(f"The database cannot be copied: {' '.join(str(problem).split())[:200]}.") from None


@contextmanager
def _folder_beside(file: Path) -> Iterator[Path]:
    """Keep copies on the disk of the backup: the installation's own is left alone."""
    folder = Path(tempfile.mkdtemp(dir=file.parent, prefix=f".{file.name}."))  # mode 0700
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _written(file: Path, folder: Path) -> Manifest:
    if is_empty():
        raise BackupFailed(f"There is nothing in {settings.HOME} yet: the database has no tables.")
    # First the database, then what only grows: the journal has at least all that the database was told from it.
    copy = folder / "database"
    copy_database(copy)
    found = [(COPY[kind()], copy), *_files(folder)]
    manifest = Manifest(
        centralka=__version__,
        made_at=datetime.now(UTC).isoformat(timespec="seconds"),
        node=settings.NODE,
        database=kind(),
        migration=_last_migration(),
        files=tuple(part_of(path, name) for name, path in found),
    )
    part = folder / "backup"
    _pack(part, manifest, dict(found))
    part.rename(file)
    _note(manifest)
    return manifest


def _note(manifest: Manifest) -> None:
    """Note that there is a backup, for the operator's page. It is a good one also where that has no room."""
    try:
        note_backup(datetime.fromisoformat(manifest.made_at))
    except OSError as problem:
        log.warning("that there is a backup could not be noted", problem=str(problem))


def _last_migration() -> str:
    done = MigrationRecorder.Migration.objects.filter(app="store").order_by("-name").values_list("name", flat=True)
    return str(done[0])


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    """Copy the files of the home folder, with their names there: they may go, or grow, at any moment."""
    key = folder / SECRET_KEY
    key.write_text(settings.SECRET_KEY)  # wherever it comes from: PINs and sessions are digests by it
    yield SECRET_KEY, key
    if (contacts := settings.HOME / CONTACTS).exists():
        copy_sqlite(contacts, folder / "contacts")
        yield CONTACTS, folder / "contacts"
    for number, path in enumerate(_kept()):
        copied = folder / str(number)
        try:
            shutil.copyfile(path, copied)
        except FileNotFoundError:
            continue  # a message that went into the database, or was given up, meanwhile
        yield path.relative_to(settings.HOME).as_posix(), copied


def _kept() -> Iterator[Path]:
    for name in KEPT:
        path = settings.HOME / name
        yield from sorted(one for one in (path.rglob("*") if path.is_dir() else [path]) if one.is_file())


def _pack(part: Path, manifest: Manifest, found: dict[str, Path]) -> None:
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as opened:
        with tarfile.open(fileobj=opened, mode="w:gz", compresslevel=5) as tar:
            text = manifest.as_json().encode()
            tar.addfile(_entry(NAME, len(text)), io.BytesIO(text))
            for one in manifest.files:
                _add(tar, one, found[one.name])
        opened.flush()
        os.fsync(opened.fileno())


def _add(tar: tarfile.TarFile, part: Part, path: Path) -> None:
    with path.open("rb") as content:
        tar.addfile(_entry(part.name, part.size), content)


def _entry(name: str, size: int) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode, entry.mtime = size, 0o600, int(time.time())
    return entry
