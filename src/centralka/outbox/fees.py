"""Monthly fees: charged when a month begins, and tried again every hour where the money did not reach."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.utils import timezone

from centralka.actions.prices.monthly import accounts_with_fees_due, charge_fees_of, pass_free_months
from centralka.calls.fees import month_of

log = structlog.get_logger()

AGAIN_AFTER = timedelta(hours=1)


@dataclass
class FeeTimes:
    """The times at which fees are charged. A start is such a time: what was missed while nothing ran is not known."""

    _last: datetime | None = None

    def is_time(self, now: datetime) -> bool:
        """Tell whether an hour or the month has gone by since `done`, or the clock was put back."""
        if self._last is None or now < self._last:
            return True
        zone = timezone.get_default_timezone()
        return now - self._last >= AGAIN_AFTER or month_of(now, zone) != month_of(self._last, zone)

    def done(self, now: datetime) -> None:
        """Note that all fees that were due at `now` have been seen to."""
        self._last = now


def charge_monthly_fees(now: datetime, ending: Callable[[], bool] = lambda: False) -> bool:
    """Charge every account for each month that has begun and is not paid; False if `ending` cut it short.

    Each account is seen to by itself: after an end anywhere in between, the next run goes on where this one stopped.
    """
    pass_free_months(now)
    due, owing = accounts_with_fees_due(now), 0
    for account in due:
        if ending():
            return False
        owing += not charge_fees_of(account, now)
    if due:
        log.info("monthly fees", accounts=len(due), owing=owing)
    return True
