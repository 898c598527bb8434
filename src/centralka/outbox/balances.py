"""Tell companies by mail that little of their money is left."""

from datetime import datetime, timedelta

from centralka.store.low_balance import look_at_balances

_LOOK_EVERY = timedelta(minutes=1)


class Balances:
    """The look at all balances, once a minute."""

    def __init__(self) -> None:
        self._looked_at: datetime | None = None

    def look(self, now: datetime) -> None:
        """Look at the balances, once a minute however often this is called. Raises DatabaseError."""
        if self._looked_at is not None and self._looked_at <= now < self._looked_at + _LOOK_EVERY:
            return
        self._looked_at = now
        look_at_balances(now)
