"""Nobody writes into our logs: what a packet says begins no line there, moves no cursor, and leaves no digest."""

import re
import secrets
from collections.abc import Iterator

from tests.live.instance import Installation
from tests.live.office import PASSWORD, SOON, Office, gets, over, talk
from tests.live.phones import until

from .stranger import Stranger, digest, nonce_of

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
