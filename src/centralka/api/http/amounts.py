"""Money in JSON: a text with a decimal point. A JSON number would go through floating point on many sides."""

import re
from decimal import Decimal
from typing import Annotated

from pydantic import Field, PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from centralka.calls.amounts import is_ambiguous

_AMOUNT = re.compile(r"-?([0-9]{1,12})(?:\.([0-9]{1,12}))?", re.ASCII)
_ONE_READING = r"^([0-9]{1,12}(\.([0-9]{1,2}|[0-9]{4}))?|(0[0-9]{0,11}|[1-9][0-9]{3,11})\.[0-9]{3})$"
"""Without what `is_ambiguous`, and at most four decimals."""


def _amount(value: object) -> Decimal:
    match = _AMOUNT.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise PydanticCustomError("amount", "not an amount")
    whole, decimals = match.groups(default="")
    if is_ambiguous(whole, decimals):
        readings = {"small": f"{whole}.{decimals}0", "large": f"{whole}{decimals}.00"}
        raise PydanticCustomError("ambiguous_amount", "an amount that can be read in two ways", readings)
    return Decimal(match[0])


Amount = Annotated[
    Decimal,
    PlainValidator(_amount),
    WithJsonSchema({"type": "string", "pattern": _ONE_READING, "examples": ["0.5000"]}),
]
"""As it is sent: PLN net; the action decides which amounts are sensible.

`1.000` is refused: to half of the world it is a thousand, and a client that formats amounts for people sends it so.
"""
Price = Annotated[str, Field(description="PLN net, as a decimal number in a text.", examples=["0.5000"])]
"""As it is answered: always with four decimals."""


def told(amount: Decimal) -> str:
    """Write an amount as every answer does."""
    return f"{amount:.4f}"
