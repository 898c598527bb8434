"""Fixtures that every suite shares."""

import gc
from collections.abc import Generator, Iterator, Sequence
from typing import Any

import pytest
from django.conf import settings as configured
from django.contrib.auth.management import create_permissions
from django.db import connection, connections, transaction
from django.db.models.signals import post_migrate
from django.template.base import Template
from django.utils.translation.reloader import translation_file_changed
from pytest_django import DjangoDbBlocker, Settings

from centralka.messages import compile_messages
from centralka.static_files import collect_static_files

from . import cast, migrated

pytest_plugins = ["tests.standstill"]

# As at set-up: both languages are there. Django has read its catalogues by now (loading the models says a word);
# this is how its own reloader forgets them.
compile_messages(configured.HOME / "locale")
collect_static_files()
translation_file_changed(sender=None, file_path=configured.HOME / "locale" / "django.mo")


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Look for no garbage while thousands of tests are read, which are none, and not among them afterwards."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()
        gc.collect()
        gc.freeze()


_render = Template._render  # type: ignore[attr-defined]


@pytest.fixture(scope="session", autouse=True)
def _only_what_is_asked(django_test_environment: None) -> None:
    """Tests read pages, not what templates were given: Django's test client would copy that for each widget.

    And who may do what is the product's own: Django's permissions would be made anew after each test with commits.
    """
    Template._render = _render  # type: ignore[attr-defined]
    post_migrate.disconnect(create_permissions, dispatch_uid="django.contrib.auth.management.create_permissions")


@pytest.fixture(scope="session", autouse=True)
def _empty_tables_row_by_row() -> None:
    """Delete the few rows that a test with commits leaves.

    Django would truncate on PostgreSQL: a new file for each table and index, of which all is read anew.
    """
    truncate = connection.ops.sql_flush
    if connection.vendor != "postgresql":
        return  # rows are deleted as it is

    def delete(
        style: Any, tables: Sequence[str], *, reset_sequences: bool = False, allow_cascade: bool = False
    ) -> list[str]:
        if reset_sequences:
            return truncate(style, tables, reset_sequences=True, allow_cascade=allow_cascade)
        # No trigger refuses, no foreign key asks for an order: all tables are empty at the end.
        return ["SET LOCAL session_replication_role = replica", *(f'DELETE FROM "{table}"' for table in tables)]

    connection.ops.sql_flush = delete  # type: ignore[method-assign]


@pytest.fixture(scope="session")
def django_db_keepdb(django_db_modify_db_settings: None) -> Iterator[bool]:
    """pytest-django asks whether a database is there already: a copy of one that was migrated once is."""
    with migrated.beginning_with_a_copy() as there:
        yield there


@pytest.fixture(scope="module")
def rows_for_the_module(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Let fixtures of the same scope make rows once for all tests of a file.

    Each test is a savepoint within and undoes only what its own did. Such a file has no test with commits.
    """
    within = transaction.atomic()
    with django_db_blocker.unblock():
        within.__enter__()
    yield
    with django_db_blocker.unblock():
        transaction.set_rollback(True)
        within.__exit__(None, None, None)
        connection.close()  # as after a test: whoever uses no database would be refused an open one


@pytest.fixture(autouse=True)
def _quick_passwords(settings: Settings) -> None:
    """Argon2 is slow on purpose; a test that signs ten people in need not be."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def _no_look_at_every_static_file(settings: Settings) -> None:
    """Each test's client has middleware of its own; the file that is asked for is looked for then."""
    settings.WHITENOISE_AUTOREFRESH = True


@pytest.fixture
def kwiaty(db: None) -> cast.Company:
    return cast.alicjas_company()


@pytest.fixture
def ksiegi(db: None) -> cast.Company:
    return cast.celinas_company()


@pytest.fixture
def no_connection() -> None:
    """Close what an earlier test left open: a request looks at it, and a test without a database may not."""
    connections.close_all()
