"""A device that offers whatever sound it is told to, over UDP, TCP or TLS, and looks whether plain packets pass.

No phone offers all that a phone could; what is sent and taken is looked at here packet by packet.
"""

import re
import secrets
import socket
import ssl
from contextlib import suppress
from hashlib import md5
from types import TracebackType

from tests.live.instance import Installation

PATIENCE = 30.0
"""Seconds. The exchange gives a handshake ten."""
PACKETS = 40
PACKET = 160
"""Octets of sound in a packet of 20 ms (RFC 3551: PCMA)."""
PLAIN = 12 + PACKET
"""The length of a plain packet; an encrypted one is longer by its tag."""
FINGERPRINT = "a=fingerprint:sha-256 " + ":".join(["AB"] * 32)
CRYPTO = "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:" + "d0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj"


class Device:
    """One device of an account, gone after the `with` block. It neither registers nor calls by itself."""

    def __init__(self, house: Installation, login: str, password: str, transport: str = "udp") -> None:
        self.login, self._password, self.transport = login, password, transport
        port = house.tls_port if transport == "tls" else house.sip_port
        self._edge = ("127.0.0.1", port)
        self.sound = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.sound.bind(("127.0.0.1", 0))
        self._unread = b""
        self._called: set[str] = set()
        if transport == "udp":
            self._line = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            self._line.bind(("127.0.0.1", 0))
            self._line.connect(self._edge)
        else:
            self._line = socket.create_connection(self._edge)
            if transport == "tls":
                context = ssl.create_default_context(cafile=house.authority)
                self._line = context.wrap_socket(self._line, server_hostname="localhost")
        self._line.settimeout(PATIENCE)
        self._number = 0

    def __enter__(self) -> "Device":
        return self

    def __exit__(self, *_: object) -> None:
        self._line.close()
        self.sound.close()

    @property
    def port(self) -> int:
        """Return the port from which it is connected."""
        return int(self._line.getsockname()[1])

    # -- What it offers --------------------------------------------------------------------------------------------

    def offer(self, profile: str, *lines: str) -> str:
        """Describe sound as A-law, with this profile and these attributes (RFC 4566)."""
        port = self.sound.getsockname()[1]
        more = "".join(f"{line}\r\n" for line in lines)
        return (
            "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
            f"m=audio {port} {profile} 8\r\na=rtpmap:8 PCMA/8000\r\na=sendrecv\r\n{more}"
        )

    # -- SIP -------------------------------------------------------------------------------------------------------

    def register(self) -> None:
        """Register where it is connected. Raises AssertionError if it may not."""
        answer = self.ask("REGISTER", "", expires="Expires: 300")
        assert answer.startswith("SIP/2.0 200"), answer

    def call(self, number: str, body: str, late: str = "") -> "Answered":
        """Call with this offer; "": the other side is to offer, and `late` is answered.

        Returns the final answer, which is acknowledged.
        """
        call = secrets.token_hex(6)
        answer = self.ask("INVITE", number, body, call=call)
        self.acknowledge(answer, number, call, late)
        return Answered(self, answer, number, call)

    def ask(self, method: str, to: str, body: str = "", call: str = "", tag: str = "", expires: str = "") -> str:
        """Send a request, log in if that is asked for, and return the final answer."""
        call = call or secrets.token_hex(6)
        answer = self._asked(method, to, body, call, tag, expires)
        if answer.startswith("SIP/2.0 401"):
            if method == "INVITE":
                self.acknowledge(answer, to, call)
            nonce = re.search(r'nonce="([^"]+)"', answer)
            assert nonce
            answer = self._asked(method, to, body, call, tag, expires, self._digest(method, nonce[1]))
        return answer

    def _asked(self, method: str, to: str, body: str, call: str, tag: str, *lines: str) -> str:
        self._number += 1
        self._send(self._request(method, to, body, call, tag, *lines))
        wanted = f"{self._number} {method}"
        while True:
            message = self.message()
            if message.startswith("SIP/2.0") and f"CSeq: {wanted}" in message and not message.startswith("SIP/2.0 1"):
                return message

    def acknowledge(self, answer: str, to: str, call: str, body: str = "") -> None:
        """Send ACK: within the transaction for a refusal, else as a request of its own, with an answer to an offer."""
        tag = re.search(r"^To: .*tag=([^;\r\n]+)", answer, re.MULTILINE)
        branch = re.search(r"branch=([^;\r\n]+)", answer)
        assert tag
        assert branch
        ok = answer.startswith("SIP/2.0 200")
        self._send(self._request("ACK", to, body if ok else "", call, tag[1], branch=None if ok else branch[1]))

    def _request(
        self, method: str, to: str, body: str, call: str, tag: str, *lines: str, branch: str | None = None
    ) -> str:
        host, port = self._line.getsockname()[:2]
        branch, edge = branch or "z9hG4bK" + secrets.token_hex(6), f"127.0.0.1:{self._edge[1]}"
        whom = f"<sip:{to or self.login}@{edge}>"
        head = [
            f"{method} sip:{to + '@' if to else ''}{edge} SIP/2.0",
            f"Via: SIP/2.0/{self.transport.upper()} {host}:{port};rport;branch={branch}",
            f"From: <sip:{self.login}@{edge}>;tag={call}",
            f"To: {whom}{f';tag={tag}' if tag else ''}",
            f"Call-ID: {call}",
            f"CSeq: {self._number} {method}",
            "Max-Forwards: 70",
            f"Contact: <sip:{self.login}@{host}:{port};transport={self.transport}>",
            *filter(None, lines),
            *(["Content-Type: application/sdp"] if body else []),
            f"Content-Length: {len(body)}",
        ]
        return "\r\n".join([*head, "", body])

    def _digest(self, method: str, nonce: str) -> str:
        def hashed(text: str) -> str:
            return md5(text.encode()).hexdigest()

        first, second = hashed(f"{self.login}:centralka:{self._password}"), hashed(f"{method}:sip:x")
        response = hashed(f"{first}:{nonce}:00000001:abc:auth:{second}")
        return (
            f'Authorization: Digest username="{self.login}", realm="centralka", nonce="{nonce}", uri="sip:x", '
            f'response="{response}", qop=auth, nc=00000001, cnonce="abc"'
        )

    # -- Being called ----------------------------------------------------------------------------------------------

    def called(self) -> str:
        """Wait for a call that it was not called by yet; returns its INVITE."""
        while True:
            message = self.message()
            if message.startswith("INVITE "):
                branch = re.search(r"branch=([^;\r\n]+)", message)
                if branch and branch[1] in self._called:
                    continue  # sent again by UDP, as its answer was late
                self._called.add(branch[1] if branch else "")
                return message
            self.reply(message, "200 OK")

    def reply(self, request: str, status: str, body: str = "") -> None:
        """Answer a request."""
        if request.startswith(("SIP/2.0", "ACK")) or not request.strip():
            return
        kept = re.findall(r"^(?:Via|From|Call-ID|CSeq|Record-Route): .*$", request.replace("\r", ""), re.MULTILINE)
        to = re.search(r"^To: (.*)$", request.replace("\r", ""), re.MULTILINE)
        assert to
        host, port = self._line.getsockname()[:2]
        lines = [
            f"SIP/2.0 {status}",
            *kept,
            f"To: {to[1]}{'' if 'tag=' in to[1] else ';tag=d'}",
            f"Contact: <sip:{self.login}@{host}:{port};transport={self.transport}>",
            *(["Content-Type: application/sdp"] if body else []),
            f"Content-Length: {len(body)}",
        ]
        self._send("\r\n".join([*lines, "", body]))

    def leave(self, invite: str) -> None:
        """Hang up the call that it was called by."""
        head = invite.replace("\r", "")
        caller = re.search(r"^From: (.*)$", head, re.MULTILINE)
        contact = re.search(r"^Contact: <([^>]+)>", head, re.MULTILINE)
        call = re.search(r"^Call-ID: (.*)$", head, re.MULTILINE)
        to = re.search(r"^To: (.*)$", head, re.MULTILINE)
        assert caller
        assert contact
        assert call
        assert to
        host, port = self._line.getsockname()[:2]
        route = [f"Route: {one}" for one in re.findall(r"^Record-Route: (.*)$", head, re.MULTILINE)]
        branch = "z9hG4bK" + secrets.token_hex(6)
        lines = [
            f"BYE {contact[1]} SIP/2.0",
            f"Via: SIP/2.0/{self.transport.upper()} {host}:{port};rport;branch={branch}",
            *route,
            f"From: {to[1]};tag=d",
            f"To: {caller[1]}",
            f"Call-ID: {call[1]}",
            "CSeq: 1 BYE",
            "Max-Forwards: 70",
            "Content-Length: 0",
        ]
        self._send("\r\n".join([*lines, "", ""]))

    def left(self) -> bool:
        """Wait until the other side hangs up. False: it does not, in time.

        Twice as long as for an answer: fifty looks for a handshake take ten seconds, on a busy machine more.
        """
        for _ in range(2):
            with suppress(TimeoutError):
                while not (message := self.message()).startswith("BYE "):
                    pass
                self.reply(message, "200 OK")
                return True
        return False

    # -- The wire --------------------------------------------------------------------------------------------------

    def message(self) -> str:
        """Wait for the next message, and return it with its body. Raises TimeoutError."""
        if self.transport == "udp":
            return self._line.recv(65536).decode()
        while b"\r\n\r\n" not in self._unread:
            self._unread += self._more()
        head, _, rest = self._unread.partition(b"\r\n\r\n")
        length = re.search(rb"Content-Length: *(\d+)", head)
        size = int(length[1]) if length else 0
        while len(rest) < size:
            rest += self._more()
        self._unread = rest[size:].lstrip(b"\r\n")
        return (head + b"\r\n\r\n" + rest[:size]).decode()

    def _more(self) -> bytes:
        more = self._line.recv(65536)
        if not more:
            raise ConnectionError("the edge closed the connection")
        return more

    def _send(self, message: str) -> None:
        self._line.sendall(message.encode())

    # -- Sound -----------------------------------------------------------------------------------------------------

    def plain_echoed(self, sdp: str) -> int:
        """Send plain packets to where `sdp` says, to an echo. Returns how many packets of sound came back.

        Also those that are encrypted count: what the echo sends back so was taken as plain.
        """
        came = 0
        for number in range(PACKETS):
            self.speak(sdp, number)
            came += self.heard(0.05) > 0
        return came

    def speak(self, sdp: str, number: int) -> None:
        """Send the plain packet of this number to where `sdp` says."""
        port = re.search(r"m=audio ([1-9]\d*) ", sdp)
        assert port, sdp
        head = bytes([0x80, 8]) + number.to_bytes(2, "big") + (number * PACKET).to_bytes(4, "big") + b"\1\2\3\4"
        self.sound.sendto(head + b"\x55" * PACKET, ("127.0.0.1", int(port[1])))

    def heard(self, seconds: float) -> int:
        """Wait so long for a packet. Returns the length of one of sound, plain or encrypted (RFC 3711, 3.1); else 0."""
        self.sound.settimeout(seconds)
        with suppress(TimeoutError):
            packet = self.sound.recv(2048)
            return len(packet) if packet[:1] == b"\x80" and packet[1] & 0x7F == 8 else 0
        return 0


