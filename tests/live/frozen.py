"""Processes that stand still for a while, as one that hangs does."""

import os
import signal
import sqlite3
from contextlib import closing

from tests.live.instance import Installation, ProcessName


def freeze(house: Installation, name: ProcessName) -> int:
    """Stop a part where it stands, but for the middle of writing: nobody else could write to SQLite for as long.

    Returns its process id.
    """
    while True:
        pid = house.signal(name, signal.SIGSTOP)
        if _others_can_write(house):
            return pid
        os.kill(pid, signal.SIGCONT)


def _others_can_write(house: Installation) -> bool:
    with closing(sqlite3.connect(house.home / "centralka.sqlite3", timeout=1, isolation_level=None)) as database:
        try:
            database.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            return False
        database.execute("ROLLBACK")
    return True
