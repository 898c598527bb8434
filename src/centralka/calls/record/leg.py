"""A leg of a call: one target that was tried, and what came of it."""

from dataclasses import dataclass
from decimal import Decimal

from ..plan import Outcome
from ..reasons import Reason
from ..tariffs import Rate
from .outcome import CallOutcome

LegOutcome = Outcome | CallOutcome
"""A step's, or what is told of a call."""


@dataclass(frozen=True, slots=True)
class Leg:
    """An account that rang, took a message or a fax, or a public number over one trunk.

    `login` is None for public numbers; `trunk`, `rate`, `price` and `channel` are None for phones of the company.
    """

    to: str
    """An extension, or E.164."""
    login: str | None
    outcome: LegOutcome
    status: int | None = None
    """The SIP status with which a phone or carrier refused."""
    seconds: int = 0
    """Seconds talked if it was answered, else seconds that it was called; the length of a message that was left."""
    rang: int | None = None
    """Seconds until it was answered or ended; None in records of before this was noted."""
    trunk: str | None = None
    """Its name."""
    rate: Rate | None = None
    price: Decimal | None = None
    """PLN net; None as well while it goes on, and where it was not answered."""
    channel: str | None = None
    """The engine's unique id of the channel that is paid for."""
    pages: int | None = None
    """Pages of the fax that came; None where it was no fax, or that is not known."""
    why: Reason | None = None
    """Why it was tried; None where that is lost."""

    @property
    def name(self) -> str:
        """Return the name of the called account or number, as it was then; "" where that is not known."""
        values = self.why.values if self.why else {}
        if values.get("extension") == self.to and values.get("name"):
            return str(values["name"])
        return str(values.get("to_name", "")) if self.to in (values.get("to"), values.get("number")) else ""

    @property
    def answered(self) -> bool:
        """Tell whether a person, or a fax receiver, took the call here; a mailbox is neither."""
        return self.outcome in (Outcome.ANSWERED, Outcome.FAX)
