"""The costs of an account, as people are shown them before they agree."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from centralka.actions.prices.charges import Charge, due_now, fingerprint
from centralka.calls.tariffs import gross


@dataclass(frozen=True)
class Consent:
    """The question: are these costs agreed to?"""

    charges: Sequence[Charge]

    @property
    def prices(self) -> str:
        """Return the prices to be sent back with a yes, so that nobody agrees to prices that they did not see."""
        return fingerprint(self.charges)

    @property
    def now_net(self) -> Decimal:
        return due_now(self.charges)

    @property
    def now_gross(self) -> Decimal:
        return gross(self.now_net, self.charges[0].vat_percent)


@dataclass(frozen=True)
class Shortage(Consent):
    """There is not enough money for what was agreed to."""

    available: Decimal
    """PLN net."""

    @property
    def available_gross(self) -> Decimal:
        return gross(self.available, self.charges[0].vat_percent)
