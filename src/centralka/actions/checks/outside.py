"""Check the settings that decide about calls outside, by the same rules for a company and an account."""

from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from centralka.store.models import Level

from ..errors import ProblemList
from .amounts import check_amount

HIGHEST_RATE = Decimal(1000)
"""PLN net per minute: no price list has a dearer destination."""


def check_level(problems: ProblemList, level: str) -> None:
    """Check that a permission level is one of `Level`."""
    problems.check(
        level in set(Level), "international", "unknown", _("Choose how far calls may go: Poland, the EEA or the world.")
    )


def check_max_rate(problems: ProblemList, rate: Decimal) -> None:
    """Check a highest price: PLN net per minute, with four decimals at most."""
    check_amount(problems, "max_rate", rate, most=HIGHEST_RATE)
