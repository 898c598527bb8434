"""Names that phones display: of accounts, and of other people's numbers."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ..errors import ProblemList

LONGEST_NAME = 60
_UNSAYABLE = set('"<>\\')


def check_name(problems: ProblemList, name: str, missing: str | Promise) -> None:
    """Note what is wrong with the name; `missing`: what to say if there is none."""
    problems.check(name != "", "name", "required", missing)
    problems.check(len(name) <= LONGEST_NAME, "name", "too_long", _("The name has at most 60 characters."))
    problems.check(
        name.isprintable() and not _UNSAYABLE & set(name),
        "name",
        "bad_characters",
        _('The name must not contain control characters or any of " < > \\: phones cannot display them.'),
    )
