"""Accounts that are watched, as rows: `calls.monitoring` says what comes of what is seen.

Only accounts whose state differs from what is known of them, or that something is waited for, are read one by one.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q

from centralka.calls.monitoring import News, Told, Watched, due, first_seen, interrupted, seen

from .models import AccountWatch, MonitoringNews, Outage, PresenceBeat, Registration, SipAccount
from .portions import AT_ONCE, portions

KEPT = timedelta(days=31)
"""The time for which outages are kept: the panel shows 30 days."""


# -- The sign that phones are followed -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Beat:
    """The last sign of a switchboard."""

    count: int
    edge_started_at: datetime | None


def beat(node: str, edge_started_at: datetime | None) -> None:
    """Give a sign that the node's registrations are kept true; None: its edge is away."""
    values = {"edge_started_at": edge_started_at}
    if not PresenceBeat.objects.filter(node=node).update(count=F("count") + 1, **values):
        PresenceBeat.objects.create(node=node, count=1, **values)


def beats() -> dict[str, Beat]:
    """Return the last sign of each node."""
    return {row.node: Beat(row.count, row.edge_started_at) for row in PresenceBeat.objects.all()}


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
        for row in some:
            _fill(row, interrupted(_watched(row), now))
        AccountWatch.objects.bulk_update(some, _COLUMNS)


_ANSWERING = Exists(Registration.objects.filter(sip_account=OuterRef("sip_account"), answers=True))
_MAY_ANSWER = Exists(
    Registration.objects.filter(Q(answers=True) | Q(answers=None), sip_account=OuterRef("sip_account"))
)


def _end(now: datetime) -> None:
    """Watch accounts no longer that are not monitored any more."""
    # Begins with what is watched: by a join SQLite would begin with all accounts.
    monitored = Exists(SipAccount.objects.filter(pk=OuterRef("pk"), monitoring=True))
    for some in portions(AccountWatch.objects.filter(~monitored).values_list("pk", flat=True)):
        Outage.objects.filter(sip_account__in=some, ended_at=None).update(ended_at=now)
        AccountWatch.objects.filter(pk__in=some).delete()


def _begin(now: datetime) -> None:
    """Begin to watch monitored accounts that were never seen before and are reachable."""
    # Begins with the phones: an exchange has far more accounts than phones that nobody watches yet.
    there = Registration.objects.filter(answers=True, sip_account__monitoring=True, sip_account__watch__isnull=True)
    new = there.order_by("sip_account_id").values_list("sip_account_id", flat=True).distinct()
    for some in portions(new):
        with transaction.atomic():
            # One that was deleted since is gone from these, and none is deleted before the end of this.
            still = SipAccount.objects.select_for_update(no_key=True).filter(pk__in=some).order_by("pk")
            rows = [_fill(AccountWatch(sip_account=account, created_at=now), first_seen(now)) for account in still]
            AccountWatch.objects.bulk_create(rows, ignore_conflicts=True)


def _changed(now: datetime, *, gone_too: bool) -> dict[int, bool]:
    """Return the accounts to look at, and whether each is reachable now."""
    came = AccountWatch.objects.filter(_ANSWERING, reachable=False).values_list("pk", flat=True)
    went = AccountWatch.objects.filter(~_MAY_ANSWER, reachable=True).values_list("pk", flat=True)
    # A pause that ended early left them waiting for something in the future.
    waits = Q(due_at__lte=now) | Q(waits_from__gt=now)
    waiting = AccountWatch.objects.filter(waits).values_list("pk", "reachable")
    if not gone_too:
        return dict.fromkeys(came, True)
    return {**dict(waiting), **dict.fromkeys(came, True), **dict.fromkeys(went, False)}


def _take_in(states: Mapping[int, bool], now: datetime) -> None:
    with transaction.atomic():
        rows = AccountWatch.objects.select_for_update(of=("self",)).filter(pk__in=states)
        rows = rows.select_related("sip_account__tenant")
        changed, news = [], []
        for row in rows:
            before = _watched(row)
            after, told = seen(before, states[row.pk], now, row.sip_account.silent_until)
            _note_outage(row.sip_account, before, after, now)
            changed.append(_fill(row, after))
            if told:
                row.told_at = now
                news.append(_news(row, told, before, after, now))
        AccountWatch.objects.bulk_update(changed, [*_COLUMNS, "told_at"])
        MonitoringNews.objects.bulk_create(news, batch_size=AT_ONCE)


def _note_outage(account: SipAccount, before: Watched, after: Watched, now: datetime) -> None:
    if after.is_outage and not before.is_outage:
        Outage.objects.get_or_create(sip_account=account, ended_at=None, defaults={"began_at": after.since})
    elif before.is_outage and not after.is_outage:
        Outage.objects.filter(sip_account=account, ended_at=None).update(ended_at=now)


def _news(row: AccountWatch, told: News, before: Watched, after: Watched, now: datetime) -> MonitoringNews:
    account = row.sip_account
    since = before.since if told is News.BACK else after.since
    return MonitoringNews(tenant=account.tenant, sip_account=account, kind=told.value, since=since, at=now)


_COLUMNS = ["reachable", "since", "waits_from", "told", "changes", "counted", "before", "due_at"]


def _watched(row: AccountWatch) -> Watched:
    changes = tuple(datetime.fromtimestamp(at, UTC) for at in row.changes)
    return Watched(row.reachable, row.since, row.waits_from, Told(row.told), changes, row.counted, row.before)


def _fill(row: AccountWatch, watched: Watched) -> AccountWatch:
    row.reachable, row.since, row.waits_from = watched.reachable, watched.since, watched.waits_from
    row.told, row.counted, row.before = watched.told.value, watched.counted, watched.before
    row.changes = [at.timestamp() for at in watched.changes]
    row.due_at = due(watched)
    return row


# -- What is told --------------------------------------------------------------------------------------------------


def companies_with_news(before: datetime) -> list[int]:
    """Return the companies of which something has waited to be told since `before`."""
    return list(MonitoringNews.objects.filter(at__lte=before).values_list("tenant", flat=True).distinct().order_by())


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
