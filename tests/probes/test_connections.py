"""Connections to the edge are counted by address, with real ones."""

import re
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pytest_django import Settings

from centralka.actions.status_words import sentence
from centralka.probes.connections import MANY, MOST, connections, crowded, told
from centralka.probes.finding import Kind, Level

TOP = Path(__file__).parents[2]
NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)


@pytest.fixture
def things() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def _server(things: ExitStack, family: socket.AddressFamily = socket.AF_INET, host: str = "127.0.0.1") -> socket.socket:
    return things.enter_context(socket.create_server((host, 0), family=family, backlog=64))


def _port(server: socket.socket) -> int:
    return int(server.getsockname()[1])


def _connect(things: ExitStack, server: socket.socket, source: str, count: int) -> list[socket.socket]:
    where = server.getsockname()[:2]
    ends = [things.enter_context(socket.create_connection(where, source_address=(source, 0))) for _ in range(count)]
    for _ in range(count):
        things.enter_context(server.accept()[0])
    return ends


def test_connections_to_each_door_are_counted_by_the_address_that_opened_them(
    things: ExitStack, settings: Settings
) -> None:
    doors = {name: _server(things) for name in ("SIP_PORT", "TLS_PORT", "WSS_PORT", "WS_PORT")}
    other = _server(things)
    for name, server in doors.items():
        setattr(settings, name, _port(server))
    assert connections() == {}
    for server in doors.values():
        _connect(things, server, "127.0.0.1", 1)
    ends = _connect(things, doors["TLS_PORT"], "127.0.0.2", 7)
    _connect(things, other, "127.0.0.3", 3)
    assert connections() == {"127.0.0.1": 4, "127.0.0.2": 7}
    ends[0].shutdown(socket.SHUT_WR)  # the edge has not closed its end yet
    assert connections()["127.0.0.2"] == 7
    assert list(crowded(NOW)) == []


@pytest.mark.skipif(not socket.has_dualstack_ipv6(), reason="no IPv6 here")
def test_an_address_is_the_same_in_both_versions_of_ip(things: ExitStack, settings: Settings) -> None:
    server = things.enter_context(
        socket.create_server(("::", 0), family=socket.AF_INET6, dualstack_ipv6=True, backlog=64)
    )
    settings.SIP_PORT = _port(server)
    for family, host, count in ((socket.AF_INET, "127.0.0.1", 2), (socket.AF_INET6, "::1", 1)):
        for _ in range(count):
            one = things.enter_context(socket.socket(family))
            one.connect((host, _port(server)))
            things.enter_context(server.accept()[0])
    assert connections() == {"127.0.0.1": 2, "::1": 1}


def test_an_address_with_nearly_all_is_told() -> None:
    assert list(told({"192.0.2.1": MANY - 1})) == []
    first, second = told({"192.0.2.7": MOST, "2001:db8::7": MANY, "192.0.2.1": 5})
    assert (first.kind, first.level) == (Kind.CONNECTIONS_CROWDED, Level.WARNING)
    assert sentence(first).startswith("Połączenia TCP z adresu 192.0.2.7: 1000, a może ich być najwyżej 1000.")
    assert second.values["address"] == "2001:db8::7"


def test_the_limit_is_the_edges() -> None:
    (limit,) = re.findall(r"^tcp_accept_iplimit = (\d+)$", (TOP / "edge/globals.cfg").read_text(), re.MULTILINE)
    assert int(limit) == MOST > MANY
