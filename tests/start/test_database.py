"""What a start says of a database that is not its own version's."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from centralka.start.database import find_database, prepare_database
from centralka.start.errors import CannotStart


@pytest.mark.django_db
@pytest.mark.parametrize("start", [find_database, prepare_database])
def test_tables_of_a_newer_version_are_left_alone(start: Callable[[], None]) -> None:
    """Django would go on with them."""
    MigrationRecorder(connection).record_applied("store", "9999_of_tomorrow")
    with pytest.raises(CannotStart, match=r"newer Centralka \(9999_of_tomorrow\)"):
        start()
