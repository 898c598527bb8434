"""Small SQLite databases of the edge's own, in which the switchboard reads and writes, too."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from .edge_settings import PRIVATE_FILE


def opened(path: Path) -> "closing[sqlite3.Connection]":
    """Open a database that is there, until the end of a `with`. Raises sqlite3.OperationalError if it is not."""
    return closing(sqlite3.connect(f"file:{path}?mode=rw", uri=True))


class Changes:
    """Tells in microseconds whether anybody has written to a database that is there, and reads a few of its rows."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection: sqlite3.Connection | None = None

    def version(self) -> int:
        """Return a number that is another one after each commit (https://www.sqlite.org/pragma.html#pragma_data_version).

        The times of the files are no such sign: two commits may fall into one tick of the clock by which they are kept.
        Raises sqlite3.OperationalError if the database is not there.
        """
        ((version,),) = self.rows("PRAGMA data_version")
        return int(version)

    def rows(self, question: str) -> list[tuple[Any, ...]]:
        """Return what a short question finds: readers hold up nobody, and wait for nobody. Raises as `version`."""
        if self._connection is None:
            self._connection = sqlite3.connect(f"file:{self._path}?mode=rw", uri=True)
        try:
            return self._connection.execute(question).fetchall()
        except sqlite3.Error:
            self.close()  # it may be another file by now
            raise

    def close(self) -> None:
        """Close it; the next question opens it anew."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def prepare(path: Path, tables: str) -> None:
    """Make the database if it is not there, and what it lacks of `tables` (SQL). In WAL mode readers hold up nobody."""
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA journal_mode = WAL")
        database.executescript(tables)
    path.chmod(PRIVATE_FILE)
