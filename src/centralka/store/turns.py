"""Compare what is saved with something, and save, while nobody else does so in between."""

from django.db import connection

_TURN = 0x63656E74
"""The number of the lock, which nothing else in the database takes (PostgreSQL: advisory locks)."""


def wait_for_turn() -> None:
    """Wait until no other transaction has the turn, and have it until this one ends.

    SQLite's transactions begin with the only lock for writing, so there the turn came with the transaction.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_TURN])
