"""Today's tables, and none at all, in the database of the tests."""

from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.state import StateApps


def migrate() -> StateApps:
    """As `make run` does it, with what goes before and after the migrations. Gives today's models."""
    call_command("migrate", verbosity=0, interactive=False)
    executor = MigrationExecutor(connection)
    return executor.loader.project_state(executor.loader.graph.leaf_nodes()).apps


def empty() -> None:
    """Leave nothing in the database. Django's way back takes three times as long as all the way here again."""
    with connection.constraint_checks_disabled(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
            return
        cursor.execute(
            "SELECT type, name FROM sqlite_master WHERE type IN ('view', 'table') AND name NOT LIKE 'sqlite_%'"
            " ORDER BY type DESC"
        )
        for kind, name in cursor.fetchall():
            cursor.execute(f'DROP {kind} "{name}"')
