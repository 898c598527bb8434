"""A disk that is full is told from other faults, whatever wrapped it."""

import errno
import sqlite3
from pathlib import Path

import pytest
from django.db import OperationalError

from centralka.disk import found_no_room


def test_a_database_without_room(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "small")
    connection.execute("CREATE TABLE a (b)")
    connection.execute("PRAGMA max_page_count = 2")
    with pytest.raises(sqlite3.OperationalError) as full:
        connection.execute("INSERT INTO a VALUES (zeroblob(10000))")
    connection.close()
    wrapped = OperationalError("wrapped")
    wrapped.__cause__ = full.value
    assert found_no_room(full.value)
    assert found_no_room(wrapped)


def test_a_file_without_room() -> None:
    with pytest.raises(OSError, match="No space") as full, open("/dev/full", "w") as file:
        file.write("a")
    assert found_no_room(full.value)


def test_other_faults_are_not_a_full_disk() -> None:
    assert not found_no_room(OSError(errno.EACCES, "no"))
    assert not found_no_room(OperationalError("database is locked"))
    assert not found_no_room(None)
