"""The sandbox's network over SMPP in a thread, gateways that lead to it, and a line that behaves badly."""

import asyncio
import json
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread
from time import monotonic, sleep
from typing import Any

from centralka.actions.sms.gateways import GatewayInput, add_gateway
from centralka.carrier.smpp_network import SmppNetwork
from centralka.carrier.sms_network import SmsNetwork
from centralka.gateways.smpp.links import Links
from centralka.gateways.smpp.session import Patience
from centralka.outbox.text_messages import Sender
from centralka.store.models import SmsGateway
from tests import cast

from .text_messages import Clock

PASSWORD = "tajne123"
QUICK = Patience(connect=5, answer=0.5, turn=2, quiet=60, alive=1, pauses=(0.05, 0.05))


@dataclass
class SmppPlayed:
    """The network; what it noted stands in `log`."""

    port: int
    log: Path
    network: SmppNetwork

    def events(self, event: str = "taken") -> list[dict[str, str]]:
        """Return the events of this kind that it noted."""
        if not self.log.exists():
            return []
        found = [json.loads(line) for line in self.log.read_text().splitlines()]
        return [line for line in found if line["event"] == event]


@contextmanager
def smpp_network(folder: Path, port: int = 0) -> Iterator[SmppPlayed]:
    """A network in a thread of this process."""
    log, loop = folder / "smpp.jsonl", asyncio.new_event_loop()
    thread = Thread(target=loop.run_forever, daemon=True)
    thread.start()
    network = SmppNetwork({"kwiaty": PASSWORD}, SmsNetwork([], log).note)
    found = asyncio.run_coroutine_threadsafe(network.listen("127.0.0.1", port), loop).result(10)
    try:
        yield SmppPlayed(found, log, network)
    finally:
        asyncio.run_coroutine_threadsafe(network.end(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(30)
        loop.close()  # raises where it still runs


def smpp_gateway(port: int, name: str = "SMPP", **fields: Any) -> SmsGateway:
    """A gateway that leads to a network."""
    settings = {"system_id": "kwiaty", "per_second": "1000", **fields.pop("templates", {})}
    given = {"address": f"smpp://127.0.0.1:{port}", "secret": PASSWORD, "templates": settings, **fields}
    return add_gateway(cast.OPERATOR, GatewayInput(name=name, kind=SmsGateway.Kind.SMPP, **given))


@contextmanager
def smpp_sender(clock: Clock, patience: Patience = QUICK) -> Iterator[Sender]:
    """A worker's sender, which has just started, and logs out at the end."""
    sender = Sender(clock, links=Links(clock, patience))
    try:
        yield sender
    finally:
        sender.end()


def comes_true(what: Callable[[], object], told: Callable[[], object] = lambda: "") -> None:
    """Wait with patience."""
    end = monotonic() + 30
    while not what():
        assert monotonic() < end, told()
        sleep(0.02)


@dataclass
class BadLine:
    """A server that answers each connection by a rule, and what it was told."""

    port: int
    heard: list[bytes] = field(default_factory=list)


@contextmanager
def bad_line(say: Callable[[socket.socket, bytes], bool]) -> Iterator[BadLine]:
    """`say` answers what was read on a line; False: it hangs up."""
    server = socket.create_server(("127.0.0.1", 0))
    found, lines = BadLine(server.getsockname()[1]), list[socket.socket]()

    def serve(line: socket.socket) -> None:
        with line:
            while content := line.recv(65536):
                found.heard.append(content)
                if not say(line, content):
                    return

    def accept() -> None:
        while True:
            try:
                line = server.accept()[0]
            except OSError:
                return
            lines.append(line)
            Thread(target=_quietly, args=(serve, line), daemon=True).start()

    Thread(target=accept, daemon=True).start()
    try:
        yield found
    finally:
        server.close()
        for line in lines:
            line.close()


def _quietly(serve: Callable[[socket.socket], None], line: socket.socket) -> None:
    try:
        serve(line)
    except OSError:
        return
