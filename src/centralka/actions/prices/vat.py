"""VAT, which only shows in gross prices: what is booked is net."""

from decimal import Decimal

from centralka.store.models import Installation
from centralka.store.turns import in_turn

from ..actor import Operator
from ..checks.amounts import check_amount
from ..errors import ProblemList

HIGHEST_VAT = Decimal(50)
_THE_ONE = 1
"""The id of the only row of `Installation`."""


def vat_percent() -> Decimal:
    """Return the rate by which prices are shown gross: `Decimal(23)` is 23 %."""
    return (Installation.objects.filter(pk=_THE_ONE).first() or Installation()).vat_percent


@in_turn
def set_vat(operator: Operator, percent: Decimal) -> Decimal:
    """Change the VAT rate: from now on gross prices show it. What was booked is net and stays."""
    problems = ProblemList()
    check_amount(problems, "vat_percent", percent, most=HIGHEST_VAT, decimals=2)
    problems.raise_any()
    Installation.objects.update_or_create(pk=_THE_ONE, defaults={"vat_percent": percent})
    return vat_percent()
