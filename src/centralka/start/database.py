"""The database before anybody uses it, with what a release brings beside it."""

from django.conf import settings
from django.core.management import call_command
from django.core.management.sql import emit_post_migrate_signal
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from centralka.messages import compile_messages
from centralka.static_files import collect_static_files
from centralka.store.edge import edge_is_placed

from .errors import CannotStart


def find_database() -> None:
    """Check that the database is as this version needs it; the edge's machine prepares it. Raises CannotStart."""
    try:
        plan = MigrationExecutor(connection)
        _check_not_newer(plan)
        missing = plan.migration_plan(plan.loader.graph.leaf_nodes())
        placed = not missing and edge_is_placed()
    except DatabaseError as error:
        raise CannotStart(f"The database cannot be used: {' '.join(str(error).split())[:200]}") from None
    if not placed:
        raise CannotStart("The database is not prepared: start this version on the machine of the edge first.")


def prepare_database() -> None:
    """Compile translations, name files for browsers, bring tables up to date. Raises CannotStart."""
    compile_messages(settings.HOME / "locale")
    collect_static_files()
    try:
        plan = MigrationExecutor(connection)
        _check_not_newer(plan)
        if plan.migration_plan(plan.loader.graph.leaf_nodes()):
            call_command("migrate", verbosity=0, interactive=False)
        else:
            # What `migrate` does when there is nothing to migrate, without all models of all migrations for it.
            emit_post_migrate_signal(verbosity=0, interactive=False, db=connection.alias, plan=[])
    except DatabaseError as error:
        raise CannotStart(f"The database cannot be used: {' '.join(str(error).split())[:200]}") from None


def _check_not_newer(plan: MigrationExecutor) -> None:
    """Refuse tables of a later version: Django itself would go on, and rows would be written without what is new."""
    unknown = [name for app, name in plan.loader.applied_migrations if app == "store" and not _known(plan, app, name)]
    if unknown:
        raise CannotStart(
            f"The database is of a newer Centralka ({max(unknown)}). Start that version, or restore a backup of before."
        )


def _known(plan: MigrationExecutor, app: str, name: str) -> bool:
    return (app, name) in plan.loader.disk_migrations
