"""What processes are asked, each with something that really answers, or does not."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from django.test import Client

from centralka.alive.heartbeat import Heartbeat, NotTouched
from centralka.alive.sip import ask_sip
from centralka.alive.web import ASKED_FOR, ask_web
from centralka.start.ports import free_ports

LISTEN = "127.0.0.1"


class Sip(asyncio.DatagramProtocol):
    """Answers the second request that it gets, as an engine does that has to wait for one of its queues."""

    def __init__(self) -> None:
        self.got: list[str] = []

    def connection_made(self, transport: asyncio.DatagramTransport) -> None:  # type: ignore[override]
        self._transport = transport

    def datagram_received(self, data: bytes, address: tuple[str, int]) -> None:
        self.got.append(data.decode())
        if len(self.got) > 1:
            self._transport.sendto(b"SIP/2.0 200 OK\r\n\r\n", address)


async def with_sip(ask: Callable[[int], Awaitable[None]]) -> list[str]:
    loop = asyncio.get_running_loop()
    transport, sip = await loop.create_datagram_endpoint(Sip, local_addr=(LISTEN, 0))
    try:
        await ask(transport.get_extra_info("sockname")[1])
    finally:
        transport.close()
    return sip.got


def test_sip_is_asked_again_by_another_request_until_one_is_answered() -> None:
    got = asyncio.run(with_sip(lambda port: ask_sip(LISTEN, port, "alive-1")))
    assert all(request.startswith(f"OPTIONS sip:{LISTEN}:") for request in got)
    assert all("From: <sip:alive-1@" in request for request in got)
    assert not any("Authorization" in request for request in got), "the edge would complain of it"
    assert (
        len({line for request in got for line in request.splitlines() if line.startswith("Call-ID")}) == len(got) == 2
    )


def test_where_nobody_listens_nobody_answers() -> None:
    (port,) = free_ports(1)
    for ask in (ask_web(LISTEN, port), ask_sip(LISTEN, port, "alive-1")):
        with pytest.raises(ConnectionRefusedError):
            asyncio.run(ask)


def test_any_answer_of_the_web_process_will_do() -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()

    async def story() -> None:
        async with await asyncio.start_server(answer, LISTEN, 0) as server:
            await ask_web(LISTEN, server.sockets[0].getsockname()[1])

    asyncio.run(story())


@pytest.mark.usefixtures("no_connection")
def test_the_panel_answers_without_its_database(client: Client) -> None:
    """This test may not use it: a slow database does not make the panel look stuck."""
    assert client.get(ASKED_FOR).status_code == 302


def test_a_web_process_that_hangs_up_has_not_answered() -> None:
    async def story() -> None:
        async with await asyncio.start_server(lambda _reader, writer: writer.close(), LISTEN, 0) as server:
            await ask_web(LISTEN, server.sockets[0].getsockname()[1])

    with pytest.raises(EOFError):
        asyncio.run(story())


def test_a_heartbeat_is_one_only_if_the_file_was_touched_since(tmp_path: Path) -> None:
    """Also where an earlier process left one behind."""
    file = tmp_path / "worker.alive"
    file.touch()
    heartbeat = Heartbeat(file)
    with pytest.raises(NotTouched):
        asyncio.run(heartbeat.ask())
    os.utime(file, (1, 1))  # a clock that was put back is no standstill
    asyncio.run(heartbeat.ask())
    with pytest.raises(NotTouched):
        asyncio.run(heartbeat.ask())
