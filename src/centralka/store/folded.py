"""`name__folded__contains=fold("lukasz")`: finds `Łukasz`, on both databases."""

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import CharField, TextField, Transform
from django.db.models.sql.compiler import SQLCompiler

from centralka.calls.alphabet import MARKS, PLAIN, fold

_FROM, _TO = "".join(PLAIN) + MARKS, "".join(PLAIN.values())
"""PostgreSQL's `translate` leaves out what has nothing in its place: the marks at the end."""


@CharField.register_lookup
@TextField.register_lookup
class Folded(Transform):
    """A text as `calls.alphabet.fold` gives it."""

    lookup_name = "folded"
    function = "centralka_fold"

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **_: Any) -> tuple[str, Any]:
        inner, given = compiler.compile(self.lhs)
        return f"translate(lower({inner}), %s, %s)", [*given, _FROM, _TO]


def add_functions(sender: object, connection: BaseDatabaseWrapper, **_: object) -> None:
    """Add the function to SQLite, which has none that could fold a text."""
    if connection.vendor == "sqlite":
        connection.connection.create_function(Folded.function, 1, _fold, deterministic=True)


def _fold(value: object) -> str | None:
    return None if value is None else fold(str(value))
