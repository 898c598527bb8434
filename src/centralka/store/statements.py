"""Written statements, for what is asked at each call, and again and again also while nobody calls.

The same question costs three to five times as much through the ORM, which puts it together anew each time; on SQLite
it costs twice as much through Django's cursor, which looks at each statement for its marks (docs/decisions/0013).
"""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, connections

Row = dict[str, Any]
"""Values by the names of their columns."""


def rows_of(statement: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """Return the rows that a statement finds. Truth is 0 or 1 in SQLite, moments have no zone there: read neither."""
    return _executed(statement, values)[1]


def named_rows_of(statement: str, values: Sequence[Any] = ()) -> list[Row]:
    """Return the rows as `rows_of` does, each by the names of its columns."""
    described, rows = _executed(statement, values)
    names = [column[0] for column in described]
    return [dict(zip(names, row, strict=True)) for row in rows]


def _executed(statement: str, values: Sequence[Any]) -> tuple[Sequence[Sequence[Any]], list[tuple[Any, ...]]]:
    database = connections[DEFAULT_DB_ALIAS]
    # Tests that watch statements see those of Django's cursor only.
    is_watched = database.force_debug_cursor or database.execute_wrappers
    if database.vendor == "sqlite" and database.connection is not None and not is_watched:
        with database.wrap_database_errors:
            found = database.connection.execute(_for_sqlite(statement), values)
            return found.description, found.fetchall()
    with database.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.description, cursor.fetchall()


@lru_cache(256)
def _for_sqlite(statement: str) -> str:
    return statement.replace("%s", "?").replace("%%", "%")


def moment(at: datetime) -> Any:
    """Return `at` as a statement has to be given it: SQLite keeps and compares texts."""
    return connection.ops.adapt_datetimefield_value(at)
