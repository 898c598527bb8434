"""`/metrics`: for who has the token, in words that Prometheus reads, naming no company, account or number."""

import json
import re
import socket
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.http import HttpResponse
from django.test import Client
from pytest_django import Settings

from centralka.metrics import Metric, written
from centralka.process_states import ProcessStates, states_file
from centralka.store.models import CallRecord, Trunk
from tests import cast

TOKEN = "metrics-token-of-this-test"
LINE = re.compile(r'[a-z_][a-z0-9_]*(\{[a-z_]+="(\\.|[^"\\])*"(,[a-z_]+="(\\.|[^"\\])*")*\})? -?[0-9.e+]+')
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def home(settings: Settings, tmp_path: Path) -> Path:
    settings.HOME, settings.METRICS_TOKEN = tmp_path, TOKEN
    (tmp_path / "run").mkdir()
    return tmp_path


def asked(token: str = TOKEN) -> HttpResponse:
    return Client().get("/metrics", headers={"authorization": f"Bearer {token}"})  # type: ignore[return-value]


@pytest.mark.parametrize("header", [{}, {"authorization": "Bearer wrong"}, {"authorization": "Bearer "}])
def test_strangers_read_none(header: dict[str, str]) -> None:
    refused = Client().get("/metrics", headers=header)
    assert (refused.status_code, refused.content) == (401, b"")


def test_without_a_token_in_the_settings_there_is_no_such_page(settings: Settings) -> None:
    settings.METRICS_TOKEN = ""
    assert asked().status_code == 404
    assert asked("").status_code == 404


def test_prometheus_reads_every_line(home: Path, kwiaty: cast.Company, settings: Settings) -> None:
    states = ProcessStates(states_file(home), print)
    states.started("web")
    states.started("worker")
    states.ended("worker")
    Trunk.objects.create(name='Netia "główne"\\1', kind="registration", host="x.example", status="Rejected")
    now = datetime.now(UTC)
    for name, age, outcome in (("a", 1, "answered"), ("b", 2, "answered"), ("c", 3, "busy"), ("d", 9, "busy")):
        at = now - timedelta(minutes=age)
        CallRecord.objects.create(
            call_id=name, node="n", tenant=kwiaty.tenant, started_at=at, ended_at=at, outcome=outcome, direction="out",
            from_number="100", to_number="600100200", search=" ",
        )  # fmt: skip
    with socket.create_server(("127.0.0.1", 0)) as edge, ExitStack() as phones:
        settings.SIP_PORT = settings.TLS_PORT = settings.WSS_PORT = settings.WS_PORT = edge.getsockname()[1]
        for _ in range(2):
            phones.enter_context(socket.create_connection(edge.getsockname()))
            phones.enter_context(edge.accept()[0])
        answer = asked()
    assert answer.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    lines = answer.content.decode().splitlines()
    assert [line for line in lines if not line.startswith("# ") and not LINE.fullmatch(line)] == []
    for line in (
        'centralka_process_up{process="web"} 1',
        'centralka_process_up{process="worker"} 0',
        'centralka_trunk_up{trunk="Netia \\"główne\\"\\\\1"} 0',
        'centralka_calls_ended_5m{direction="out",outcome="answered"} 2',
        'centralka_calls_ended_5m{direction="out",outcome="busy"} 1',
        'centralka_outbox_waiting{queue="mail"} 0',
        "centralka_edge_connections 2",
        "centralka_edge_connections_of_one_address 2",
        "# TYPE centralka_process_starts_total counter",
    ):
        assert line in lines, line
    assert not any("kwiaty" in line or "600100200" in line for line in lines)


def test_what_is_not_known_has_no_value(home: Path) -> None:
    lines = asked().content.decode().splitlines()
    assert not any(line.startswith("centralka_last_backup_timestamp_seconds") for line in lines)
    assert "# TYPE centralka_last_backup_timestamp_seconds gauge" in lines


def test_a_large_number_is_written_whole() -> None:
    assert written([Metric("x_bytes", "X.", values=[({}, 73_400_320_123.0)])]).endswith(
        "centralka_x_bytes 73400320123\n"
    )


def test_the_dashboard_asks_for_metrics_that_are_there() -> None:
    dashboard = json.loads((Path(__file__).parents[1] / "docs/grafana.json").read_text())
    asked_for = {
        name
        for panel in dashboard["panels"]
        for target in panel["targets"]
        for name in re.findall(r"centralka_\w+", target["expr"])
    }
    there = set(re.findall(r"^# TYPE (\w+)", asked().content.decode(), re.MULTILINE))
    assert asked_for <= there
    assert len(asked_for) > 10
