"""The database before anybody uses it, with what a release brings beside it."""

from django.conf import settings
from django.core.management import call_command
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
        call_command("migrate", verbosity=0, interactive=False)
    except DatabaseError as error:
        raise CannotStart(f"The database cannot be used: {' '.join(str(error).split())[:200]}") from None
