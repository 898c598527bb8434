"""What the engine would read of an endpoint now: it keeps what it has read, and has to be told of changes."""

from collections import defaultdict
from collections.abc import Collection
from typing import Any

from django.db import connection

from .realtime import VARIES

EngineRow = dict[str, str | None]
"""The columns in which a saved change shows, `realtime.VARIES`, and the address at which it is called."""
_COLUMNS = {"ps_endpoints": VARIES, "ps_aors": ("contact",)}


def engine_rows(names: Collection[str]) -> dict[str, EngineRow]:
    """Return the rows of these endpoints by name; nothing of an endpoint that is not there any more."""
    found: dict[str, EngineRow] = defaultdict(dict)
    for view, columns in _COLUMNS.items():
        for name, *values in _rows(view, columns, names):
            found[name] |= zip(columns, values, strict=True)
    return dict(found)


def _rows(view: str, columns: tuple[str, ...], names: Collection[str]) -> list[tuple[Any, ...]]:
    marks = ", ".join(["%s"] * len(names))
    statement = f"SELECT id, {', '.join(columns)} FROM {view} WHERE id IN ({marks})"  # noqa: S608 (constants)
    with connection.cursor() as cursor:
        cursor.execute(statement, list(names))
        return list(cursor.fetchall())
