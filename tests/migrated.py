"""A database with today's tables, migrated once: each worker and each installation of the tests begins with a copy.

Migrating takes seconds of a processor each time. What a migration does to a database that is not empty is told in
`tests/store/test_migrations.py`, and a first start without any database in `tests/live/two_commands`.
"""

import fcntl
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from hashlib import sha256
from pathlib import Path

import django
import psycopg
from django.conf import settings
from django.db import connection, connections

from centralka import store

_ON_SERVER = "centralka_migrated"
_WHERE = {"user", "password", "host", "port"}


def copy_sqlite(target: Path) -> None:
    """Put a migrated SQLite database there."""
    with closing(sqlite3.connect(_sqlite())) as template, closing(sqlite3.connect(target)) as copy:
        template.backup(copy)


def _sqlite() -> Path:
    """The file with today's tables, made if need be: its name tells of which code they are."""
    file = settings.HOME / f"test-migrated-{_digest()}.sqlite3"
    with _one_at_a_time():
        if not file.exists():
            for old in settings.HOME.glob("test-migrated-*.sqlite3*"):
                old.unlink()
            fresh = file.with_suffix(".new")
            fresh.unlink(missing_ok=True)
            _migrate(f"sqlite:///{fresh}")
            fresh.rename(file)
    return file


def template_on_server() -> str:
    """The name of the database with today's tables on the PostgreSQL server of this run, made if need be."""
    where = {name: value for name, value in connection.get_connection_params().items() if name in _WHERE}
    with _one_at_a_time(), psycopg.connect(**where, dbname="postgres", autocommit=True) as server:
        if not server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [_ON_SERVER]).fetchone():
            server.execute(f"CREATE DATABASE {_ON_SERVER}")
            _migrate(settings.DATABASE_URL.rpartition("/")[0] + f"/{_ON_SERVER}")
    return _ON_SERVER


@contextmanager
def beginning_with_a_copy() -> Iterator[bool]:
    """For the time of a test session: the tests' database begins with today's tables. Gives whether it exists now."""
    if connection.vendor == "postgresql":
        connection.settings_dict["TEST"]["TEMPLATE"] = template_on_server()
        yield False
        return
    file = Path(connection.settings_dict["TEST"]["NAME"])
    copy_sqlite(file)
    yield True
    connections.close_all()
    for part in file.parent.glob(f"{file.name}*"):
        part.unlink()


def _migrate(url: str) -> None:
    """As at set-up, in a process of its own: this one has not chosen its database yet."""
    environment = {
        **os.environ,
        "CENTRALKA_DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "centralka.settings",
        "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
    }
    subprocess.run([sys.executable, "-m", "django", "migrate", "--verbosity", "0"], env=environment, check=True)


def _digest() -> str:
    """Of all that makes tables, views and triggers, of ours and of Django."""
    read = sha256(django.__version__.encode())
    for path in sorted(Path(store.__path__[0]).rglob("*.py")):
        read.update(path.read_bytes())
    return read.hexdigest()[:16]


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """The others wait, and find it made."""
    with (settings.HOME / "test-migrated.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
