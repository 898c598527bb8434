"""Where mail goes."""

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from ..errors import ProblemList

LONGEST_ADDRESS = 254


def check_mail_address(problems: ProblemList, field: str, address: str) -> None:
    """Note that a text is no mail address; an empty one is none at all, and fine."""
    problems.check(address == "" or _is_address(address), field, "malformed", _("This is not an e-mail address."))


def _is_address(address: str) -> bool:
    if len(address) > LONGEST_ADDRESS:
        return False
    try:
        validate_email(address)
    except ValidationError:
        return False
    return True
