"""Small SQLite databases of the edge's own, in which the switchboard reads and writes, too."""

import sqlite3
from contextlib import closing
from pathlib import Path

from .edge_settings import PRIVATE_FILE


def opened(path: Path) -> "closing[sqlite3.Connection]":
    """Open a database that is there, until the end of a `with`. Raises sqlite3.OperationalError if it is not."""
    return closing(sqlite3.connect(f"file:{path}?mode=rw", uri=True))


def prepare(path: Path, tables: str) -> None:
    """Make the database if it is not there, and what it lacks of `tables` (SQL). In WAL mode readers hold up nobody."""
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA journal_mode = WAL")
        database.executescript(tables)
    path.chmod(PRIVATE_FILE)
