"""This machine: its processes, its disk, its backups."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection

from centralka.disk import Room, free_mb, room
from centralka.draining import draining_since
from centralka.files import write_whole
from centralka.process_states import process_states

from .finding import Finding, Kind, fault, warning

BACKUP_EVERY = timedelta(days=8)
"""An operator who makes one each week has a day for it."""


def processes(now: datetime) -> Iterator[Finding]:
    """Find processes that are not there, or do not answer; they are started again by themselves."""
    states = process_states(settings.HOME)
    if states is None:
        yield fault(Kind.NOTHING_RUNS)
    for one in states or ():
        if not one.runs:
            yield fault(Kind.PROCESS_DOWN, process=one.name)
        elif not one.answers:
            yield fault(Kind.PROCESS_SILENT, process=one.name)


def calls_taken(now: datetime) -> Iterator[Finding]:
    """Find that new calls are refused (`centralka drain`)."""
    if since := draining_since(settings.HOME):
        yield warning(Kind.TAKES_NO_CALLS, since=since)


def disk(now: datetime) -> Iterator[Finding]:
    """Find that the disk fills up. Raises OSError."""
    free = free_mb(settings.HOME)
    match room(free, settings.DISK_WARN_MB):
        case Room.FULL:
            yield fault(Kind.DISK_FULL, free_mb=free)
        case Room.LOW:
            yield warning(Kind.DISK_LOW, free_mb=free)
        case Room.ENOUGH:
            return


def database_bytes() -> int:
    """Return the size of the database. Raises DatabaseError, OSError."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_database_size(current_database())")
            return int(cursor.fetchone()[0])
    file = Path(str(connection.settings_dict["NAME"]))
    beside = (file.with_name(f"{file.name}{end}") for end in ("", "-wal"))
    return sum(one.stat().st_size for one in beside if one.exists())


def note_backup(made_at: datetime) -> None:
    """Note that there is a backup. Raises OSError."""
    _backup_note().parent.mkdir(parents=True, exist_ok=True)
    write_whole(_backup_note(), json.dumps({"made_at": made_at.isoformat(timespec="seconds")}))


def last_backup() -> datetime | None:
    """Return when the last backup was made here; None: never, as far as is known."""
    try:
        return datetime.fromisoformat(json.loads(_backup_note().read_text())["made_at"]).astimezone(UTC)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def backups(now: datetime) -> Iterator[Finding]:
    """Find that there is no backup, or only an old one."""
    made_at = last_backup()
    if made_at is None:
        yield warning(Kind.NO_BACKUP)
    elif now - made_at > BACKUP_EVERY:
        yield warning(Kind.BACKUP_OLD, made_at=made_at, days=(now - made_at).days)


def _backup_note() -> Path:
    return Path(settings.HOME) / "run/last-backup.json"
