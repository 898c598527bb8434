"""SIP with the edge (`edge/messages.cfg`, `edge/lamps.cfg`), as far as MESSAGE and NOTIFY need it: a request and its
final answer (RFC 3261, 17).

Both sides are on this machine, or in its inner network. The edge repeats what is not answered, and so do we.
"""

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from secrets import compare_digest

import structlog

from .edge_news import Address
from .sip_message import SipMessage

log = structlog.get_logger()

REPEATED_AFTER = (0.5, 1.0, 2.0, 4.0, 4.0)
"""Seconds; longer than the edge waits for a phone (fr_timer)."""
_KEPT = 1_000
"""Answers that are given again if the edge asks again; it does so within seconds."""
_MARK = "x-centralka"
_COPIED = {"via": "Via", "from": "From", "to": "To", "call-id": "Call-ID", "cseq": "CSeq"}


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer: its status, its phrase, and more headers."""

    status: int
    phrase: str
    headers: tuple[str, ...] = ()


TRY_LATER = Reply(503, "Service Unavailable", ("Retry-After: 30",))


@dataclass(frozen=True, slots=True)
class Asked:
    """A message that a phone sends. `login`: its account, whose password was right."""

    login: str
    message: SipMessage
    body: bytes


@dataclass(frozen=True, slots=True)
class EdgeRequest:
    """What the edge is to send to one phone of an account, or to all of them."""

    method: str
    login: str
    sender: str
    """The value of From, without tag."""
    call_id: str
    kind: str
    """Of the body: the value of Content-Type."""
    body: str
    number: int = 1
    """Of the request with this Call-ID."""
    phone: str = ""
    """The edge's name of it (ruid)."""
    headers: tuple[str, ...] = ()


class EdgeLine:
    """Takes the edge's requests, which `take` answers, and sends ours."""

    def __init__(self, secret: str, edge: Address, public: str) -> None:
        """`edge`: where it listens to us; `public`: its address and port as phones know it."""
        self._secret = secret
        self._edge = edge
        self.public = public
        self.take: Callable[[Asked], Awaitable[Reply]] = _nobody
        self._transport: asyncio.DatagramTransport | None = None
        self._answers: dict[str, bytes] = {}
        """By the branch of each request; empty while it is being decided."""
        self._waiting: dict[str, asyncio.Future[int]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def use(self, transport: asyncio.DatagramTransport) -> None:
        """Send over this transport, by which requests come, too."""
        self._transport = transport

    def hear(self, data: bytes, sender: Address) -> None:
        """Take in a request or an answer of the edge's; anything else is left alone."""
        message = SipMessage.parse(data)
        branch = _branch(message)
        if message.start.startswith("SIP/2.0 "):
            self._hear_answer(message, branch)
        elif message.start.startswith("MESSAGE ") and branch:
            self._hear_request(message, data, branch, sender)

    async def send(self, asked: EdgeRequest, repeated_after: Sequence[float] = REPEATED_AFTER) -> int:
        """Send a request; returns the final status, 408 where nobody says anything."""
        branch = f"z9hG4bK{secrets.token_hex(12)}"
        future: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._waiting[branch] = future
        try:
            request = self._request(asked, branch)
            for seconds in repeated_after:
                self._write(request, self._edge)
                done, _ = await asyncio.wait([future], timeout=seconds)
                if done:
                    return future.result()
            return 408
        finally:
            del self._waiting[branch]

    def _hear_answer(self, answer: SipMessage, branch: str) -> None:
        status = answer.start[len("SIP/2.0 ") :][:3]
        future = self._waiting.get(branch)
        if future is not None and not future.done() and status.isdecimal() and int(status) >= 200:
            future.set_result(int(status))

    def _hear_request(self, message: SipMessage, data: bytes, branch: str, sender: Address) -> None:
        secret, _between, login = message.one(_MARK).partition(";")
        # Any process of this machine could send one.
        if not compare_digest(secret.encode(), self._secret.encode()):
            log.warning("a text message came without the edge's secret")
            return
        if (known := self._answers.get(branch)) is not None:
            self._write(known, sender)
            return
        self._answers[branch] = b""
        if len(self._answers) > _KEPT:
            del self._answers[next(iter(self._answers))]
        asked = Asked(login, message, _body(message, data))
        task = asyncio.get_running_loop().create_task(self._answer(asked, branch, sender))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _answer(self, asked: Asked, branch: str, sender: Address) -> None:
        try:
            reply = await self.take(asked)
        except Exception:
            log.exception("a text message of a phone could not be taken", login=asked.login)
            reply = TRY_LATER
        self._answers[branch] = _written(reply, asked.message)
        self._write(self._answers[branch], sender)

    def _request(self, asked: EdgeRequest, branch: str) -> bytes:
        own = self._transport.get_extra_info("sockname") if self._transport else ("127.0.0.1", 0)
        body = asked.body.encode()
        lines = (
            f"{asked.method} sip:{asked.login}@{self._edge[0]}:{self._edge[1]} SIP/2.0",
            f"Via: SIP/2.0/UDP {own[0]}:{own[1]};branch={branch};rport",
            "Max-Forwards: 70",
            f"From: {asked.sender};tag={secrets.token_hex(8)}",
            f"To: <sip:{asked.login}@{self.public}>",
            f"Call-ID: {asked.call_id}",
            f"CSeq: {asked.number} {asked.method}",
            f"X-Centralka: {self._secret};{asked.phone}",
            *asked.headers,
            f"Content-Type: {asked.kind}",
            f"Content-Length: {len(body)}",
        )
        return "\r\n".join([*lines, "", ""]).encode() + body

    def _write(self, data: bytes, to: Address) -> None:
        if data and self._transport is not None:
            self._transport.sendto(data, to)


async def _nobody(_asked: Asked) -> Reply:
    return TRY_LATER


def _branch(message: SipMessage) -> str:
    found = [part for part in message.one("via").split(",")[0].split(";") if part.strip().startswith("branch=")]
    return found[0].strip().removeprefix("branch=") if found else ""


def _body(message: SipMessage, data: bytes) -> bytes:
    """Return the body as it came: no longer than it says."""
    body, length = data.partition(b"\r\n\r\n")[2], message.one("content-length")
    return body[: int(length)] if length.isdecimal() else body


def _written(reply: Reply, request: SipMessage) -> bytes:
    lines = [f"SIP/2.0 {reply.status} {reply.phrase}"]
    for name, written in _COPIED.items():
        tag = f";tag={secrets.token_hex(8)}" if name == "to" and ";tag=" not in request.one("to") else ""
        lines += [f"{written}: {value}{tag}" for value in request.headers.get(name, [])]
    return "\r\n".join([*lines, *reply.headers, "Content-Length: 0", "", ""]).encode()
