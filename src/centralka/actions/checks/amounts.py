"""Amounts of money and rates that people give: how much, and how exactly."""

from decimal import Decimal

from django.utils.translation import gettext as _

from ..errors import ProblemList

DECIMALS = 4
"""Decimals of a złoty: as exactly as prices are kept."""


def check_amount(
    problems: ProblemList, field: str, amount: Decimal, *, most: Decimal, decimals: int = DECIMALS
) -> bool:
    """Note what is wrong with `amount`, which is to be 0 to `most` with `decimals` at most. True if nothing is."""
    if not amount.is_finite():
        problems.add(field, "not_a_number", _("This is not a number."))
    elif amount < 0:
        problems.add(field, "negative", _("Give 0 or more."))
    elif amount > most:
        problems.add(field, "too_large", _("Give at most %(most)s.") % {"most": most})
    elif amount != round(amount, decimals):
        problems.add(field, "too_precise", _("Give at most %(decimals)s decimals.") % {"decimals": decimals})
    else:
        return True
    return False
