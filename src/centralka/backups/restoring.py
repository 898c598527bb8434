"""Put a backup into an empty installation: all is unpacked and checked first, then put in place; or nothing is."""

import os
import shutil
import sqlite3
import tarfile
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError
from django.db.migrations.loader import MigrationLoader

from centralka.environment import text
from centralka.start.errors import CannotStart
from centralka.start.home import make_home, only_one

from .databases import COPY, is_empty, kind, put_database
from .errors import BackupFailed
from .making import SECRET_KEY
from .manifest import DAMAGED, NAME, Manifest, Part, manifest_in, part_of

_ROOM_LEFT = 50 * 1024 * 1024
"""Bytes that stay free on the disk."""


def restore_backup(file: Path) -> Manifest:
    """Make this installation, which must be empty, what the backup is. Raises BackupFailed; nothing is changed then."""
    try:
        make_home(settings.HOME, ("run",))
        with only_one(settings.HOME, "Centralka"):
            return _restored(file)
    except CannotStart as problem:
        raise BackupFailed(str(problem)) from None
    except (tarfile.TarError, EOFError, zlib.error, UnicodeError):
        raise BackupFailed(DAMAGED.format(why="it is no whole archive")) from None
    except OSError as problem:
        raise BackupFailed(f"Nothing was restored: {problem.strerror or problem}.") from None
    except (sqlite3.Error, DatabaseError) as problem:
        raise BackupFailed(f"The database cannot be used: {' '.join(str(problem).split())[:200]}.") from None


def _restored(file: Path) -> Manifest:
    _check_empty()
    if not file.is_file():
        raise BackupFailed(f"There is no file {file}.")
    with tarfile.open(file, "r:gz") as tar:
        manifest = _manifest(tar)
        _check(manifest)
        with _folder() as folder:
            _unpack(tar, manifest, folder)
            _check_key(folder)
            _put(manifest, folder)
    return manifest


def _check_empty() -> None:
    if not is_empty():
        raise BackupFailed(
            "The database is not empty; a backup is restored into an empty one only. Set CENTRALKA_HOME, or "
            "CENTRALKA_DATABASE_URL, to another."
        )


def _manifest(tar: tarfile.TarFile) -> Manifest:
    first = tar.next()
    content = tar.extractfile(first) if first and first.name == NAME and first.isfile() else None
    if content is None:
        raise BackupFailed(DAMAGED.format(why="it does not begin with a list of its files"))
    return manifest_in(content.read())


def _check(manifest: Manifest) -> None:
    if manifest.migration not in {name for app, name in MigrationLoader(None).disk_migrations if app == "store"}:
        raise BackupFailed(
            f"Centralka {manifest.centralka} made this backup; its database is newer than this Centralka knows. "
            "Install that version first."
        )
    if manifest.database != kind():
        raise BackupFailed(
            f"The backup is of a {manifest.database} database, and CENTRALKA_DATABASE_URL names a {kind()} one."
        )
    free = shutil.disk_usage(settings.HOME).free
    if free < 2 * manifest.size + _ROOM_LEFT:
        needed, there = (2 * manifest.size + _ROOM_LEFT) // 2**20, free // 2**20
        raise BackupFailed(f"The disk is too full: {needed} MB are needed, {there} MB are free. Nothing was restored.")


@contextmanager
def _folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(dir=settings.HOME, prefix=".restored."))  # mode 0700
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _unpack(tar: tarfile.TarFile, manifest: Manifest, folder: Path) -> None:
    wanted = {one.name: one for one in manifest.files}
    for entry in tar:
        if entry.name == NAME:
            continue
        part = wanted.pop(entry.name, None)
        content = tar.extractfile(entry) if part and entry.isfile() else None
        if part is None or content is None:
            raise BackupFailed(DAMAGED.format(why=f"it holds {entry.name!r}, which is not in its list"))
        path = folder / part.name
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as opened:
            shutil.copyfileobj(content, opened)
        _compare(path, part)
    if wanted:
        raise BackupFailed(DAMAGED.format(why=f"{min(wanted)} is missing"))


def _compare(path: Path, part: Part) -> None:
    if part_of(path, part.name) != part:
        raise BackupFailed(DAMAGED.format(why=f"{part.name} is not what it was"))


def _check_key(folder: Path) -> None:
    given = text("CENTRALKA_SECRET_KEY")
    if given and given != (folder / SECRET_KEY).read_text():
        raise BackupFailed(
            "CENTRALKA_SECRET_KEY is not the backup's: PINs would be lost. Unset it, or set the right one."
        )


def _put(manifest: Manifest, folder: Path) -> None:
    """Put the files in place, and the database last: without it, the installation is empty still."""
    copy = COPY[manifest.database]
    put: list[tuple[Path, bytes | None]] = []
    try:
        for one in (one for one in manifest.files if one.name != copy):
            place = settings.HOME / one.name
            # An empty installation has a key already, and no more.
            put.append((place, place.read_bytes() if place.exists() else None))
            place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            os.replace(folder / one.name, place)
        put_database(folder / copy)
    except BaseException:
        for place, before in reversed(put):
            _take_back(place, before)
        raise


def _take_back(place: Path, before: bytes | None) -> None:
    if before is None:
        place.unlink(missing_ok=True)
    else:
        place.write_bytes(before)
