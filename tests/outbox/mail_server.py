"""A real mail server, which answers what a story wants, and remembers what it was given."""

import asyncio
import contextlib
import email
import email.policy
import socket
import ssl
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

OK = "250 OK"


@dataclass
class MailServer:
    """A context manager. `to_sender`, `to_recipient`, `to_content`: its answers, one for all or by address."""

    to_sender: str = OK
    to_recipient: str | dict[str, str] = OK
    to_content: str = OK
    hangs: bool = False
    """Takes the content of a mail and does not answer."""
    takes: float = 0
    """Seconds that it looks into the content of a mail before it answers."""
    breaks_off: bool = False
    """Takes the content of a mail, and hangs up in place of an answer."""
    password: str = ""
    tls: ssl.SSLContext | None = None
    from_the_first_byte: bool = False
    """Else TLS begins with STARTTLS."""
    port: int = 0
    received: list[EmailMessage] = field(default_factory=list)
    """Mails that it took, or got and did not answer to."""
    tried: list[str] = field(default_factory=list)
    """Every recipient it was asked about."""
    encrypted: list[bool] = field(default_factory=list)
    """Of each mail, whether its connection was."""

    def __post_init__(self) -> None:
        self.port = self.port or free_port()
        self._controller: Controller | None = None

    def __enter__(self) -> "MailServer":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        options: dict[str, Any] = {"hostname": "127.0.0.1", "port": self.port, "ident": "test"}
        if self.from_the_first_byte:
            options |= {"ssl_context": self.tls}
        elif self.tls:
            options |= {"tls_context": self.tls}
        if self.password:
            options |= {"authenticator": self._authenticate, "auth_require_tls": False}
        self._controller = Controller(self, **options)
        self._controller.start()

    def stop(self) -> None:
        """As a server that is switched off: what it did not answer to, it never will."""
        if self._controller is not None:
            with contextlib.suppress(AssertionError):
                self._controller.stop()
            self._controller = None

    def subjects(self) -> list[str]:
        return [str(mail["Subject"]) for mail in self.received]

    def _authenticate(self, _server: SMTP, _session: Session, _envelope: Envelope, _how: str, data: Any) -> AuthResult:
        right = isinstance(data, LoginPassword) and data.password == self.password.encode()
        return AuthResult(success=right, handled=False)

    # -- What aiosmtpd calls ----------------------------------------------------------------------------------------

    async def handle_MAIL(
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.to_sender == OK:
            envelope.mail_from = address
        return self.to_sender

    async def handle_RCPT(
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self.tried.append(address)
        answer = self.to_recipient if isinstance(self.to_recipient, str) else self.to_recipient.get(address, OK)
        if answer == OK:
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.to_content != OK:
            return self.to_content
        assert isinstance(envelope.content, bytes)
        hangs = self.hangs  # whoever sees the mail may let the next one through
        self.received.append(email.message_from_bytes(envelope.content, policy=email.policy.default))
        self.encrypted.append(session.ssl is not None or self.from_the_first_byte)
        if self.breaks_off:
            assert isinstance(server.transport, asyncio.Transport)
            server.transport.abort()
        await asyncio.sleep(self.takes)
        if hangs:
            await asyncio.Event().wait()
        return OK


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
        return port
