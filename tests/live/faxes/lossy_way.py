"""A bad way between a fax machine and the exchange: packets of sound and of T.38 get lost on it, or it is a NAT.

with LossyWay(exchange=house.sip_port, loss=0.05) as way, FaxMachines(house, through={login: way}) as machines:
    ...
    assert way.lost

It passes SIP over UDP on, and writes its own ports where each side reads the other's. Its sound and T.38 go through it,
each kind by a pair of sockets. Behind a NAT (`nat`) the exchange reads a port by which the machine
cannot be reached, and has to answer where packets come from. It can make of a machine one that offers T.38 beside
sound in its first INVITE (`offers`), and keep back what asks for T.38 while something else happens (`holds`).
"""

import random
import re
import selectors
import socket
import threading
import time
from dataclasses import dataclass, field
from typing import Self

from tests.live.sipp import ADDRESS

_LARGEST = 65_535
_NOWHERE = 9
"""The port that a machine behind a NAT gives as its own: nothing that is sent there comes to it (discard, RFC 863)."""
_LOOKS_FOR_THE_END_EVERY = 0.2
_MEDIA = re.compile(rb"^m=(audio|image) ([1-9]\d*)", re.MULTILINE)
_TOLD = re.compile(rb"\A[^\r]+|^(?:Call-ID|CSeq|Retry-After):[^\r]+|^m=[^\r]+", re.MULTILINE)
_IMAGE = b"m=image "
_OFFERED = b"m=image 9 udptl t38\r\na=T38FaxVersion:0\r\na=T38FaxRateManagement:transferredTCF\r\n"
_DECLINED = b"m=image 0 udptl t38\r\n"
_HEAD_ONLY = (b"Authorization:", b"Proxy-Authorization:")
"""Headers of messages of which the head alone is changed: what is signed stays as it is."""


def _socket() -> socket.socket:
    made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    made.bind((ADDRESS, 0))
    return made


def _port(of: socket.socket) -> int:
    port: int = of.getsockname()[1]
    return port


@dataclass
class _Media:
    """The way of one kind of packets of a call. `ends`: the ports of the machine and the exchange."""

    towards_exchange: socket.socket = field(default_factory=_socket)
    """The exchange takes it for the machine; what comes here is for the machine."""
    towards_machine: socket.socket = field(default_factory=_socket)
    machine: int = 0
    exchange: int = 0


