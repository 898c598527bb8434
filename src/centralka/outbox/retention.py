"""Remove what was kept for as long as the settings say (`CENTRALKA_KEEP_…_DAYS`; 0: for ever), once an hour."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog
from django.conf import settings

from centralka.store.retention import (
    AT_ONCE,
    forget_audit,
    forget_calls,
    forget_documents,
    forget_faxes,
    forget_mails,
    forget_messages,
    forget_sent_faxes,
    forget_sessions,
    forget_sms,
)

log = structlog.get_logger()

_LOOK_EVERY = timedelta(hours=1)
_KEEP_DOCUMENTS_DAYS = 1
"""Documents that were uploaded to be faxed, and were not, or are not on record any more."""
_KEEP_SESSIONS_DAYS = 1
"""Addresses from which people were signed in, when that is over: they may never come again."""
_SECONDS_AT_ONCE = 2.0
"""Before the worker looks after other things."""


@dataclass
class Retention:
    """A kind of things that are kept for a while only."""

    seconds: float = _SECONDS_AT_ONCE
    _looked_at: datetime | None = None
    _removed: dict[str, int] = field(default_factory=dict)

    def look(self, now: datetime, end_asked: Callable[[], bool] = lambda: False) -> bool:
        """Remove what is old, once an hour however often this is called. True: there is more to do at once."""
        if self._looked_at is not None and self._looked_at <= now < self._looked_at + _LOOK_EVERY:
            return False
        until = time.monotonic() + self.seconds
        for kind, remove in _due(now).items():
            while (count := remove()) == AT_ONCE:
                self._note(kind, count)
                if end_asked() or time.monotonic() > until:
                    return True
            self._note(kind, count)
        self._looked_at = now
        if any(self._removed.values()):
            log.info("what was kept long enough is removed", rows=self._removed)
        self._removed = {}
        return False

    def _note(self, kind: str, count: int) -> None:
        self._removed[kind] = self._removed.get(kind, 0) + count


def _due(now: datetime) -> dict[str, Callable[[], int]]:
    kinds: dict[str, tuple[int, Callable[[datetime], int]]] = {
        "calls": (settings.KEEP_CALLS_DAYS, forget_calls),
        "messages": (settings.KEEP_MESSAGES_DAYS, lambda before: forget_messages(before, now)),
        "faxes": (settings.KEEP_FAXES_DAYS, forget_faxes),
        "sent_faxes": (settings.KEEP_FAXES_DAYS, forget_sent_faxes),
        "documents": (_KEEP_DOCUMENTS_DAYS, forget_documents),
        "sms": (settings.KEEP_SMS_DAYS, forget_sms),
        "mails": (settings.KEEP_MAILS_DAYS, forget_mails),
        "sessions": (_KEEP_SESSIONS_DAYS, forget_sessions),
        "audit": (settings.KEEP_AUDIT_DAYS, lambda before: forget_audit(before, now)),
    }
    return {kind: _before(now, days, forget) for kind, (days, forget) in kinds.items() if days}


def _before(now: datetime, days: int, forget: Callable[[datetime], int]) -> Callable[[], int]:
    return lambda: forget(now - timedelta(days=days))
