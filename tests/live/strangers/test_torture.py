"""Malformed messages and connections that say nothing stop at the door: no process falls, calls keep their sound."""

import random
import resource
import select
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from tests.live.instance import MARKS
from tests.live.office import PASSWORD, SOON, Office, hear_each_other, over, talk
from tests.live.phones import until
from tests.live.sipp import run_scenario

from .mutations import by_tcp, never_blocked, send_some
from .stranger import Stranger, elsewhere
from .torture import MESSAGES

ROUNDS = 1000
"""Of `mutations`, always the same ones; ten minutes of others: `make mutations`."""
MANY, OF_ONE_ADDRESS, AT_MOST = 2000, 500, 1000


def test_malformed_messages_hurt_nobody(office: Office) -> None:
    """RFC 4475's, and mutations of them, by UDP and TCP, from an address that is not blocked for it."""
    before = {name: office.house.pid(name) for name in MARKS}
    alicja, bartek = office.phone("Alicja"), office.phone("Bartek", transport="tcp")
    talk(alicja, bartek)
    with Stranger(office.house) as stranger, never_blocked(office.house, stranger.address):
        dice = random.Random(4475)
        for message in MESSAGES.values():
            stranger.send(message)
            by_tcp(office.house, stranger.address, message)
        hear_each_other(alicja, bartek)
        for _ in range(ROUNDS):
            send_some(office.house, stranger, dice)
    hear_each_other(alicja, bartek)
    alicja.hang_up()
    over(alicja, bartek)
    talk(office.phone("Celina"), bartek)
    assert {name: office.house.pid(name) for name in MARKS} == before


def test_connections_that_never_say_a_whole_message_keep_nobody_out(office: Office) -> None:
    """2,000 of four addresses: phones that come by TCP meanwhile register and talk."""
    before = office.house.pid("edge")
    alicja, bartek = (office.phone(name, transport="tcp", register=False) for name in ("Alicja", "Bartek"))
    with many_files(), ExitStack() as stack:
        for _ in range(MANY // OF_ONE_ADDRESS):
            assert len(still_open(half_open(office, stack, OF_ONE_ADDRESS))) == OF_ONE_ADDRESS
        for phone in (alicja, bartek):
            phone.register()
        talk(alicja, bartek)
        account = office.account("Celina")
        run_scenario(
            "register", login=account.login, password=PASSWORD, port=office.house.sip_port, transport="tcp", expires=60,
            final=200,
        )  # fmt: skip
    assert office.house.pid("edge") == before


def test_one_address_has_only_so_many_connections(office: Office) -> None:
    """What it opens beyond that is closed at once, and the operator is told."""
    alicja, bartek = office.phone("Alicja", transport="tcp", register=False), office.phone("Bartek")
    with many_files(), ExitStack() as stack:
        opened = half_open(office, stack, AT_MOST + 100)
        until(lambda: len(still_open(opened)) == AT_MOST, SOON, "the hundred beyond the limit are closed")
        address, _port = still_open(opened)[0].getsockname()
        state = office.house.api("GET", "/operator/status", token=office.house.demo["operator_token"]).body
        (told,) = [found["message"] for found in state["findings"] if found["kind"] == "connections_crowded"]
        assert f"from {address}: {AT_MOST} of" in told
        alicja.register()
        talk(alicja, bartek)


@contextmanager
def many_files() -> Iterator[None]:
    """Let this process have as many connections as it needs here."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, 3 * MANY), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def half_open(office: Office, stack: ExitStack, count: int) -> list[socket.socket]:
    """Open connections from one new address, each with the beginning of a message."""
    address, opened = elsewhere(), []
    for _ in range(count):
        connection = stack.enter_context(socket.socket())
        connection.bind((address, 0))
        connection.settimeout(10)
        connection.connect(("127.0.0.1", office.house.sip_port))
        try:
            connection.sendall(b"REGISTER sip:127.0.0.1 SIP/2.0\r\nContent-Length: 100000\r\n")
        except ConnectionError:
            connection.close()
        opened.append(connection)
    return opened


def still_open(connections: list[socket.socket]) -> list[socket.socket]:
    """Return those that the edge has not closed: nothing can be read from them."""
    poll = select.poll()
    open_here = {one.fileno(): one for one in connections if one.fileno() >= 0}
    for number in open_here:
        poll.register(number, select.POLLIN | select.POLLHUP)
    closed = {number for number, _event in poll.poll(0)}
    return [one for number, one in open_here.items() if number not in closed]
