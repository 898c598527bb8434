"""Watch over accounts: those that could be reached and cannot, or can again, and tell it by mail."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import transaction

from centralka.store.mail import queue_monitoring
from centralka.store.models import MonitoringNews
from centralka.store.monitoring import (
    Beat,
    beats,
    companies_with_news,
    forget_old_outages,
    news_of,
    told,
    wait_anew,
    watch_all,
)
from centralka.store.webhooks import queue_event

log = structlog.get_logger()

LOOK_EVERY = 10.0
"""Seconds."""
BREAK = 150.0
"""Seconds between two looks after which phones may have come and gone unseen: waiting begins anew."""
_CLOCK_SET = 5.0
"""Seconds by which the clock went otherwise than time did."""
SIGNS_END = 30.0
"""Seconds without a sign after which a node's registrations are not believed any more."""
FORGOTTEN = 900.0
"""Seconds after which a node without signs is none: its phones are elsewhere by then."""
SETTLED = timedelta(seconds=330)
"""After the start of an edge: registrations last for 300 s, so a phone that was registered has come again by then."""
GATHER = timedelta(seconds=45)
"""The time for which news wait for others, so that a site whose line is down is one mail: its phones fall silent one by
one."""
_CLEAN_EVERY = 3600.0


@dataclass(slots=True)
class _Node:
    beat: Beat
    heard_at: float | None = None
    """The time at which another sign than the last one was seen; None: not since this process started."""


class Monitoring:
    """The watch of one worker. `now`: seconds of a clock that nobody sets."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._began = now()
        self._looked: tuple[float, datetime] | None = None
        self._nodes: dict[str, _Node] = {}
        self._saw = False
        self._cleaned_at: float | None = None

    def look(self, now: datetime) -> None:
        """Look at all accounts, once in `LOOK_EVERY` seconds however often this is called. Raises DatabaseError."""
        at = self._now()
        if self._looked and at - self._looked[0] < LOOK_EVERY:
            return
        sees = self._sees(now, at)
        if self._was_away(at, now) or (sees and not self._saw):
            wait_anew(now)
        self._looked, self._saw = (at, now), sees
        watch_all(now, gone_too=sees)
        for tenant in companies_with_news(now - GATHER):
            tell(tenant, now)
        self._clean(at, now)

    def _was_away(self, at: float, now: datetime) -> bool:
        """Tell whether nobody looked for a while, or the clock was set."""
        if self._looked is None:
            return True
        passed, shown = at - self._looked[0], (now - self._looked[1]).total_seconds()
        return passed > BREAK or abs(shown - passed) > _CLOCK_SET

    def _sees(self, now: datetime, at: float) -> bool:
        """Tell whether a phone that is not registered, or does not answer, is really missing."""
        for node, last in beats().items():
            known = self._nodes.setdefault(node, _Node(last))
            if known.beat.count != last.count:
                known.heard_at = at
            known.beat = last
        counted = [one for one in self._nodes.values() if at - (one.heard_at or self._began) < FORGOTTEN]
        return bool(counted) and all(_is_true(one, now, at) for one in counted)

    def _clean(self, at: float, now: datetime) -> None:
        if self._cleaned_at is None or at - self._cleaned_at >= _CLEAN_EVERY:
            forget_old_outages(now)
            self._cleaned_at = at


def _is_true(node: _Node, now: datetime, at: float) -> bool:
    """Tell whether the node's registrations are those of its phones."""
    started = node.beat.edge_started_at
    follows = node.heard_at is not None and at - node.heard_at <= SIGNS_END
    return follows and started is not None and now - started >= SETTLED


def tell(tenant_id: int, now: datetime) -> None:
    """Queue all that there is to tell of a company: one mail for each address, whatever the number of accounts."""
    with transaction.atomic():
        news = news_of(tenant_id)
        for addresses, theirs in _by_addresses(news).items():
            key = f"{theirs[0].pk}-{theirs[-1].pk}"
            queue_monitoring(theirs[0].tenant, addresses, {"news": [_about(one) for one in theirs]}, key, now)
        for one in news:
            queue_event(one.tenant, f"account.{one.kind}", _event(one), f"monitoring:{one.pk}", now)
        told(news)
    log.info("news of accounts", tenant=tenant_id, accounts=len(news))


def _by_addresses(news: list[MonitoringNews]) -> dict[tuple[str, ...], list[MonitoringNews]]:
    found: dict[tuple[str, ...], list[MonitoringNews]] = {}
    for one in news:
        listed = one.sip_account.monitoring_emails or one.tenant.alert_emails
        if listed:
            found.setdefault(tuple(listed.split(", ")), []).append(one)
    return found


def _event(news: MonitoringNews) -> dict[str, Any]:
    account = {"id": news.sip_account_id, "extension": news.sip_account.extension, "name": news.sip_account.name}
    return {"account": account, "since": news.since.isoformat(), "happened_at": news.at.isoformat()}


def _about(news: MonitoringNews) -> dict[str, str]:
    times = {"since": news.since.isoformat(), "at": news.at.isoformat()}
    return {"kind": news.kind, "account": str(news.sip_account), **times}
