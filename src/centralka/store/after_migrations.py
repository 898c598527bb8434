"""Make the engine's views and the triggers once the tables are what today's code says.

A migration that made them would read today's columns from the tables of its own day. So the views go before any
migration changes a table, since they stand in the way of that, and come back after the last one (Django's `pre_migrate`
and `post_migrate`). A changed view needs no migration. Triggers come back too: SQLite changes a table by making it
anew, without its triggers.
"""

from collections.abc import Iterable

from django.apps import AppConfig
from django.db import connections, transaction

from .realtime import create_views_sql, drop_views_sql
from .triggers import make_triggers_sql


def drop_before_migrating(sender: AppConfig, using: str, plan: list[object], **_: object) -> None:
    """Drop the views if a migration is going to run. For `pre_migrate`."""
    if plan:
        _run(using, drop_views_sql())


def make_after_migrating(sender: AppConfig, using: str, **why: object) -> None:
    """Make views and triggers anew. For `post_migrate`; `flush` sends it too, without a plan: tables stayed then."""
    if "plan" in why:
        vendor = connections[using].vendor
        _run(using, [*drop_views_sql(), *create_views_sql(vendor), *make_triggers_sql(vendor)])


def _run(using: str, statements: Iterable[str]) -> None:
    # In one transaction: an engine that runs meanwhile sees the views of before or of after.
    with transaction.atomic(using), connections[using].cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
