"""The database before anybody uses it, with what a release brings beside it."""

from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError

from centralka.messages import compile_messages
from centralka.static_files import collect_static_files

from .errors import CannotStart


def prepare_database() -> None:
    """Compile translations, name files for browsers, bring tables up to date. Raises CannotStart."""
    compile_messages(settings.HOME / "locale")
    collect_static_files()
    try:
        call_command("migrate", verbosity=0, interactive=False)
    except DatabaseError as error:
        raise CannotStart(f"The database cannot be used: {' '.join(str(error).split())[:200]}") from None
