"""Which copies of SIP messages the system lets through to a real socket."""

import socket
from collections.abc import Iterator
from contextlib import closing

import pytest

from centralka.switch.wire.copy_filter import let_through
from centralka.switch.wire.hep import payload

from .test_turned_away import HERE, PHONE, copied, invite, refusal

INVITE, NOT_ACCEPTABLE = invite(), refusal()
END = invite(call_id="the last one")


@pytest.fixture
def receiver() -> Iterator[socket.socket]:
    with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as made:
        let_through(made, (404, 488))
        made.bind((HERE, 0))
        made.settimeout(5)
        yield made


def received(receiver: socket.socket, *datagrams: bytes) -> list[bytes]:
    """What arrives of these, until the one that ends each test."""
    with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as engine:
        for datagram in [*datagrams, copied(END, PHONE, HERE)]:
            engine.sendto(datagram, receiver.getsockname())
    found = []
    while (datagram := receiver.recv(65536)) != copied(END, PHONE, HERE):
        found.append(datagram)
    return found


@pytest.mark.parametrize("message", [INVITE, NOT_ACCEPTABLE, refusal("404 Not Found"), "INVITE " + "x" * 20_000])
def test_calls_and_the_named_refusals_come_whole(receiver: socket.socket, message: str) -> None:
    (datagram,) = received(receiver, copied(message, PHONE, HERE))
    assert payload(datagram) == message.encode()


@pytest.mark.parametrize(
    "message",
    ["ACK sip:101@x SIP/2.0\r\n\r\n", "BYE sip:101@x SIP/2.0\r\n\r\n", "INV", "", "SIP/2.0 4", "SIP/2.0 4040 x"]
    + [refusal(status) for status in ("200 OK", "180 Ringing", "401 Unauthorized", "408 Timeout", "486 Busy")],
)
def test_every_other_message_is_thrown_away(receiver: socket.socket, message: str) -> None:
    assert received(receiver, copied(message, PHONE, HERE)) == []


@pytest.mark.parametrize("datagram", [b"", b"HEP3", b"INVITE sip:101@x SIP/2.0", b"HEP3" + bytes(2000), bytes(60_000)])
def test_what_is_no_copy_does_not_come(receiver: socket.socket, datagram: bytes) -> None:
    assert received(receiver, datagram) == []


def test_the_message_is_found_behind_chunks_of_any_length(receiver: socket.socket) -> None:
    long = [
        copied(message, PHONE, HERE, secret="s" * length) for message in (INVITE, "OPTIONS x") for length in (0, 999)
    ]
    assert received(receiver, *long) == long[:2]
