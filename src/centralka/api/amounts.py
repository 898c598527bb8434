"""Money in JSON: a text with a decimal point. A JSON number would go through floating point on many sides."""

import re
from decimal import Decimal
from typing import Annotated

from pydantic import Field, PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

_AMOUNT = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,12})?", re.ASCII)


def _amount(value: object) -> Decimal:
    if isinstance(value, str) and _AMOUNT.fullmatch(value):
        return Decimal(value)
    raise PydanticCustomError("amount", "not an amount")


Amount = Annotated[
    Decimal,
    PlainValidator(_amount),
    WithJsonSchema({"type": "string", "pattern": r"^[0-9]{1,12}(\.[0-9]{1,4})?$", "examples": ["0.5000"]}),
]
"""As it is sent: PLN net; the action decides which amounts are sensible."""
Price = Annotated[str, Field(description="PLN net, as a decimal number in a text.", examples=["0.5000"])]
"""As it is answered: always with four decimals."""


def told(amount: Decimal) -> str:
    """An amount as every answer writes it."""
    return f"{amount:.4f}"
