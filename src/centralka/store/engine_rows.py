"""What the engine would read of an endpoint now: it keeps what it has read, and has to be told of changes."""

from collections import defaultdict
from collections.abc import Collection
from typing import Any

from django.db import connection

from centralka.calls.endpoints import Carrier, endpoint_named

from .realtime import VARIES

EngineRow = dict[str, str | None]
"""The columns in which a saved change shows, `realtime.VARIES`; of a carrier also the address at which it is called."""


def engine_rows(names: Collection[str]) -> dict[str, EngineRow]:
    """Return the rows of these endpoints by name; nothing of an endpoint that is not there any more."""
    found: dict[str, EngineRow] = defaultdict(dict)
    # Where an account is called never changes.
    carriers = [name for name in names if isinstance(endpoint_named(name), Carrier)]
    for view, columns, sought in (("ps_endpoints", VARIES, names), ("ps_aors", ("contact",), carriers)):
        for name, *values in _rows(view, columns, sought) if sought else []:
            found[name] |= zip(columns, values, strict=True)
    return dict(found)


def _rows(view: str, columns: tuple[str, ...], names: Collection[str]) -> list[tuple[Any, ...]]:
    marks = ", ".join(["%s"] * len(names))
    statement = f"SELECT id, {', '.join(columns)} FROM {view} WHERE id IN ({marks})"  # noqa: S608 (constants)
    with connection.cursor() as cursor:
        cursor.execute(statement, list(names))
        return list(cursor.fetchall())
