"""The `centralka` command. What it needs is loaded when a command needs it: a start shall not wait for the rest."""

import argparse
import os
from collections.abc import Callable

from centralka.garbage import kept_for_good

from . import keeping, processes
from .arguments import parser
from .ends import fail

_WITHOUT_TABLES = (
    processes.carrier_command,
    processes.carrier_call_command,
    processes.install_command,
    processes.fetch_programs_command,
    keeping.order_certificate_command,
)
"""Commands that use no table of ours."""
_WITHOUT_LOGS = (processes.carrier_call_command,)
"""Commands that log nothing either: half of such a call's processor time was what writes logs."""


def main(arguments: list[str] | None = None) -> None:
    """Run one command; ends with exit code 1 and one sentence when it cannot."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "centralka.settings")
    given = parser().parse_args(arguments)
    os.umask(0o077)  # the home folder holds digests, records and logs: nobody else on this machine reads them
    command: Callable[[argparse.Namespace], None] = given.command
    with kept_for_good():
        _set_up(tables=command not in _WITHOUT_TABLES, logs=command not in _WITHOUT_LOGS)
    command(given)


def _set_up(*, tables: bool, logs: bool) -> None:
    """Read the settings, and what describes the tables if they are used: that is two thirds of a start."""
    from django.conf import settings

    from centralka.environment import WrongSetting

    try:
        if tables:
            _load_tables()
        elif logs:
            _prepare_logs()
        else:
            _ = settings.HOME  # they are read now, and told if they are wrong
    except WrongSetting as wrong:
        fail(str(wrong))
    except OSError as error:
        fail(f"The home folder cannot be used: {error}; set CENTRALKA_HOME to another.")


def _load_tables() -> None:
    import django

    django.setup()


def _prepare_logs() -> None:
    from django.conf import settings
    from django.utils.log import configure_logging

    configure_logging(settings.LOGGING_CONFIG, settings.LOGGING)
