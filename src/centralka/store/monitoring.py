"""Accounts that are watched, as rows: `calls.monitoring` says what comes of what is seen.

Only accounts whose state differs from what is known of them, or that something is waited for, are read one by one.
Which those are is asked every ten seconds, mostly in vain, and so by written statements.
"""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q

from centralka.calls.monitoring import News, Told, Watched, due, first_seen, interrupted, seen

from .models import AccountWatch, MonitoringNews, Outage, SipAccount
from .portions import AT_ONCE, portions
from .statements import for_each, moment, moment_in, rows_of

KEPT = timedelta(days=31)
"""The time for which outages are kept: the panel shows 30 days."""

_BEAT = """
INSERT INTO presence_beat (node, "count", edge_started_at) VALUES (%s, 1, %s)
ON CONFLICT (node) DO UPDATE SET "count" = presence_beat."count" + 1, edge_started_at = excluded.edge_started_at
"""
_BEATS = 'SELECT node, "count", edge_started_at FROM presence_beat'
# Begins with what is watched: by a join SQLite would begin with all accounts.
_NOT_MONITORED = """
SELECT w.sip_account_id FROM account_watch w
WHERE NOT EXISTS (SELECT 1 FROM sip_account a WHERE a.id = w.sip_account_id AND a.monitoring)
"""
# Begins with the phones: an exchange has far more accounts than phones that nobody watches yet.
_NEW = """
SELECT DISTINCT r.sip_account_id FROM registration r JOIN sip_account a ON a.id = r.sip_account_id
LEFT JOIN account_watch w ON w.sip_account_id = a.id
WHERE r.answers AND a.monitoring AND w.sip_account_id IS NULL ORDER BY 1
"""
_CAME = """
SELECT w.sip_account_id FROM account_watch w WHERE NOT w.reachable
AND EXISTS (SELECT 1 FROM registration r WHERE r.sip_account_id = w.sip_account_id AND r.answers)
"""
_WENT = """
SELECT w.sip_account_id FROM account_watch w WHERE w.reachable AND NOT EXISTS (
    SELECT 1 FROM registration r WHERE r.sip_account_id = w.sip_account_id AND (r.answers OR r.answers IS NULL))
"""
# A pause that ended early left them waiting for something in the future.
_WAITING = "SELECT sip_account_id, reachable FROM account_watch WHERE due_at <= %s OR waits_from > %s"
# A written statement for each: the ORM puts one together for all of them, which costs ten times as much, and thousands
# of phones may come, or fall silent, at once.
_BEGIN = """
INSERT INTO account_watch (reachable, since, waits_from, told, told_at, changes, counted, "before", due_at,
    sip_account_id, created_at)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING
"""
_KEEP = """
UPDATE account_watch SET reachable = %s, since = %s, waits_from = %s, told = %s, told_at = %s, changes = %s,
    counted = %s, "before" = %s, due_at = %s
WHERE sip_account_id = %s
"""
_WITH_NEWS = "SELECT DISTINCT tenant_id FROM monitoring_news WHERE at <= %s"


# -- The sign that phones are followed -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Beat:
    """The last sign of a switchboard."""

    count: int
    edge_started_at: datetime | None


def beat(node: str, edge_started_at: datetime | None) -> None:
    """Give a sign that the node's registrations are kept true; None: its edge is away."""
    for_each(_BEAT, [[node, moment(edge_started_at)]])


def beats() -> dict[str, Beat]:
    """Return the last sign of each node."""
    return {node: Beat(count, started and moment_in(started)) for node, count, started in rows_of(_BEATS)}


# -- What is seen --------------------------------------------------------------------------------------------------


def watch_all(now: datetime, *, gone_too: bool) -> int:
    """Take in which monitored accounts are reachable. Returns how many were read one by one.

    `gone_too`: False where phones may be missing for another reason, and only those that are there tell something.
    """
    _end(now)
    _begin(now)
    states = _changed(now, gone_too=gone_too)
    for some in portions(states):
        _take_in({account: states[account] for account in some}, now)
    return len(states)


def wait_anew(now: datetime) -> None:
    """Begin waiting anew for what accounts are waited for, since nobody looked for a while or clocks were set."""
    rows = AccountWatch.objects.filter(Q(due_at__isnull=False) | Q(waits_from__gt=now)).order_by("pk")
    for some in portions(rows.iterator()):
        with transaction.atomic():
            _keep(_fill(row, interrupted(_watched(row), now)) for row in some)


def _end(now: datetime) -> None:
    """Watch accounts no longer that are not monitored any more."""
    for some in portions(_accounts(_NOT_MONITORED)):
        Outage.objects.filter(sip_account__in=some, ended_at=None).update(ended_at=now)
        AccountWatch.objects.filter(pk__in=some).delete()


