"""Remove what is not needed any more, once an hour."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from centralka.store.fraud import forget_old

_LOOK_EVERY = timedelta(hours=1)


@dataclass
class Retention:
    """What is kept for a while only."""

    _looked_at: datetime | None = None

    def look(self, now: datetime) -> None:
        """Remove what is old, once an hour however often this is called."""
        if self._looked_at is not None and self._looked_at <= now < self._looked_at + _LOOK_EVERY:
            return
        self._looked_at = now
        forget_old(now)