@dataclass
class LossyWay:
    """`exchange`: its port for SIP; `loss`: of packets, the same ones in each run."""

    exchange: int
    loss: float = 0.0
    nat: bool = False
    offers: bool = False
    holds: bool = False
    held: set[bytes] = field(default_factory=set)
    """The calls in which it kept back what asks for T.38; who sent that sends it again and again."""
    lost: int = 0
    passed: int = 0
    heard: list[str] = field(default_factory=list)
    """Each SIP message: when, from where, what it is, of which call, and what it offers."""

    def told(self) -> str:
        """Return what passed over it, for a story that failed."""
        return "\n".join([*self.heard, f"packets of sound and T.38: {self.passed} passed on, {self.lost} lost"])

    def __enter__(self) -> Self:
        self._chance = random.Random(38)
        self._sip_machine, self._sip_exchange = _socket(), _socket()
        self.port = _port(self._sip_machine)
        """The port at which the machine takes the exchange to be."""
        self._machine = 0
        self._media: dict[tuple[bytes, bytes], _Media] = {}
        self._offered: set[bytes] = set()
        """The calls in which T.38 was offered in the first INVITE."""
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._sip_machine, selectors.EVENT_READ, self._from_machine)
        self._selector.register(self._sip_exchange, selectors.EVENT_READ, self._from_exchange)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._pass_on, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join(30)
        for key in list(self._selector.get_map().values()):
            key.fileobj.close()  # type: ignore[union-attr]
        self._selector.close()

    def _pass_on(self) -> None:
        while not self._over.is_set():
            for key, _events in self._selector.select(_LOOKS_FOR_THE_END_EVERY):
                key.data(*key.fileobj.recvfrom(_LARGEST))  # type: ignore[union-attr]

    # -- SIP --------------------------------------------------------------------------------------------------------

    def _from_machine(self, message: bytes, sender: tuple[str, int]) -> None:
        self._machine = sender[1]
        self._hear("machine", message)
        ports = {self.port: self.exchange, self._machine: _port(self._sip_exchange)}
        if not self._is_held(message):
            sent = self._rewritten(message, ports, from_machine=True)
            self._sip_exchange.sendto(sent, (ADDRESS, self.exchange))

    def _from_exchange(self, message: bytes, _sender: tuple[str, int]) -> None:
        self._hear("exchange", message)
        ports = {self.exchange: self.port, _port(self._sip_exchange): self._machine}
        if not self._is_held(message):
            sent = self._rewritten(message, ports, from_machine=False)
            self._sip_machine.sendto(sent, (ADDRESS, self._machine))

    def _hear(self, sender: str, message: bytes) -> None:
        told = [line.strip() for line in _TOLD.findall(message)]
        self.heard.append(f"{time.monotonic():.3f} {sender}: {b' | '.join(told).decode(errors='replace')}")

    def _is_held(self, message: bytes) -> bool:
        is_held = self.holds and message.startswith(b"INVITE ") and b"\n" + _IMAGE in message
        if is_held:
            self.held.add(_call_id(message))
        return is_held

    def _rewritten(self, message: bytes, ports: dict[int, int], *, from_machine: bool) -> bytes:
        head, _blank, body = message.partition(b"\r\n\r\n")
        call = _call_id(head)
        if self.offers and body:
            body = self._second_line(message, call, body, from_machine)
        body = _MEDIA.sub(lambda found: self._own_port(call, found[1], int(found[2]), from_machine), body)
        lines = [_with_ports(line, ports) for line in head.split(b"\r\n")]
        head = re.sub(rb"(?im)^(Content-Length): *\d+", b"\\1: %d" % len(body), b"\r\n".join(lines))
        return head + b"\r\n\r\n" + body

    def _second_line(self, message: bytes, call: bytes, body: bytes, from_machine: bool) -> bytes:
        """Offer T.38 for a machine in its first INVITE. It knows nothing of it: the line is its own from then on."""
        if not from_machine:
            first, line, _rest = body.partition(b"\r\nm=")
            return first + line + _rest.partition(b"\r\nm=")[0].removesuffix(b"\r\n") + b"\r\n"
        if message.startswith(b"INVITE ") and call not in self._offered and _IMAGE not in body:
            self._offered.add(call)
            return body + _OFFERED
        return body + _DECLINED

    def _own_port(self, call: bytes, kind: bytes, port: int, from_machine: bool) -> bytes:
        media = self._media.get((call, kind)) or self._new_media(call, kind)
        if from_machine:
            media.machine = port
            told = _NOWHERE if self.nat else _port(media.towards_exchange)
        else:
            media.exchange, told = port, _port(media.towards_machine)
        return b"m=%s %d" % (kind, told)

    # -- Sound and T.38 ---------------------------------------------------------------------------------------------

    def _new_media(self, call: bytes, kind: bytes) -> _Media:
        media = self._media[call, kind] = _Media()

        def to_exchange(packet: bytes, _sender: tuple[str, int]) -> None:
            self._send(packet, media.towards_exchange, media.exchange)

        def to_machine(packet: bytes, _sender: tuple[str, int]) -> None:
            self._send(packet, media.towards_machine, media.machine)

        self._selector.register(media.towards_machine, selectors.EVENT_READ, to_exchange)
        self._selector.register(media.towards_exchange, selectors.EVENT_READ, to_machine)
        return media

    def _send(self, packet: bytes, by: socket.socket, port: int) -> None:
        if self._chance.random() < self.loss:
            self.lost += 1
        elif port:
            self.passed += 1
            by.sendto(packet, (ADDRESS, port))


def _call_id(message: bytes) -> bytes:
    return next((line for line in message.split(b"\r\n") if line.lower().startswith(b"call-id")), b"")


def _with_ports(line: bytes, ports: dict[int, int]) -> bytes:
    """Write other ports into a line of a head; at once, since one can stand for another."""
    if line.startswith(_HEAD_ONLY):
        return line
    address = re.escape(ADDRESS.encode())
    known = {str(before).encode(): str(after).encode() for before, after in ports.items()}
    return re.sub(address + rb":(\d+)", lambda found: ADDRESS.encode() + b":" + known.get(found[1], found[1]), line)
