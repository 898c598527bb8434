"""Hand mail over to a mail server, within a bounded time (RFC 5321).

We do not use Django's backend: it gives up on a server that takes long over a message it has already got, and counts a
goodbye that fails as a failure. Both would mail a message twice.
"""

import smtplib
import socket
import ssl
import time
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass
from threading import Event, Thread
from typing import Any

from django.core.mail import DNS_NAME
from django.utils.translation import gettext

from centralka.environment import MailServer

from .delivery import Letter, NotNow, Refused, Trouble


@dataclass(frozen=True, slots=True)
class Patience:
    """How long we wait, in seconds."""

    step: float = 30
    """For each answer, and for the connection."""
    content: float = 300
    """For each answer from DATA on: a server that looks into a message takes its time, and has it already."""
    whole: float = 480
    """For one mail in all; less than `store.mail.LEASE`."""
    ending: float = 4
    """Since the process was told to end; less than the supervisor waits for it."""


class _Line(smtplib.SMTP):
    """A connection that is cut after a time, whatever the server does."""

    def __init__(self, host: str, port: int, patience: Patience, ending: Callable[[], bool], **encryption: Any) -> None:
        self._patience = patience
        self._ending = ending
        self._over = Event()
        Thread(target=self._watch, daemon=True).start()
        try:
            super().__init__(host, port, local_hostname=str(DNS_NAME), timeout=patience.step, **encryption)
        except BaseException:
            self._over.set()
            raise

    def data(self, msg: Any) -> tuple[int, bytes]:
        self._wait_for(self._patience.content)
        answer = super().data(msg)
        self._wait_for(self._patience.step)
        return answer

    def close(self) -> None:
        self._over.set()
        super().close()

    def _wait_for(self, seconds: float) -> None:
        if self.sock:
            self.sock.settimeout(seconds)

    def _watch(self) -> None:
        deadline = time.monotonic() + self._patience.whole
        while not self._over.wait(0.25):
            if self._ending():
                deadline = min(deadline, time.monotonic() + self._patience.ending)
            if time.monotonic() > deadline and self.sock:
                with suppress(OSError):
                    # The plain socket's: an encrypted one would say goodbye first. A read from it fails.
                    socket.socket.shutdown(self.sock, socket.SHUT_RDWR)
                return


class _EncryptedLine(_Line, smtplib.SMTP_SSL):
    pass


@dataclass(frozen=True)
class SmtpWay:
    """A mail server. `ending`: whether the process is to end; then a server that does not answer is left soon."""

    server: MailServer
    ending: Callable[[], bool] = lambda: False
    patience: Patience = Patience()
    leaves = True

    def deliver(self, letter: Letter) -> None:
        """Deliver one mail by one connection: what goes wrong with one does not reach the next."""
        try:
            with closing(self._connected()) as line:
                self._introduce(line)
                line.sendmail(letter.sender, [letter.to], letter.content)
                with suppress(OSError):  # it has the mail, whatever becomes of the goodbye
                    line.quit()
        except smtplib.SMTPRecipientsRefused as refused:
            code, words = refused.recipients[letter.to]
            raise _refusal(code, words) from refused
        except smtplib.SMTPDataError as refused:
            raise _refusal(refused.smtp_code, refused.smtp_error) from refused
        except smtplib.SMTPSenderRefused as refused:
            # It can be the size of this mail. All else is about us, and the same for every mail.
            kind = Refused if refused.smtp_code == 552 else Trouble
            raise kind(_said(refused.smtp_code, refused.smtp_error)) from refused
        except smtplib.SMTPResponseException as refused:
            raise Trouble(_said(refused.smtp_code, refused.smtp_error)) from refused
        except OSError as problem:
            raise Trouble(_in_words(problem)) from problem

    def _connected(self) -> _Line:
        where = (self.server.host, self.server.port, self.patience, self.ending)
        if self.server.tls:
            return _EncryptedLine(*where, context=ssl.create_default_context())
        return _Line(*where)

    def _introduce(self, line: _Line) -> None:
        line.ehlo_or_helo_if_needed()
        if not self.server.tls and (self.server.starttls_required or line.has_extn("starttls")):
            line.starttls(context=self._encryption())
            line.ehlo()
        if self.server.user:
            line.login(self.server.user, self.server.password)

    def _encryption(self) -> ssl.SSLContext:
        """Choose how to encrypt. A server that gets a password has to prove its name; else encryption with any server
        is better than none (RFC 7435)."""
        context = ssl.create_default_context()
        if not self.server.user and not self.server.starttls_required:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        return context


def _refusal(code: int, words: bytes | str) -> Refused | NotNow | Trouble:
    """Read an answer to a recipient or to the content: 4xx for now, 5xx for ever, 421 is the server's end."""
    said = _said(code, words)
    if code == 421:
        return Trouble(said)
    return Refused(said) if 500 <= code < 600 else NotNow(said)


def _said(code: int, words: bytes | str) -> str:
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return " ".join(f"{code} {text}".split())


def _in_words(problem: OSError) -> str:
    """Tell what became of the connection. `smtplib` calls waiting in vain for an answer a disconnection."""
    if isinstance(problem, TimeoutError) or isinstance(problem.__context__, TimeoutError):
        return gettext("The mail server does not answer.")
    if isinstance(problem, smtplib.SMTPServerDisconnected):
        return gettext("The mail server broke the connection off.")
    return gettext("The mail server cannot be used: %(why)s") % {"why": problem}
