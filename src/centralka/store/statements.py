"""Written statements, for what is asked again and again also while nobody calls.

The same question costs three to five times as much through the ORM, which puts it together anew each time
(docs/decisions/0013).
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection


def rows_of(statement: str, values: Sequence[str | int] = ()) -> list[tuple[Any, ...]]:
    """Return the rows that a statement finds. Truth is 0 or 1 in SQLite, moments have no zone there: read neither."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())


def moment(at: datetime) -> Any:
    """Return `at` as a statement has to be given it: SQLite keeps and compares texts."""
    return connection.ops.adapt_datetimefield_value(at)
