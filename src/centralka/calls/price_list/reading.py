"""Keep what the operator says once of a kind of file, and recognize such a file."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any


@dataclass(frozen=True, slots=True)
class Reading:
    """The operator's word on a kind of file: the meaning of its columns, and of prices that can be read in two ways."""

    names: tuple[str, ...]
    """The cells of the line above the rows, by which a file of this kind is known."""
    columns: tuple[str, ...]
    """For each of them one of `COLUMNS`; "" for a column that is ignored."""
    decimal: str = ""
    """"," or "." before decimals; "" where the file itself tells."""
    round_up: bool = False
    """Prices with more than four decimals are rounded up; else they are refused."""
    bar_high: bool = False
    """A price above the highest says that no account may call there; else it is refused."""
    increments: str = ""
    """As `60/1`, where no column has them."""
    factor: Decimal = Decimal(1)
    """The factor of all prices, for a list in another currency."""


def reading_as_json(reading: Reading) -> dict[str, Any]:
    """Write the reading as it is kept in a JSON column."""
    return asdict(reading) | {"factor": str(reading.factor)}


def reading_from_json(stored: Mapping[str, Any]) -> Reading:
    """Read what `reading_as_json` made."""
    lists = {name: tuple(stored[name]) for name in ("names", "columns")}
    return Reading(**{**stored, **lists, "factor": Decimal(stored["factor"])})