class Answered:
    """The final answer to a call of a device's."""

    def __init__(self, device: Device, message: str, number: str, call: str) -> None:
        self._device, self._number, self._call = device, number, call
        self.status = int(message.split(" ")[1])
        self.sdp = message.partition("\r\n\r\n")[2]
        tag = re.search(r"^To: .*tag=([^;\r\n]+)", message, re.MULTILINE)
        self._tag = tag[1] if tag else ""

    def __enter__(self) -> "Answered":
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        if self.status == 200:
            self._device.ask("BYE", self._number, call=self._call, tag=self._tag)

    @property
    def profile(self) -> str:
        """Return the profile with which the sound was taken: RTP/AVP …"""
        found = re.search(r"m=audio \d+ (\S+)", self.sdp)
        return found[1] if found else ""

    def change(self, body: str, late: str = "") -> int:
        """Offer other sound within the call (re-INVITE); returns the status. "": `late` is what is answered."""
        answer = self._device.ask("INVITE", self._number, body, call=self._call, tag=self._tag)
        self._device.acknowledge(answer, self._number, self._call, late)
        return int(answer.split(" ")[1])

    def update(self, body: str) -> int:
        """Offer other sound by UPDATE (RFC 3311); returns the status."""
        answer = self._device.ask("UPDATE", self._number, body, call=self._call, tag=self._tag)
        return int(answer.split(" ")[1])
