"""End a command that cannot do what it was asked for, and prepare commands that use the tables."""

import getpass
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn


def open_tables() -> None:
    """Name the person at the command line to the audit log, and bring the tables up to today."""
    from centralka.start.database import prepare_database
    from centralka.start.errors import CannotStart
    from centralka.store.acting import Acting, Kind, act_as

    act_as(Acting(Kind.COMMAND, getpass.getuser(), operator=True))
    try:
        prepare_database()
    except CannotStart as problem:
        fail(str(problem))


@contextmanager
def refusals() -> Iterator[None]:
    """Tell field by field what an action refuses, in the language of the commands."""
    from django.utils.translation import override

    from centralka.actions.errors import InvalidInput

    try:
        yield
    except InvalidInput as refused:
        with override("en"):
            said = [f"{field}: {one.message}" for field, found in refused.problems.items() for one in found]
        fail("; ".join(said))


def fail(sentence: str) -> NoReturn:
    """End with exit code 1 and this sentence."""
    print(f"centralka: {sentence}", file=sys.stderr)
    raise SystemExit(1)
