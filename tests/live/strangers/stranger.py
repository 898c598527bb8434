"""Somebody at another address of this machine (127.0.0.2 …), who sends whatever they like to the edge by UDP."""

import itertools
import re
import secrets
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import md5
from types import TracebackType
from typing import Any, Self

from tests.live.instance import Installation

PATIENCE, PATIENCE_IN_A_CALL = 2.0, 15.0
"""Seconds without an answer that are taken for silence; the edge answers in milliseconds, a call in seconds."""
SOUND = "v=0\r\no=- 1 1 IN IP4 {0}\r\ns=-\r\nc=IN IP4 {0}\r\nt=0 0\r\nm=audio 9 RTP/AVP 8\r\n"
_PLACES = itertools.count(2)


def elsewhere() -> str:
    """Return an address of this machine from which nobody has called yet."""
    place = next(_PLACES)
    return f"127.77.{place // 250}.{place % 250 + 1}"


class Stranger:
    """Raw requests from one address, each with a name of its own. A context manager."""

    def __init__(self, house: Installation, address: str | None = None, *, padding: str = "") -> None:
        """`padding` stands behind the name of each request, which is its Call-ID."""
        self.address, self._padding = address or elsewhere(), padding
        self._edge = ("127.0.0.1", house.sip_port)

    def __enter__(self) -> Self:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind((self.address, 0))
        self._socket.settimeout(PATIENCE)
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._socket.close()

    def ask(
        self, method: str = "OPTIONS", login: str = "nobody", *, to: str = "", tag: str = "", **headers: str
    ) -> str | None:
        """Send one request; return the final answer as it came, or None if there is none. `tag`: its Call-ID."""
        tag = tag or secrets.token_hex(6) + self._padding
        self.send(self.request(method, login, to=to, tag=tag, **headers))
        return self.answer(tag)

    def register(self, login: str, password: str) -> int | None:
        """Register with a password; return the last status, or None for silence."""
        return self.log_in("REGISTER", login, password, Expires="60")

    @property
    def at(self) -> dict[str, Any]:
        """Return its address."""
        return dict(zip(("host", "port"), self._socket.getsockname(), strict=True))

    def log_in(
        self, method: str, login: str, password: str, *, to: str = "", challenged_by: str = "", **headers: str
    ) -> int | None:
        """Send a request, and again with the password; return the last status, or None for silence.

        `challenged_by`: the method of another request that gets the challenge which is answered.
        """
        asked = self.ask(challenged_by, login) if challenged_by else self.ask(method, login, to=to, **headers)
        nonce = re.search(r'nonce="([^"]+)"', asked or "")
        if asked is None or nonce is None:
            return status(asked)
        return status(
            self.ask(method, login, to=to, Authorization=digest(method, login, password, nonce[1]), **headers)
        )

    def call(self, login: str, password: str, called: str, challenged_by: str = "") -> int | None:
        """Call; return the final status, or None for silence. `challenged_by`: as in `log_in`."""
        sent = {"Content_Type": "application/sdp", "body": SOUND.format(self.address)}
        with self.patient():
            return self.log_in("INVITE", login, password, to=called, challenged_by=challenged_by, **sent)

    @contextmanager
    def in_call(self, login: str, password: str, called: str, tag: str) -> Iterator[str | None]:
        """Call, and hang up after the block if somebody answered. Yields the final answer, or None for silence."""
        nonce = nonce_of(self.ask("REGISTER", login))
        sent = {"Content_Type": "application/sdp", "body": SOUND.format(self.address)}
        with self.patient():
            said = self.ask(
                "INVITE", login, to=called, tag=tag, Authorization=digest("INVITE", login, password, nonce), **sent
            )
        answered = said and status(said) == 200
        if said and answered:
            self.within(said, "ACK", login, called, tag)
        yield said
        if said and answered:
            self.within(said, "BYE", login, called, tag)
            with self.patient():
                assert status(self.answer(tag)) == 200

    def within(
        self, answer: str, method: str, login: str, called: str, tag: str, call_id: str = "", **headers: str
    ) -> None:
        """Send a request within the call that was answered. `call_id`: as if it was another's."""
        found = re.search(r"^To: .*;tag=(\S+)", answer, re.MULTILINE)
        assert found, answer
        request = self.request(method, login, to=called, tag=tag, **headers).decode()
        number = {"ACK": 1, "BYE": 9}.get(method, 2)
        for old, new in (
            (r"branch=\w+", f"branch=z9hG4bK{secrets.token_hex(6)}"),
            (r"(\r\nTo: [^\r]*)", rf"\1;tag={found[1]}"),
            (r"CSeq: 1 ", f"CSeq: {number} "),
            (rf"Call-ID: {tag}", f"Call-ID: {call_id or tag}"),
        ):
            request = re.sub(old, new, request, count=1)
        self.send(request.encode())

    @contextmanager
    def patient(self) -> Iterator[None]:
        """Wait as long as a call may take, not as long as the edge."""
        self._socket.settimeout(PATIENCE_IN_A_CALL)
        try:
            yield
        finally:
            self._socket.settimeout(PATIENCE)

    def request(self, method: str, login: str, *, to: str = "", tag: str = "", **headers: str) -> bytes:
        """Write a request; `headers` have _ for -."""
        tag, (_edge, port), own = tag or secrets.token_hex(6), self._edge, self._socket.getsockname()
        body = headers.pop("body", "")
        lines = [
            f"{method} sip:{f'{to}@' if to else ''}127.0.0.1:{port} SIP/2.0",
            f"Via: SIP/2.0/UDP {own[0]}:{own[1]};rport;branch=z9hG4bK{tag}",
            f"From: <sip:{login}@127.0.0.1>;tag={tag}",
            f"To: <sip:{to or login}@127.0.0.1>",
            f"Call-ID: {tag}",
            f"CSeq: 1 {method}",
            "Max-Forwards: 70",
            f"Contact: <sip:{login}@{own[0]}:{own[1]}>",
            *(f"{name.replace('_', '-')}: {value}" for name, value in headers.items()),
            f"Content-Length: {len(body)}",
        ]
        return "\r\n".join([*lines, "", body]).encode()

    def stray_answer(self, other: "Stranger") -> bytes:
        """Write an answer to a request that nobody sent, which says that it came from another stranger."""
        ways = (self._edge, other._socket.getsockname())
        lines = [
            "SIP/2.0 200 OK",
            *(f"Via: SIP/2.0/UDP {host}:{port};branch=z9hG4bKstray{port}" for host, port in ways),
            "From: <sip:a@127.0.0.1>;tag=a",
            "To: <sip:b@127.0.0.1>;tag=b",
            "Call-ID: stray",
            "CSeq: 1 INVITE",
            "Content-Length: 0",
        ]
        return "\r\n".join([*lines, "", ""]).encode()

    def send(self, message: bytes) -> None:
        """Send a datagram."""
        self._socket.sendto(message, self._edge)

    def asked(self, method: str) -> str:
        """Wait for a request of the edge's."""
        with self.patient():
            while not (text := self._socket.recv(65536).decode()).startswith(f"{method} "):
                pass
        return text

    def reply(self, request: str, answer: str, *headers: str) -> None:
        """Answer a request: `486 Busy Here`, with further headers."""
        known = ("via:", "from:", "to:", "call-id:", "cseq:", "record-route:")
        kept = [line for line in request.split("\r\n") if line.lower().startswith(known)]
        tagged = [f"{line};tag=stranger" if line.lower().startswith("to:") else line for line in kept]
        self.send("\r\n".join([f"SIP/2.0 {answer}", *tagged, *headers, "Content-Length: 0", "", ""]).encode())

    def anything(self) -> bytes:
        """Return what came, if anything did by now."""
        self._socket.setblocking(False)
        try:
            return self._socket.recv(65536)
        except BlockingIOError:
            return b""

    def answer(self, tag: str) -> str | None:
        """Wait for the final answer to the request of this tag; None: there is none."""
        try:
            while True:
                text = self._socket.recv(65536).decode(errors="replace")
                if f"Call-ID: {tag}" in text and not text.startswith("SIP/2.0 1"):
                    return text
        except TimeoutError:
            return None


def status(answer: str | None) -> int | None:
    """Read the status of an answer."""
    return int(answer.split(" ")[1]) if answer else None


def nonce_of(challenge: str | None) -> str:
    """Read what a challenge wants to be answered."""
    found = re.search(r'nonce="([^"]+)"', challenge or "")
    assert found, challenge
    return found[1]


def digest(method: str, login: str, password: str, nonce: str, count: int = 1) -> str:
    """Answer a challenge for the `count`th time (RFC 7616 with MD5 and qop)."""

    def hashed(text: str) -> str:
        return md5(text.encode()).hexdigest()

    first, second = hashed(f"{login}:centralka:{password}"), hashed(f"{method}:sip:x")
    return (
        f'Digest username="{login}", realm="centralka", nonce="{nonce}", uri="sip:x", qop=auth, nc={count:08x}, '
        f'cnonce="c", response="{hashed(f"{first}:{nonce}:{count:08x}:c:auth:{second}")}"'
    )
