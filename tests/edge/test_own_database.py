"""The edge's small databases, in which the switchboard reads, too."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from centralka.edge.own_database import Changes, prepare


def test_each_commit_is_seen_however_soon_it_follows_the_one_before(tmp_path: Path) -> None:
    """Some of these fall into one tick of the clock by which the times of files are kept."""
    path = tmp_path / "edge.sqlite3"
    prepare(path, "CREATE TABLE word (text TEXT);")
    with closing(Changes(path)) as changes, closing(sqlite3.connect(path)) as edge:
        versions = [changes.version(), changes.version()]
        for _ in range(100):
            with edge:
                edge.execute("INSERT INTO word VALUES ('came')")
            versions.append(changes.version())
    assert versions[0] == versions[1]
    assert len(set(versions)) == 101


def test_a_database_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    with closing(Changes(tmp_path / "none.sqlite3")) as changes, pytest.raises(sqlite3.OperationalError):
        changes.version()
    assert not list(tmp_path.iterdir())
