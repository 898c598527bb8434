"""Mail addresses, alone and in lists as people write them and as they are kept."""

import re

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from ..errors import ProblemList

MOST_SIGNS = 500
"""Of a list, with its commas."""
MOST_ADDRESSES = 10
EMAIL_MAX = 254
_BETWEEN = re.compile(r"[\s,;]+")


def tidy_emails(text: str) -> str:
    """Write addresses with commas, each once, whatever stands between them."""
    return ", ".join(dict.fromkeys(filter(None, _BETWEEN.split(text))))


def emails_in(listed: str) -> list[str]:
    """Return the addresses of a list as it is kept."""
    return listed.split(", ") if listed else []


def check_emails(problems: ProblemList, field: str, listed: str) -> None:
    """Note which addresses of a tidy list are none, and that they are too many."""
    for address in emails_in(listed):
        problems.check(is_email(address), field, "malformed", _no_address(address))
    few = len(emails_in(listed)) <= MOST_ADDRESSES and len(listed) <= MOST_SIGNS
    problems.check(few, field, "too_many", _("At most 10 addresses, with 500 characters together."))


def check_email(problems: ProblemList, field: str, address: str) -> None:
    """Note that a text is no mail address; an empty one is none at all, and fine."""
    problems.check(address == "" or is_email(address), field, "malformed", _no_address(address))


def is_email(text: str) -> bool:
    """Tell whether a text is a mail address."""
    try:
        validate_email(text)
    except ValidationError:
        return False
    return len(text) <= EMAIL_MAX


def is_login(text: str) -> bool:
    """Tell whether a person can sign in with this address.

    ASCII only: letters that look like, or fold to, others would make two logins out of one address.
    """
    return text.isascii() and is_email(text)


def _no_address(text: str) -> str:
    return _("“%(text)s” is no e-mail address, e.g. a@example.pl.") % {"text": text[:60]}
