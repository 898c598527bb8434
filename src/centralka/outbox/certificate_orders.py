"""Obtain the certificate for TLS from an authority when it is time, beside the worker's other work."""

import threading
from datetime import datetime, timedelta

import structlog

from centralka.certificates.acme.errors import CannotObtain
from centralka.certificates.acme.obtaining import Obtaining
from centralka.certificates.source import obtaining

log = structlog.get_logger()

_LOOK_EVERY = timedelta(minutes=1)
_REST = timedelta(hours=1)


class CertificateOrders:
    """Orders in a thread of their own: an authority may take minutes, and mails wait for nobody."""

    def __init__(self) -> None:
        self._looked_at: datetime | None = None
        self._thread: threading.Thread | None = None
        self._rests_until: datetime | None = None
        """After a failure that could not even be noted."""

    def look(self, now: datetime) -> None:
        """Begin an order if it is due."""
        if self._looked_at is not None and self._looked_at <= now < self._looked_at + _LOOK_EVERY:
            return
        self._looked_at = now
        wanted = obtaining()
        if wanted is None or self.is_at_it() or self._rests(now) or not wanted.is_due(now):
            return
        # What it leaves half done at the worker's end is tidied by the next one; its files appear whole.
        self._thread = threading.Thread(target=self._obtain, args=(wanted, now), daemon=True)
        self._thread.start()

    def is_at_it(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    def _rests(self, now: datetime) -> bool:
        return self._rests_until is not None and self._rests_until - _REST <= now < self._rests_until

    def _obtain(self, wanted: Obtaining, now: datetime) -> None:
        try:
            if wanted.obtain(now):
                log.info("a certificate was obtained", host=wanted.name)
        except CannotObtain as problem:
            log.error("no certificate was obtained", host=wanted.name, problem=str(problem))
            if wanted.is_due(now):
                self._rests_until = now + _REST
