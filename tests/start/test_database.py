"""What a start says of a database that is not its own version's."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from centralka.start.database import find_database, prepare_database
from centralka.start.errors import CannotStart
from centralka.store.realtime import drop_views_sql


@pytest.mark.django_db
@pytest.mark.parametrize("start", [find_database, prepare_database])
def test_tables_of_a_newer_version_are_left_alone(start: Callable[[], None]) -> None:
    """Django would go on with them."""
    MigrationRecorder(connection).record_applied("store", "9999_of_tomorrow")
    with pytest.raises(CannotStart, match=r"newer Centralka \(9999_of_tomorrow\)"):
        start()


@pytest.mark.django_db
def test_views_are_made_though_there_is_nothing_to_migrate() -> None:
    """They are of today's code; a changed one has no migration."""
    with connection.cursor() as cursor:
        for statement in drop_views_sql():
            cursor.execute(statement)

    prepare_database()

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM edge_account")
        assert cursor.fetchone() == (0,)
