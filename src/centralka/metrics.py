"""`/metrics` for Prometheus: gauges and counters of the installation, in the text format 0.0.4.

Programs with `CENTRALKA_METRICS_TOKEN` read them: behind a proxy an address says little about a program. Labels are
bounded: processes, trunks, nodes, outcomes; never a company, an account or a number.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from centralka.actions.actor import Operator
from centralka.actions.status import Status, ended_calls, status
from centralka.disk import MB
from centralka.probes.finding import Level

_TEXT = "text/plain; version=0.0.4; charset=utf-8"
_ASKS = Operator(who="metrics")


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric with a value for each set of labels."""

    name: str
    help: str
    kind: str = "gauge"
    values: Sequence[tuple[Mapping[str, str], float]] = ()


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Answer a request with the token; 401 for others, 404 where no token is set."""
    if not settings.METRICS_TOKEN:
        return HttpResponse(status=404)
    given = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
    if not constant_time_compare(given, settings.METRICS_TOKEN):
        return HttpResponse(status=401, headers={"WWW-Authenticate": "Bearer"})
    return HttpResponse(written(metrics_of(status(_ASKS), ended_calls(_ASKS))), content_type=_TEXT)


def metrics_of(found: Status, ended: Mapping[tuple[str, str], int]) -> Iterator[Metric]:
    """Return the metrics of a moment. Names and units as https://prometheus.io/docs/practices/naming/ has them."""
    yield _one("info", "Versions.", 1, version=found.version, edge_version=found.edge_version)
    yield Metric("engine_info", "Engines.", values=[({"node": e.node, "version": e.version}, 1) for e in found.engines])
    processes = found.processes
    up = [({"process": one.name}, float(one.runs and one.answers)) for one in processes]
    yield Metric("process_up", "Whether a process runs and answers.", values=up)
    starts = [({"process": one.name}, float(one.starts)) for one in processes]
    yield Metric("process_starts_total", "Starts since `centralka run` began.", "counter", starts)
    trunks = [({"trunk": one.name}, float(one.up)) for one in found.trunks]
    yield Metric("trunk_up", "Whether calls can go over a trunk that is switched on.", values=trunks)
    yield _one("calls", "Calls that go on.", found.calls)
    calls = [({"direction": direction, "outcome": outcome}, float(n)) for (direction, outcome), n in ended.items()]
    yield Metric("calls_ended_5m", "Calls that ended in the last five minutes.", values=calls)
    yield _one("phones_registered", "Registered phones.", found.phones)
    queues = {"mail": found.mails, "text_messages": found.texts}
    waiting = [({"queue": name}, float(queue.count)) for name, queue in queues.items()]
    yield Metric("outbox_waiting", "What waits to go out.", values=waiting)
    oldest = [({"queue": name}, _seconds(queue.oldest)) for name, queue in queues.items() if queue.oldest]
    yield Metric("outbox_oldest_timestamp_seconds", "When the oldest of it was queued.", values=oldest)
    yield _one("disk_free_bytes", "Free on the disk of the home folder.", found.free_mb * MB)
    yield _one("database_size_bytes", "Size of the database.", found.database_bytes)
    yield _moment("certificate_not_after_timestamp_seconds", "End of the certificate for TLS.", found.certificate_until)
    yield _moment("last_backup_timestamp_seconds", "When the last backup was made.", found.last_backup)
    yield _one(
        "edge_connections", "TCP connections of phones and browsers to the edge of this machine.", found.connections
    )
    of_one = "The most of them that one address has. It may have 1000."
    yield _one("edge_connections_of_one_address", of_one, found.connections_of_one)
    yield _one("blocks", "Addresses and accounts that get no answer.", found.blocks)
    yield _one("fraud_stops", "Stops against fraud that hold.", found.stops)
    levels = [({"level": level}, float(sum(one.level is level for one in found.findings))) for level in Level]
    yield Metric("findings", "What is wrong, as `centralka check` has it.", values=levels)


def _one(name: str, help_text: str, value: float, **labels: str) -> Metric:
    return Metric(name, help_text, values=[(labels, value)])


def _moment(name: str, help_text: str, when: datetime | None) -> Metric:
    """Return a time; without a value where there is none."""
    return Metric(name, help_text, values=[({}, _seconds(when))] if when else [])


def _seconds(when: datetime | None) -> float:
    return when.timestamp() if when else 0


def written(found: Iterable[Metric]) -> str:
    """Write metrics as https://prometheus.io/docs/instrumenting/exposition_formats/ (text format) has it."""
    lines: list[str] = []
    for metric in found:
        name = f"centralka_{metric.name}"
        lines += [f"# HELP {name} {metric.help}", f"# TYPE {name} {metric.kind}"]
        lines += [f"{name}{_labels(labels)} {value:.15g}" for labels, value in metric.values]
    return "\n".join(lines) + "\n"


def _labels(labels: Mapping[str, str]) -> str:
    pairs = ",".join(f'{name}="{_escaped(value)}"' for name, value in labels.items())
    return f"{{{pairs}}}" if pairs else ""


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
