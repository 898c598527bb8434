"""Compare what is saved with something, and save, while nobody else does so in between."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import connection, transaction

_TURN = 0x63656E74
"""The number of the lock, which nothing else in the database takes (PostgreSQL: advisory locks)."""

Given = ParamSpec("Given")
Saved = TypeVar("Saved")


def wait_for_turn() -> None:
    """Wait until no other transaction has the turn, and have it until this one ends.

    SQLite's transactions begin with the only lock for writing, so there the turn came with the transaction.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_TURN])


def in_turn(save: Callable[Given, Saved]) -> Callable[Given, Saved]:
    """Let an action wait for its turn, whoever calls it: a program saves nothing between what a form is compared with
    and what it saves. The form's page has the turn already, and has it until it is answered."""

    @wraps(save)
    def waiting(*args: Given.args, **kwargs: Given.kwargs) -> Saved:
        with transaction.atomic():
            wait_for_turn()
            return save(*args, **kwargs)

    waiting.in_turn = True  # type: ignore[attr-defined]
    return waiting
