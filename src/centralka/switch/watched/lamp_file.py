"""The edge's database of lamps (`edge.lamps`): it writes which phones asked for them, we write what they show."""

import sqlite3
import time
from collections.abc import Iterable, Mapping
from contextlib import closing
from pathlib import Path

from .lamp import Lamp

_PATIENCE = 2.0
"""Seconds for the edge, which writes once a second."""
_WATCHED = "SELECT DISTINCT presentity_uri, event FROM active_watchers WHERE expires > ?"
_SHOWN = "SELECT username, domain, event, body FROM presentity"
_SHOW = """
INSERT INTO presentity (username, domain, event, etag, expires, received_time, body, sender)
VALUES (?, ?, ?, 'switchboard', 2147483647, ?, ?, '')
ON CONFLICT (username, domain, event, etag) DO UPDATE SET received_time = excluded.received_time, body = excluded.body
"""
_PUT_OUT = "DELETE FROM presentity WHERE username = ? AND domain = ? AND event = ?"


class LampFile:
    """One thread at a time may use it. Its methods raise sqlite3.Error while the file cannot be read or written."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection: sqlite3.Connection | None = None

    def version(self) -> int:
        """Return a number that changes whenever the edge has written. It takes microseconds."""
        (found,) = self._open().execute("PRAGMA data_version").fetchone()
        return int(found)

    def watched(self) -> set[Lamp]:
        """Return the lamps that some phone asked for, and whose subscription runs."""
        return {Lamp.named(uri, event) for uri, event in self._open().execute(_WATCHED, [int(time.time())])}

    def shown(self) -> dict[Lamp, str]:
        """Return what the lamps show that have something to show."""
        rows = self._open().execute(_SHOWN)
        return {Lamp.named(f"sip:{user}@{domain}", event): body for user, domain, event, body in rows}

    def show(self, bodies: Mapping[Lamp, str | None]) -> None:
        """Let these lamps show this; None: nothing."""
        lit = [(lamp, body) for lamp, body in bodies.items() if body is not None]
        now = int(time.time())
        with self._open() as connection:
            connection.executemany(_SHOW, [(*_key(lamp), now, body) for lamp, body in lit])
            connection.executemany(_PUT_OUT, _keys(lamp for lamp, body in bodies.items() if body is None))

    def close(self) -> None:
        """Close it; the next use opens it anew."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _open(self) -> sqlite3.Connection:
        if self._connection is None:
            # Not made here: the start makes it, with its tables.
            uri = f"file:{self._path}?mode=rw"
            self._connection = sqlite3.connect(uri, uri=True, timeout=_PATIENCE, check_same_thread=False)
            with closing(self._connection.execute("PRAGMA synchronous = OFF")):
                pass  # what is lost in a power cut is written anew at the start
        return self._connection


def _keys(lamps: Iterable[Lamp]) -> list[tuple[str, str, str]]:
    return [_key(lamp) for lamp in lamps]


def _key(lamp: Lamp) -> tuple[str, str, str]:
    return lamp.extension, lamp.company, lamp.event.value
