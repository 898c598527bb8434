"""A telephone that only watches lamps (SUBSCRIBE, RFC 6665): no telephone of the stories has a key for a colleague.

with Watcher(alicja.login, PASSWORD, port) as watcher:
    assert watcher.subscribe("dialog", "101") == 200
    until(lambda: watcher.state == "terminated", SOON, "101 is idle")
"""

import hashlib
import re
import secrets
import socket
import threading
from types import TracebackType
from typing import Self

from tests.live.baresip import SipMessage, once, parse_message

REALM = "centralka"
PATIENCE = 10.0
STATE = re.compile(r"<state[^>]*>(\w+)</state>")


class Watcher:
    """Subscribes by UDP from a port of its own, and says 200 to each NOTIFY."""

    def __init__(self, login: str, password: str, port: int, *, claims: str = "", contact: str = "") -> None:
        """`claims` is another login for From than the one whose password it has; `contact` another address than its
        own, as a phone behind NAT gives."""
        self.login, self._password, self._exchange = login, password, ("127.0.0.1", port)
        self._from, self._contact = claims or login, contact or "127.0.0.1"
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self._socket.settimeout(0.1)
        self.own = self._socket.getsockname()[1]
        self.notices: list[SipMessage] = []
        """Each NOTIFY so far."""
        self.answers: list[SipMessage] = []
        self.deaf = False
        self._call_id, self._tag, self._cseq = secrets.token_hex(8), secrets.token_hex(4), 0
        self._to_tag = self._target = ""
        self._over = threading.Event()
        self._came = threading.Condition()
        self._ear = threading.Thread(target=self._listen, daemon=True)

    def __enter__(self) -> Self:
        self._ear.start()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._ear.join(30)
        self._socket.close()

    def subscribe(self, event: str, whose: str, expires: int = 600) -> int:
        """Subscribe, or renew the subscription that there is. Returns the final status."""
        answer = self._ask(event, whose, expires, "")
        if answer.status == 401:
            answer = self._ask(event, whose, expires, self._digest(answer, whose))
        if answer.status == 200 and not self._to_tag:
            self._to_tag = tag_in(answer.message.header("To"))
            self._target = re.findall(r"<([^>]+)>", answer.message.header("Contact") or "")[0]
        return answer.status

    def claim(self, tag: str) -> None:
        """Go on as if there was a subscription, of which the exchange made this tag."""
        self._to_tag = tag

    @property
    def last_subscription_state(self) -> str:
        """Return what the last NOTIFY said of the subscription itself."""
        notices = list(self.notices)
        return notices[-1].header("Subscription-State") or "" if notices else ""

    @property
    def state(self) -> str:
        """The dialog state in the last NOTIFY; empty before there is one."""
        told = [found for notice in list(self.notices) for found in STATE.findall(notice.body)[:1]]
        return told[-1] if told else ""

    @property
    def states(self) -> list[str]:
        """The dialog states, one after the other, each once."""
        told = [found for notice in list(self.notices) for found in STATE.findall(notice.body)[:1]]
        return [state for at, state in enumerate(told) if not at or told[at - 1] != state]

    @property
    def mailbox(self) -> str:
        """Return what the last NOTIFY with a body said of the mailbox."""
        told = [notice.body for notice in list(self.notices) if notice.body]
        return told[-1] if told else ""

    def _ask(self, event: str, whose: str, expires: int, authorization: str) -> "Answer":
        self._cseq += 1
        tag = f";tag={self._to_tag}" if self._to_tag else ""
        lines = [
            f"SUBSCRIBE {self._uri(whose)} SIP/2.0",
            f"Via: SIP/2.0/UDP 127.0.0.1:{self.own};branch=z9hG4bK{secrets.token_hex(6)};rport",
            f"From: <sip:{self._from}@127.0.0.1>;tag={self._tag}",
            f"To: <sip:{whose}@127.0.0.1>{tag}",
            f"Call-ID: {self._call_id}",
            f"CSeq: {self._cseq} SUBSCRIBE",
            f"Contact: <sip:{self.login}@{self._contact}:{self.own}>",
            f"Event: {event}",
            f"Expires: {expires}",
            "Max-Forwards: 70",
            *([f"Authorization: {authorization}"] if authorization else []),
            "Content-Length: 0",
        ]
        return self._final("\r\n".join([*lines, "", ""]).encode())

    def _final(self, request: bytes) -> "Answer":
        wanted = f"{self._cseq} SUBSCRIBE"
        for _again in range(int(PATIENCE)):
            self._socket.sendto(request, self._exchange)
            with self._came:
                if self._came.wait_for(lambda: self._answer_to(wanted), 1):
                    return Answer(self._answer_to(wanted))
        raise AssertionError("no answer to SUBSCRIBE")

    def _answer_to(self, cseq: str) -> SipMessage | None:
        return next((one for one in self.answers if one.header("CSeq") == cseq), None)

    def _uri(self, whose: str) -> str:
        return self._target or f"sip:{whose}@127.0.0.1:{self._exchange[1]}"

    def _digest(self, challenge: "Answer", whose: str) -> str:
        said = challenge.message.header("WWW-Authenticate") or ""
        nonce = re.findall(r'nonce="([^"]+)"', said)[0]
        uri, cnonce = self._uri(whose), secrets.token_hex(4)
        ha1, ha2 = md5(f"{self.login}:{REALM}:{self._password}"), md5(f"SUBSCRIBE:{uri}")
        response = md5(f"{ha1}:{nonce}:00000001:{cnonce}:auth:{ha2}")
        return (
            f'Digest username="{self.login}", realm="{REALM}", nonce="{nonce}", uri="{uri}", response="{response}",'
            f' algorithm=MD5, qop=auth, nc=00000001, cnonce="{cnonce}"'
        )

    def _listen(self) -> None:
        while not self._over.is_set():
            try:
                data, sender = self._socket.recvfrom(65536)
            except (TimeoutError, ConnectionError):
                continue
            if self.deaf:
                continue
            message = parse_message(data.decode(), sent=False)
            with self._came:
                if message.start.startswith("SIP/2.0"):
                    self.answers.append(message)
                else:
                    self.notices = once([*self.notices, message])
                self._came.notify_all()
            if message.start.startswith("NOTIFY"):
                self._socket.sendto(ok_to(message), sender)


class Answer:
    """A final answer."""

    def __init__(self, message: SipMessage | None) -> None:
        assert message is not None
        self.message = message
        self.status = int(message.start.split(" ")[1])


def ok_to(notice: SipMessage) -> bytes:
    copied = [f"{name}: {value}" for name, value in notice.headers if name in ("Via", "From", "To", "Call-ID", "CSeq")]
    return "\r\n".join(["SIP/2.0 200 OK", *copied, "Content-Length: 0", "", ""]).encode()


def tag_in(header: str | None) -> str:
    return (header or "").rpartition("tag=")[2].partition(";")[0]


def md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