def _begin(now: datetime) -> None:
    """Begin to watch monitored accounts that were never seen before and are reachable."""
    *known, _account = _values(_fill(AccountWatch(), first_seen(now)))
    for some in portions(_accounts(_NEW)):
        with transaction.atomic():
            # One that was deleted since is gone from these, and none is deleted before the end of this.
            still = SipAccount.objects.select_for_update(no_key=True).filter(pk__in=some).order_by("pk")
            for_each(_BEGIN, [[*known, account, moment(now)] for account in still.values_list("pk", flat=True)])


def _changed(now: datetime, *, gone_too: bool) -> dict[int, bool]:
    """Return the accounts to look at, and whether each is reachable now."""
    came = dict.fromkeys(_accounts(_CAME), True)
    if not gone_too:
        return came
    waiting = {account: bool(reachable) for account, reachable in rows_of(_WAITING, [moment(now), moment(now)])}
    return {**waiting, **came, **dict.fromkeys(_accounts(_WENT), False)}


def _accounts(question: str) -> list[int]:
    return [account for (account,) in rows_of(question)]


def _take_in(states: Mapping[int, bool], now: datetime) -> None:
    with transaction.atomic():
        rows = AccountWatch.objects.select_for_update(of=("self",)).filter(pk__in=states)
        rows = rows.select_related("sip_account__tenant")
        changed, news, begun, ended = [], [], [], []
        for row in rows:
            before = _watched(row)
            after, told = seen(before, states[row.pk], now, row.sip_account.silent_until)
            if after.is_outage and not before.is_outage:
                begun.append(Outage(sip_account_id=row.pk, began_at=after.since))
            elif before.is_outage and not after.is_outage:
                ended.append(row.pk)
            changed.append(_fill(row, after))
            if told:
                row.told_at = now
                news.append(_news(row, told, before, after, now))
        Outage.objects.bulk_create(begun, ignore_conflicts=True)  # none is begun anew while one goes on
        Outage.objects.filter(sip_account__in=ended, ended_at=None).update(ended_at=now)
        _keep(changed)
        MonitoringNews.objects.bulk_create(news, batch_size=AT_ONCE)


def _news(row: AccountWatch, told: News, before: Watched, after: Watched, now: datetime) -> MonitoringNews:
    since = before.since if told is News.BACK else after.since
    tenant = row.sip_account.tenant_id
    return MonitoringNews(tenant_id=tenant, sip_account_id=row.pk, kind=told.value, since=since, at=now)


def _watched(row: AccountWatch) -> Watched:
    changes = tuple(datetime.fromtimestamp(at, UTC) for at in row.changes)
    return Watched(row.reachable, row.since, row.waits_from, Told(row.told), changes, row.counted, row.before)


def _fill(row: AccountWatch, watched: Watched) -> AccountWatch:
    row.reachable, row.since, row.waits_from = watched.reachable, watched.since, watched.waits_from
    row.told, row.counted, row.before = watched.told.value, watched.counted, watched.before
    row.changes = [at.timestamp() for at in watched.changes]
    row.due_at = due(watched)
    return row


def _keep(rows: Iterable[AccountWatch]) -> None:
    """Write what is known of these accounts."""
    for_each(_KEEP, [_values(row) for row in rows])


def _values(row: AccountWatch) -> list[Any]:
    moments = (row.since, row.waits_from, row.told_at, row.before, row.due_at)
    since, waits, told, before, due_at = map(moment, moments)
    changes = json.dumps(row.changes)
    return [row.reachable, since, waits, row.told, told, changes, row.counted, before, due_at, row.pk]


# -- What is told --------------------------------------------------------------------------------------------------


def companies_with_news(before: datetime) -> list[int]:
    """Return the companies of which something has waited to be told since `before`."""
    return [tenant for (tenant,) in rows_of(_WITH_NEWS, [moment(before)])]


def news_of(tenant_id: int) -> list[MonitoringNews]:
    """Return what there is to tell of a company, oldest first."""
    rows = MonitoringNews.objects.filter(tenant=tenant_id).select_related("sip_account", "tenant")
    return list(rows.order_by("at", "id"))


def told(news: Collection[MonitoringNews]) -> None:
    """Forget what has been told."""
    for some in portions(news):
        MonitoringNews.objects.filter(pk__in=[one.pk for one in some]).delete()


# -- Outages -------------------------------------------------------------------------------------------------------


def forget_old_outages(now: datetime) -> None:
    """Remove outages that ended longer ago than anybody is shown."""
    Outage.objects.filter(ended_at__lt=now - KEPT).delete()


def outages(account: SipAccount, since: datetime) -> Iterator[tuple[datetime, datetime | None]]:
    """Return the account's outages that had not ended by `since`, newest first."""
    rows: Iterable[Outage] = account.outages.filter(Q(ended_at=None) | Q(ended_at__gt=since)).order_by("-began_at")
    return ((row.began_at, row.ended_at) for row in rows)
