"""Price a message: a price for each part by the recipient's number, the longest prefix counts. PLN net."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from .senders import Tier


@dataclass(frozen=True, slots=True)
class SmsRate:
    """A row of the list: what each part of a message to numbers that begin with `prefix` costs."""

    prefix: str
    """Digits of E.164 without the plus."""
    standard: Decimal
    premium: Decimal | None
    """None: no message with a sender of one's own goes there."""
    description: str = ""

    def per_part(self, tier: Tier) -> Decimal | None:
        """Return the price of one part; None: it is not sold."""
        return self.standard if tier is Tier.STANDARD else self.premium


def rate_of(rates: Iterable[SmsRate], e164: str) -> SmsRate | None:
    """Return the row with the longest prefix of a number; None: no price is known, and nothing is sent."""
    fitting = [rate for rate in rates if e164[1:].startswith(rate.prefix)]
    return max(fitting, key=lambda rate: len(rate.prefix), default=None)
