"""The Django app that owns every table."""

import re
from functools import lru_cache

from django.apps import AppConfig
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate, pre_migrate

from .after_migrations import drop_before_migrating, make_after_migrating
from .folded import add_functions
from .older_rows import fill_in_older_rows


class StoreConfig(AppConfig):
    """Named `store`, so tables' app label is short."""

    name = "centralka.store"
    label = "store"

    def ready(self) -> None:
        connection_created.connect(_search_in_polish)
        connection_created.connect(add_functions)
        pre_migrate.connect(drop_before_migrating, sender=self)
        post_migrate.connect(make_after_migrating, sender=self)
        post_migrate.connect(fill_in_older_rows, sender=self)


def _search_in_polish(sender: object, connection: BaseDatabaseWrapper, **_: object) -> None:
    """SQLite's own LIKE knows small and capital letters of English only: `żółw` would not find `Żółwik`."""
    if connection.vendor == "sqlite":
        connection.connection.create_function("like", 3, _like, deterministic=True)


def _like(pattern: str, value: object, escape: str) -> bool:
    """Compute `value LIKE pattern ESCAPE escape` (https://sqlite.org/lang_expr.html#like), for any alphabet."""
    return value is not None and _compiled(pattern, escape).fullmatch(str(value).casefold()) is not None


@lru_cache(maxsize=256)
def _compiled(pattern: str, escape: str) -> re.Pattern[str]:
    expression, literal = "", False
    for character in pattern.casefold():
        if character == escape and not literal:
            literal = True
            continue
        wild = {"%": ".*", "_": "."}.get(character)
        expression += wild if wild and not literal else re.escape(character)
        literal = False
    return re.compile(expression, re.DOTALL)
