"""Tell how the whole installation is: for its operator's page, the API and metrics. And the two things mended from
there."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Count, Min

from centralka import __version__
from centralka.disk import free_mb
from centralka.draining import end_draining
from centralka.probes.all import findings
from centralka.probes.certificate import shown_until
from centralka.probes.connections import connections
from centralka.probes.finding import Finding
from centralka.probes.machine import database_bytes, last_backup
from centralka.probes.outside import is_up
from centralka.process_states import ProcessState, process_states
from centralka.sms.states import OPEN
from centralka.store.models import (
    BlockedStranger,
    CallRecord,
    Edge,
    EngineNode,
    FraudStop,
    Mail,
    Registration,
    Sms,
    Trunk,
)

from .actor import Operator

log = structlog.get_logger()

_A_DAY = timedelta(days=1)
_LATEST_CALLS = 20_000


@dataclass(frozen=True, slots=True)
class Queue:
    """Things that wait to go out."""

    count: int
    oldest: datetime | None
    """When the oldest was queued; None: nothing waits."""


@dataclass(frozen=True, slots=True)
class TrunkUp:
    """A trunk that is switched on, and whether calls can go over it."""

    name: str
    up: bool


@dataclass(frozen=True, slots=True)
class Status:
    """A moment of the installation."""

    version: str
    processes: list[ProcessState]
    """Empty: nothing runs in this home folder."""
    engines: list[EngineNode]
    edge_version: str
    trunks: list[TrunkUp]
    calls: int
    """Calls that go on."""
    phones: int
    """Registered."""
    mails: Queue
    texts: Queue
    free_mb: int
    database_bytes: int
    certificate_until: datetime | None
    last_backup: datetime | None
    connections: int
    """TCP connections of phones and browsers to the edge of the machine that answers."""
    connections_of_one: int
    """The most of them that one address has."""
    blocks: int
    """Strangers that get no answer."""
    stops: int
    """Stops against fraud that hold."""
    findings: list[Finding]


def status(operator: Operator) -> Status:
    """Look at everything. Raises OSError, DatabaseError."""
    now = datetime.now(UTC)
    waiting, at_edge = Mail.objects.filter(state=Mail.State.QUEUED), connections()
    return Status(
        version=__version__,
        processes=process_states(settings.HOME) or [],
        engines=list(EngineNode.objects.order_by("node")),
        edge_version=Edge.objects.values_list("version", flat=True).first() or "",
        trunks=[TrunkUp(trunk.name, is_up(trunk)) for trunk in Trunk.objects.filter(enabled=True)],
        calls=_calls_now(),
        phones=Registration.objects.count(),
        mails=Queue(**waiting.aggregate(count=Count("pk"), oldest=Min("created_at"))),
        texts=Queue(**Sms.objects.filter(state__in=OPEN).aggregate(count=Count("pk"), oldest=Min("created_at"))),
        free_mb=free_mb(settings.HOME),
        database_bytes=database_bytes(),
        certificate_until=shown_until(),
        last_backup=last_backup(),
        connections=at_edge.total(),
        connections_of_one=max(at_edge.values(), default=0),
        blocks=BlockedStranger.objects.filter(until__gt=now, lifted=False).count(),
        stops=FraudStop.objects.filter(lifted_at=None).count(),
        findings=list(findings(now)),
    )


def _calls_now() -> int:
    """Count calls engine by engine: that is what the index begins with."""
    nodes = EngineNode.objects.values_list("node", flat=True)
    return CallRecord.objects.filter(node__in=[*nodes, settings.NODE], ended_at__isnull=True).count()


def ended_calls(operator: Operator) -> dict[tuple[str, str], int]:
    """Count calls that ended in the last five minutes, by direction and outcome.

    The latest records alone are looked at, which is cheap however many there are; a call that began before them and
    ended now is missed.
    """
    newest = CallRecord.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    since = datetime.now(UTC) - timedelta(minutes=5)
    ended = CallRecord.objects.filter(pk__gt=newest - _LATEST_CALLS, ended_at__gte=since).order_by()
    rows = ended.values_list("direction", "outcome").annotate(count=Count("pk"))
    return {(direction, outcome): count for direction, outcome, count in rows}


def send_mail_now(operator: Operator) -> int:
    """Try at once what waits, and once more what failed in the last day. Returns how many mails."""
    now = datetime.now(UTC)
    with transaction.atomic():
        failed = Mail.objects.filter(state=Mail.State.FAILED, created_at__gt=now - _A_DAY)
        again = failed.update(state=Mail.State.QUEUED, attempts=0)
        count = Mail.objects.filter(state=Mail.State.QUEUED).update(next_at=now)
    log.info("mail is tried at once", rows=count, tries=again)
    return count


def take_calls(operator: Operator) -> None:
    """Take new calls again on this machine. Raises OSError."""
    end_draining(settings.HOME)
    log.info("new calls are taken again")
