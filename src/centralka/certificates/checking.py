"""Look at a certificate as a phone would: it is shown to a client in memory, over TLS, before any phone sees it."""

import re
import ssl
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_noop as _

_BLOCK = re.compile(r"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL)
CANNOT_BE_READ = _("it cannot be read (%(problem)s).")
NOT_YET = _("it is not good yet: its first day is in the future, or this machine's clock is slow.")
_LONGEST = 200_000
"""Characters. A chain with its key has a few thousand."""


class BadCertificate(Exception):
    """A certificate that phones would not believe; the message says why, to follow the name of the file.

    `text` with `values` is the message, so that it can be said in another language.
    """

    def __init__(self, text: str, **values: str) -> None:
        self.text = text
        self.values = values
        super().__init__(text % values)


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate with its key, as phones are shown it."""

    names: tuple[str, ...]
    """The names and addresses that it is good for; *.example.pl stands for each name of one word more."""
    since: datetime
    until: datetime


def certificate_in(pem: Path, name: str) -> Certificate:
    """Check the file with a certificate, the chain to its authority, and its key, all as PEM (RFC 7468).

    It must be good now for `name` (a host name or an address), and its authority known to this machine or in the file.
    Raises BadCertificate.
    """
    blocks = _BLOCK.findall(_text_of(pem))
    if not blocks:
        raise BadCertificate(_("there is no certificate in it."))
    shown = _shown(_server(pem), blocks[1:], name)
    names = tuple(str(value) for _kind, value in shown.get("subjectAltName", ()))
    since, until = (ssl.cert_time_to_seconds(str(shown[end])) for end in ("notBefore", "notAfter"))
    return Certificate(names, datetime.fromtimestamp(since, UTC), datetime.fromtimestamp(until, UTC))


def _text_of(pem: Path) -> str:
    try:
        with pem.open(encoding="ascii", errors="replace") as file:
            return file.read(_LONGEST)
    except OSError as error:
        raise BadCertificate(CANNOT_BE_READ, problem=error.strerror or "?") from None


def _server(pem: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    try:
        # An empty password: a key that has one would be asked for at the terminal.
        context.load_cert_chain(pem, password="")
    except ssl.SSLError as error:
        raise BadCertificate(_WRONG_PAIR.get(error.reason or "", _UNREADABLE)) from None
    return context


_UNREADABLE = _("its certificate or key cannot be read; the key must be in the same file, without a password.")
_WRONG_PAIR = {
    "KEY_VALUES_MISMATCH": _("the key belongs to another certificate."),
    "KEY_TYPE_MISMATCH": _("the key belongs to another certificate."),
    "EE_KEY_TOO_SMALL": _("its key is too short to be safe (RSA needs 2048 bits)."),
    "CA_MD_TOO_WEAK": _("it is signed in a way that is not safe any more."),
    "CA_KEY_TOO_SMALL": _("the key of its authority is too short to be safe."),
}


def _shown(server: ssl.SSLContext, issuers: list[str], name: str) -> dict[str, Any]:
    """Show it to a phone that knows the authorities in the file alone; if that does not believe it, to one that knows
    this machine's, too, which take ten times as long to read."""
    try:
        return _shown_to_a_phone(server, _client(issuers), name)
    except BadCertificate:
        knowing_all = _client(issuers)
        knowing_all.load_default_certs()
        return _shown_to_a_phone(server, knowing_all, name)


def _client(issuers: list[str]) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    # Phones do not look for names anywhere else (RFC 6125, 6.4.4).
    context.hostname_checks_common_name = False
    # An authority in between, which the file has, is enough: the root need not be known to this machine.
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    for issuer in issuers:
        try:
            context.load_verify_locations(cadata=issuer)
        except ssl.SSLError:
            raise BadCertificate(_("a certificate behind the first one cannot be read.")) from None
    return context


def _shown_to_a_phone(server: ssl.SSLContext, client: ssl.SSLContext, name: str) -> dict[str, Any]:
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    phone = client.wrap_bio(to_client, to_server, server_hostname=name)
    exchange = server.wrap_bio(to_server, to_client, server_side=True)
    try:
        # Each side has said all it has to say after three turns (RFC 8446, figure 1).
        for side in (phone, exchange) * 3:
            with suppress(ssl.SSLWantReadError):
                side.do_handshake()
    except ssl.SSLCertVerificationError as error:
        raise _not_believed(error, name) from None
    except ssl.SSLError as error:
        raise BadCertificate(
            _("phones could not connect with it (%(problem)s)."), problem=error.reason or "?"
        ) from None
    return phone.getpeercert() or {}


def _not_believed(error: ssl.SSLCertVerificationError, name: str) -> BadCertificate:
    # The numbers are OpenSSL's X509_V_ERR_… (x509_vfy.h).
    match error.verify_code:
        case 9:
            return BadCertificate(NOT_YET)
        case 10:
            return BadCertificate(_("it has expired."))
        case 18:
            return BadCertificate(_("nobody signed it but itself, so phones would not believe it."))
        case 20 | 21:
            return BadCertificate(
                _("the chain to its authority is missing; put those certificates behind the first one.")
            )
        case 62 | 64:
            return BadCertificate(_("it is not for the name %(name)s (CENTRALKA_TLS_NAME), but for others."), name=name)
        case _:
            return BadCertificate(_("phones would not believe it (%(problem)s)."), problem=error.verify_message)
