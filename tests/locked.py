"""The tests' database, or a company's row in it, in the hands of somebody else: whoever only reads does not notice."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import psycopg
from django.db import connection

from centralka.busy import patience_on_postgresql

_SHORT = 0.05
"""Seconds that a writer waits here, so that a test that fails does so at once."""


@contextmanager
def write_lock_held_elsewhere() -> Iterator[None]:
    """Needs a test outside a transaction (`django_db(transaction=True)`)."""
    with _sqlite_locked() if connection.vendor == "sqlite" else _postgresql_locked():
        yield


@contextmanager
def company_held_elsewhere(tenant_id: int) -> Iterator[None]:
    """The row of one company, by a transaction that does not end; on SQLite everything. Needs such a test, too."""
    if connection.vendor == "sqlite":
        with closing(sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            yield
    else:
        with psycopg.connect(**_address()) as holder:
            holder.execute("SELECT 1 FROM tenant WHERE id = %s FOR UPDATE", [tenant_id])
            yield


@contextmanager
def little_patience() -> Iterator[None]:
    """Of connections that are opened meanwhile, in whichever thread."""
    options = connection.settings_dict["OPTIONS"]
    given = dict(options)
    options.update({"timeout": _SHORT} if connection.vendor == "sqlite" else patience_on_postgresql(_SHORT))
    try:
        yield
    finally:
        options.clear()
        options.update(given)


@contextmanager
def _sqlite_locked() -> Iterator[None]:
    with closing(sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with little_patience():
            connection.close()  # opened anew by each request, as in a server, with that patience
            try:
                yield
            finally:
                connection.close()


@contextmanager
def _postgresql_locked() -> Iterator[None]:
    """No row of any table can be written."""
    tables = connection.introspection.table_names()
    with psycopg.connect(**_address()) as other:
        for table in tables:
            other.execute(f'LOCK TABLE "{table}" IN SHARE MODE')
        with connection.cursor() as cursor:
            cursor.execute(f"SET lock_timeout = {int(_SHORT * 1000)}")
        try:
            yield
        finally:
            other.rollback()
            connection.close()


def _address() -> dict[str, Any]:
    return {key: value for key, value in connection.get_connection_params().items() if key in _WHERE}


_WHERE = {"dbname", "user", "password", "host", "port"}
