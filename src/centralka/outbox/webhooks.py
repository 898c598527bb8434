"""Deliver events to companies' programs: some at the same time, so that a program that hangs holds up no other."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import structlog

from centralka.gateways.webhooks import Tried, deliver
from centralka.store.models import WebhookDelivery
from centralka.store.webhooks import claim_due, delivered, not_delivered

log = structlog.get_logger()

_AT_ONCE = 8
_FOR_SO_LONG = timedelta(seconds=20)
"""The time after which no further event is begun before the worker looks at its other work."""


class Webhooks:
    """The deliveries of one worker. `clock`: tells the time; `ending`: whether the process is to end."""

    def __init__(self, clock: Callable[[], datetime], ending: Callable[[], bool] = lambda: False) -> None:
        self._clock = clock
        self._ending = ending

    def send_due(self) -> bool:
        """Deliver what is due, as far as time goes. True: more may be waiting."""
        begun = self._clock()
        while due := claim_due(self._clock(), _AT_ONCE):
            self._deliver(due)
            if self._ending() or self._clock() - begun > _FOR_SO_LONG:
                return True
        return False

    def _deliver(self, due: list[WebhookDelivery]) -> None:
        now = self._clock()

        def one(row: WebhookDelivery) -> Tried:
            return deliver(row.address, row.body, row.key, row.tenant.webhook_secret, now)

        with ThreadPoolExecutor(len(due)) as pool:
            for row, tried in zip(due, pool.map(one, due), strict=True):
                self._note(row, tried)

    def _note(self, row: WebhookDelivery, tried: Tried) -> None:
        if tried.taken:
            delivered(row, tried.answer, self._clock())
        else:
            not_delivered(row, tried.answer, self._clock(), for_ever=tried.for_ever)
        log.info("an event was sent to a company's program", tenant=row.tenant_id, id=row.pk, answer=tried.answer)
