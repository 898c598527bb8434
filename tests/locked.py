"""The write lock of the tests' database in the hands of somebody else: whoever only reads does not notice."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

import psycopg
from django.db import connection

_SHORT = 0.05
"""Seconds that a writer waits here, so that a test that fails does so at once."""


@contextmanager
def write_lock_held_elsewhere() -> Iterator[None]:
    """Needs a test outside a transaction (`django_db(transaction=True)`)."""
    with _sqlite_locked() if connection.vendor == "sqlite" else _postgresql_locked():
        yield


@contextmanager
def _sqlite_locked() -> Iterator[None]:
    options = connection.settings_dict["OPTIONS"]
    patience = options["timeout"]
    with closing(sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        options["timeout"] = _SHORT
        connection.close()  # opened anew by each request, as in a server, with the patience above
        try:
            yield
        finally:
            options["timeout"] = patience
            connection.close()


@contextmanager
def _postgresql_locked() -> Iterator[None]:
    """No row of any table can be written."""
    tables = connection.introspection.table_names()
    params = {key: value for key, value in connection.get_connection_params().items() if key in _WHERE}
    with psycopg.connect(**params) as other:
        for table in tables:
            other.execute(f'LOCK TABLE "{table}" IN SHARE MODE')
        with connection.cursor() as cursor:
            cursor.execute(f"SET lock_timeout = {int(_SHORT * 1000)}")
        try:
            yield
        finally:
            other.rollback()
            connection.close()


_WHERE = {"dbname", "user", "password", "host", "port"}
