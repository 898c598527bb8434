"""A copy of the database as it is at one moment, while others write to it, and back into an empty one.

SQLite: its online backup (https://www.sqlite.org/backup.html), in one step, which reads one state of a database in WAL
mode and keeps no writer waiting. PostgreSQL: pg_dump, which reads in one snapshot.
"""

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from django.conf import settings
from django.db import connection

from .errors import BackupFailed

COPY = {"sqlite": "database.sqlite3", "postgresql": "database.pgdump"}
"""The name of the copy in a backup."""


def kind() -> str:
    """Return `sqlite` or `postgresql`."""
    return "sqlite" if connection.vendor == "sqlite" else "postgresql"


def sqlite_file() -> Path:
    """Return the path of the SQLite database."""
    return Path(str(settings.DATABASES["default"]["NAME"]))


def copy_database(to: Path) -> None:
    """Copy the database into a file. Raises BackupFailed, OSError, sqlite3.Error."""
    if kind() == "sqlite":
        copy_sqlite(sqlite_file(), to)
    else:
        _run(["pg_dump", "--format=custom", "--no-owner", "--no-acl", f"--file={to}"])


def copy_sqlite(file: Path, to: Path) -> None:
    """Copy a SQLite database that others write to. Raises sqlite3.Error."""
    with (
        closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True, timeout=60)) as source,
        closing(sqlite3.connect(to)) as target,
    ):
        source.backup(target)
    to.chmod(0o600)


def is_empty() -> bool:
    """Tell whether the database has no table, or is not there at all."""
    if kind() == "sqlite" and not sqlite_file().exists():
        return True
    with connection.cursor() as cursor:
        return not connection.introspection.table_names(cursor)


def put_database(copy: Path) -> None:
    """Make the empty database what the copy is, wholly or not at all. Raises BackupFailed, OSError."""
    connection.close()
    if kind() == "sqlite":
        _put_sqlite(copy)
    else:
        name = str(settings.DATABASES["default"]["NAME"])
        whole = ["--no-owner", "--no-acl", "--single-transaction", "--exit-on-error"]
        _run(["pg_restore", *whole, f"--dbname={name}", str(copy)])


def _put_sqlite(copy: Path) -> None:
    file = sqlite_file()
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    beside = file.with_name(f".{file.name}.restored")
    try:
        shutil.copyfile(copy, beside)
        beside.chmod(0o600)
        for rest in ("-wal", "-shm"):  # of the empty one
            file.with_name(file.name + rest).unlink(missing_ok=True)
        os.replace(beside, file)
    finally:
        beside.unlink(missing_ok=True)


def _run(command: list[str]) -> None:
    """Run a program of PostgreSQL; the password goes by its environment, where no list of processes shows it."""
    database = settings.DATABASES["default"]
    names = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD", "PGDATABASE": "NAME"}
    given = {variable: str(database[name]) for variable, name in names.items() if database.get(name)}
    try:
        done = subprocess.run(  # noqa: S603 (the command is ours)
            command, env=os.environ | given, capture_output=True, text=True, check=False
        )
    except FileNotFoundError:
        raise BackupFailed(f"{command[0]} is missing; on Debian: apt-get install postgresql-client.") from None
    if done.returncode:
        said = " ".join(done.stderr.split())[:300]
        raise BackupFailed(f"{command[0]} failed: {said}")
