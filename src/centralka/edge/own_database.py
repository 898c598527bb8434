"""Small SQLite databases of the edge's own, in which the switchboard reads and writes, too."""

import sqlite3
from contextlib import closing
from pathlib import Path

from .edge_settings import PRIVATE_FILE


def prepare(path: Path, tables: str) -> None:
    """Make the database if it is not there, and what it lacks of `tables` (SQL). In WAL mode readers hold up nobody."""
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA journal_mode = WAL")
        database.executescript(tables)
    path.chmod(PRIVATE_FILE)
