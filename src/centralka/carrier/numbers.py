"""The customers that have numbers: `carrier/numbers.json`, written by hand, for a carrier with more than one exchange.

{"+4822123456": "centralka", "+4822600": "druga"}
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from centralka.calls.spelling import bare, with_country

from .credentials import USER
from .running import carrier_home

_PREFIX = re.compile(r"\+[1-9][0-9]{0,14}")
_CUSTOMER = re.compile(r"[a-z][a-z0-9-]{0,31}")


class BrokenNumbers(Exception):
    """`numbers.json` cannot be used; the message is one sentence for the person at the terminal."""


@dataclass(frozen=True, slots=True)
class Owned:
    """A number (E.164) of a customer, named as it registers."""

    number: str
    customer: str


@dataclass(frozen=True, slots=True)
class Numbers:
    """The customer for each beginning of a number (E.164); the longest one counts."""

    customers: Mapping[str, str]

    def owner(self, called: str) -> Owned | None:
        """Find the customer with a number, in any spelling used in Poland; None for a number of the outside world."""
        dialled = bare(called)
        number = with_country(dialled) if dialled else None
        if number is None:
            return None
        found = max((prefix for prefix in self.customers if number.startswith(prefix)), key=len, default=None)
        return None if found is None else Owned(number, self.customers[found])

    @property
    def others(self) -> list[str]:
        """Return the customers besides the first one."""
        return sorted({*self.customers.values()} - {USER})


def numbers_file() -> Path:
    """Return the path of the file, whether or not it exists."""
    return carrier_home() / "numbers.json"


def carrier_numbers() -> Numbers:
    """Read the file; nothing when there is none. Raises BrokenNumbers, OSError."""
    file = numbers_file()
    if not file.exists():
        return Numbers({})
    try:
        found = json.loads(file.read_text())
    except ValueError:
        found = None
    if not isinstance(found, dict) or not all(_fits(*pair) for pair in found.items()):
        raise BrokenNumbers(f'{file} needs to be like {{"+4822123456": "{USER}", "+4822600": "druga"}}.')
    return Numbers(found)


def _fits(prefix: str, customer: object) -> bool:
    known = isinstance(customer, str) and _CUSTOMER.fullmatch(customer)
    return bool(known and _PREFIX.fullmatch(prefix))
