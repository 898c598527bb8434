"""Written statements, for what is asked at each call, and again and again also while nobody calls.

The same question costs three to five times as much through the ORM, which puts it together anew each time; on SQLite
it costs twice as much through Django's cursor, which looks at each statement for its marks (docs/decisions/0013).
"""

import json
import sqlite3
import threading
from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper

Row = dict[str, Any]
"""Values by the names of their columns."""
_ON_SQLITE = settings.DATABASES[DEFAULT_DB_ALIAS]["ENGINE"].endswith("sqlite3")


class _AtHand(threading.local):
    database: BaseDatabaseWrapper | None = None


_at_hand = _AtHand()


def keep_at_hand(database: BaseDatabaseWrapper | None) -> None:
    """Ask this connection whatever is asked in this thread; None: Django's, which it finds out anew each time.

    That takes it a fifth of what a short statement does, in an event loop more (docs/decisions/0013).
    """
    _at_hand.database = database


def rows_of(statement: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """Return the rows that a statement finds, if it finds any. SQLite has truth as 0 or 1, moments without a zone, and
    money as floating-point numbers: read them with `bool`, `moment_in` and `money_in`."""
    return _executed(statement, values)[1]


def named_rows_of(statement: str, values: Sequence[Any] = ()) -> list[Row]:
    """Return the rows as `rows_of` does, each by the names of its columns."""
    described, rows = _executed(statement, values)
    names = [column[0] for column in described]
    return [dict(zip(names, row, strict=True)) for row in rows]


def for_each(statement: str, rows: Sequence[Sequence[Any]]) -> None:
    """Run a statement that finds nothing once for each row of values."""
    database = _database()
    if _by_itself(database):
        with database.wrap_database_errors:
            database.connection.executemany(_for_sqlite(statement), rows)
    elif rows:
        with database.cursor() as cursor:
            cursor.executemany(statement, rows)


def _executed(statement: str, values: Sequence[Any]) -> tuple[Sequence[Sequence[Any]], list[tuple[Any, ...]]]:
    database = _database()
    if _by_itself(database):
        try:
            found = database.connection.execute(_for_sqlite(statement), values)
            return found.description, found.fetchall()
        except sqlite3.Error:
            with database.wrap_database_errors:  # only where there is one: it is a tenth of a short statement
                raise
    with database.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.description, cursor.fetchall() if cursor.description else []


def _database() -> BaseDatabaseWrapper:
    return _at_hand.database or connections[DEFAULT_DB_ALIAS]


def _by_itself(database: BaseDatabaseWrapper) -> bool:
    """Tell whether to ask SQLite's own connection. Tests that watch statements see those of Django's cursor only."""
    is_watched = database.force_debug_cursor or database.execute_wrappers
    return _ON_SQLITE and database.connection is not None and not is_watched


@lru_cache(256)
def _for_sqlite(statement: str) -> str:
    return statement.replace("%s", "?").replace("%%", "%")


def moment(at: datetime | None) -> Any:
    """Return `at` as a statement has to be given it: SQLite keeps and compares texts. None is NULL."""
    return str(at.astimezone(UTC).replace(tzinfo=None)) if at and _ON_SQLITE else at


def moment_in(value: Any) -> datetime:
    """Read a moment: SQLite gives a column's without its zone, and any other as text."""
    at = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def money_in(value: Any) -> Decimal:
    """Read an amount. SQLite gives floating-point numbers, with noise behind the fourth decimal."""
    return Decimal(f"{value:.4f}")


def among() -> str:
    """Return the condition that a column is one of `listed` values, of which there can be any number."""
    return "IN (SELECT value FROM json_each(%s))" if _ON_SQLITE else "= ANY(%s)"


def listed(values: Collection[Any]) -> Any:
    """Return values as the condition `among` has to be given them."""
    return json.dumps(list(values)) if _ON_SQLITE else list(values)


def locking() -> str:
    """Return what a SELECT of rows ends with that keeps them locked until the transaction is over.

    A row that only points at a locked one, as a new call record does, need not wait. On SQLite whole transactions wait.
    """
    return "FOR NO KEY UPDATE" if connection.features.has_select_for_update else ""
