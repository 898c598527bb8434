"""Nobody writes into our logs: what a packet says begins no line there, moves no cursor, and leaves no digest. Nor does
a connection, of which anybody can open as many as they like."""

import asyncio
import re
import secrets
import socket
import struct
from collections.abc import Iterator
from contextlib import ExitStack, suppress

from centralka.switch.wire.edge_control import EdgeControl
from tests.live.instance import Installation
from tests.live.office import PASSWORD, SOON, Office, gets, over, talk
from tests.live.phones import until

from .stranger import Stranger, digest, elsewhere, nonce_of
from .test_torture import AT_MOST, half_open, many_files, still_open

MARK = "wpis" + secrets.token_hex(4)
OWN_LINE = re.compile(r"\{|\[?20\d\d-|timestamp=|\[")
"""How a line of ours begins: JSON, or a time."""
HARMFUL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\x85\u2028]")
TEXTS = ("User-Agent", "Reason", "Subject", "Alert-Info", "Diversion", "P-Asserted-Identity", "Privacy", "X-Centralka")


def lies(login: str) -> Iterator[str]:
    """What a packet could say to write into a log."""
    line = f"2026-01-01T00:00:00Z [error] {MARK} {login}"
    yield f"{MARK}\r\n {line}"
    yield f"{MARK}\x1b[2J\x07\x08\x85{line}"
    yield f"{MARK}%0a{line.replace(' ', '%20')}%0d%0a"
    yield f"{MARK}\\n{line}\u2028{line}"


def told(request: bytes, lie: str) -> Iterator[bytes]:
    """The request with the lie in each place that a log could tell of."""
    quoted, bare = f'"{lie}" '.encode(), re.sub(r"[\s<>@;]", "", lie).encode()
    yield request.replace(b"\r\n\r\n", b"\r\n" + b"".join(f"{name}: {lie}\r\n".encode() for name in TEXTS) + b"\r\n", 1)
    if not lie.startswith("Digest"):
        # The harmless signs of a Call-ID are logged: who puts an answer of their own there publishes it themselves.
        yield re.sub(rb"\r\nCall-ID: [^\r]*", lambda _: b"\r\nCall-ID: " + bare, request)
    for name in (b"From", b"To", b"Contact"):
        yield re.sub(rb"\r\n" + name + rb": ", lambda found: found[0] + quoted, request)
        yield re.sub(rb"\r\n" + name + rb": <sip:[^@]*", lambda found: found[0] + bare, request)
    yield re.sub(rb" sip:[^@]*@", lambda found: found[0][:-1] + bare + b"@", request, count=1)


def logs(house: Installation) -> dict[str, str]:
    """What each process has logged by now."""
    files = [house.home / "run.log", *sorted(house.home.glob("log/*.log")), house.engine_log]
    return {file.name: file.read_bytes().decode(errors="replace") for file in files}


def test_no_packet_writes_into_a_log(office: Office) -> None:
    """Neither one of somebody with an account, nor of anybody else, nor an answer."""
    alicja, bartek, account = office.phone("Alicja"), office.phone("Bartek"), office.account("Mallory")
    before = logs(office.house)
    with Stranger(office.house) as phone, Stranger(office.house) as stranger:
        # Where a phone is at home no flood is one.
        assert phone.register(account.login, PASSWORD) == 200
        nonce, count = nonce_of(phone.ask("REGISTER", account.login)), 0
        every = (*lies(account.login), digest("INVITE", account.login, PASSWORD, nonce))
        for lie in every:
            for method in ("REGISTER", "SUBSCRIBE", "MESSAGE", "BYE"):
                for said in told(stranger.request(method, account.login, to="1", Event="dialog"), lie):
                    stranger.send(said)
            for said in told(phone.request("INVITE", account.login, to="1", Content_Type="application/sdp"), lie):
                count += 1
                answer = digest("INVITE", account.login, PASSWORD, nonce, count)
                phone.send(said.replace(b"\r\n\r\n", f"\r\nAuthorization: {answer}\r\n\r\n".encode(), 1))
        alicja.dial(account.extension)
        lines = [f"{name}: {lie}" for name in ("Reason", "Server", "Warning") for lie in every]
        phone.reply(phone.asked("INVITE"), "486 Busy Here", *lines)
        gets(alicja, "486 Busy Here")
    talk(alicja, bartek)
    alicja.hang_up()
    over(alicja, bartek)
    until(lambda: not office.house.channels(), SOON, "no call is left")
    for name, text in logs(office.house).items():
        new = text[len(before.get(name, "")) :]
        assert nonce not in new, name
        assert "response=" not in new, name
        assert not HARMFUL.search(new), name
        assert not [line for line in new.splitlines() if MARK in line and not OWN_LINE.match(line)], name


BROWSER = (
    b"GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: sip\r\nOrigin: http://localhost\r\n\r\n"
)
JUNK = (
    b"",
    b"\r\n\r\n\r\n",
    bytes(500),
    b"a" * 20_000,
    bytes.fromhex("16030100a5010000a10303") + b"x" * 50,  # the beginning of a handshake of TLS
    b"GET / HTTP/1.1\r\nVia: x\r\nContent-Length: 0\r\n\r\n",
    b"OPTIONS sip:x SIP/2.0\r\nContent-Length: -5\r\n\r\n",
    b"OPTIONS sip:x SIP/2.0\r\n\r\n",
    BROWSER,
    BROWSER.replace(b"Version: 13", b"Version: 1"),
    BROWSER + bytes.fromhex("ffffffffffffffffffff") * 10,  # a frame that is longer than all memory
)
NEVER = re.compile('"level": "(?:ALERT|BUG|CRITICAL)"')


def gone_at_once(port: int, said: bytes, *, reset: bool) -> None:
    """Connect, say something, and be gone, politely or not."""
    with socket.socket() as connection, suppress(ConnectionError):
        connection.bind((elsewhere(), 0))
        connection.settimeout(10)
        connection.connect(("127.0.0.1", port))
        connection.sendall(said)
        if reset:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def told_by_now(house: Installation) -> str:
    """The edge's log with all that was said until now: a line is there a moment later, one after the other."""
    control, log, last = EdgeControl(house.home / "edge/run/control.sock"), house.home / "log/edge.log", MARK + "last"
    asyncio.run(control.ask("cfg.set_now_int", "core", "debug", 3))
    try:
        asyncio.run(control.ask("core.echo", last))
    finally:
        asyncio.run(control.ask("cfg.set_now_int", "core", "debug", -4))
    until(lambda: last in log.read_text(errors="replace"), SOON, "all that it said is in the log")
    return log.read_text(errors="replace").partition(last)[0]


def test_no_connection_writes_into_a_log(fragile: Office) -> None:
    """Neither one that is too many, nor one that says nothing, or no SIP, or is gone before it is answered."""
    house = fragile.house
    before = len(logs(house)["edge.log"])
    with many_files(), ExitStack() as stack:
        opened = half_open(fragile, stack, AT_MOST + 100)
        until(lambda: len(still_open(opened)) == AT_MOST, SOON, "the hundred beyond the limit are closed")
    for port in (house.sip_port, house.tls_port, house.wss_port, house.ws_port):
        for said in JUNK:
            for reset in (False, True):
                gone_at_once(port, said, reset=reset)
    assert not logs(house)["edge.log"][before:]
    assert not NEVER.search(told_by_now(house)[before:])
