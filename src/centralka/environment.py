"""Settings from the environment, typed; a wrong value is told in one sentence."""

import os
import re
from contextlib import suppress
from dataclasses import dataclass, field
from email.utils import parseaddr
from ipaddress import AddressValueError, IPv4Address, IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured


class WrongSetting(ImproperlyConfigured):
    """One sentence that names the variable, what it holds and what it needs."""


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, default)


def secret(name: str) -> str:
    """Read a secret that somebody could try to guess: at least 16 characters, or none. Raises WrongSetting."""
    given = text(name).strip()
    if given and (len(given) < _SHORTEST_SECRET or not given.isascii() or " " in given):
        raise WrongSetting(f"{name} needs at least {_SHORTEST_SECRET} letters, digits and signs, without blanks.")
    return given


_SHORTEST_SECRET = 16


def number(name: str, default: int, *, least: int = 0, most: int | None = None) -> int:
    """Read a whole number; from `least` to `most`, where there is such a limit."""
    given = text(name) or str(default)
    if not given.isascii() or not given.isdigit():
        raise WrongSetting(f"{name} needs a whole number, not {given!r}.")
    if int(given) < least or (most is not None and int(given) > most):
        limits = f"at least {least}" if most is None else f"from {least} to {most}"
        raise WrongSetting(f"{name} needs a number {limits}, not {given}.")
    return int(given)


def one_of(name: str, first: str, *others: str) -> str:
    """Read one of a few words; the first is the default. Raises WrongSetting."""
    value = text(name, first)
    if value not in (first, *others):
        raise WrongSetting(f"{name} is {value!r}; it has to be {' or '.join((first, *others))}.")
    return value


def inner_address(name: str, default: str) -> str:
    """Read an address of this machine to which others send (IPv4). Raises WrongSetting."""
    given = text(name, default)
    with suppress(AddressValueError):
        if not IPv4Address(given).is_unspecified:
            return given
    raise WrongSetting(f"{name} needs one address of this machine, such as 10.0.0.10, not {given!r}.")


def flag(name: str) -> bool:
    """Read a switch: off unless it is one of 1, true, yes, on."""
    given = text(name, "off").lower()
    if given not in {*_ON, *_OFF}:
        raise WrongSetting(f"{name} needs on or off, not {given!r}.")
    return given in _ON


_ON = {"1", "true", "yes", "on"}
_OFF = {"0", "false", "no", "off", ""}


def names(name: str, default: tuple[str, ...] = ()) -> list[str]:
    """Read words with commas between them."""
    given = [word.strip() for word in text(name).split(",") if word.strip()]
    return given or list(default)


def networks(name: str) -> list[IPv4Network | IPv6Network]:
    """Read networks in CIDR notation with commas between them. Raises WrongSetting."""
    try:
        return [ip_network(one) for one in names(name)]
    except ValueError as wrong:
        raise WrongSetting(f"{name} needs networks such as 10.1.0.0/16, with commas: {wrong}.") from None


def database(name: str, default: str) -> tuple[str, dict[str, Any]]:
    """Read the address of a SQLite or PostgreSQL database, as Django wants it."""
    url = text(name) or default
    if not url.startswith(("sqlite:///", "postgresql://", "postgres://")):
        raise WrongSetting(f"{name} needs a sqlite:///… or postgresql://… address.")
    return url, environ.Env.db_url_config(url)


@dataclass(frozen=True, slots=True)
class MailServer:
    """The server to which mail is handed over, and the login. `user`: "" for a server that asks for no password."""

    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)
    tls: bool = False
    """Encrypted from the first byte on."""
    starttls_required: bool = False
    """Else the connection is encrypted if the server offers it."""


_MAIL_PORTS = {("smtp", False): 25, ("smtp", True): 587, ("smtps", False): 465, ("smtps", True): 465}
"""By scheme, and whether there is a user (RFC 5321, 6409, 8314)."""


def mail_server(name: str) -> MailServer | None:
    """Read the server of a smtp://user:password@host:port address; None if there is none. The password is not told."""
    given = text(name).strip()
    if not given:
        return None
    try:
        return _mail_server(urlsplit(given))
    except ValueError:
        raise WrongSetting(
            f"{name} needs smtp://user:password@host:port (perhaps with ?starttls=required) or smtps://…; "
            "the signs % / @ : in a password are written %25 %2F %40 %3A."
        ) from None


def _mail_server(url: SplitResult) -> MailServer:
    """Read the server's address. Raises ValueError."""
    options = parse_qs(url.query, keep_blank_values=True, strict_parsing=bool(url.query))
    required = options.pop("starttls", []) == ["required"]
    host, user = url.hostname or "", unquote(url.username or "")
    host.encode("idna")
    if not host or options or url.path not in {"", "/"} or (url.query and not required) or url.fragment:
        raise ValueError
    port = _MAIL_PORTS.get((url.scheme, bool(user)))
    if port is None or (required and url.scheme == "smtps") or bool(user) != bool(url.password):
        raise ValueError
    tls = url.scheme == "smtps"
    return MailServer(host, url.port or port, user, unquote(url.password or ""), tls, starttls_required=required)


def mail_address(name: str, default: str) -> str:
    """Read `name@host`, perhaps with a name before it: `Centralka <name@host>`."""
    given = text(name).strip() or default
    _shown, address = parseaddr(given) if "\n" not in given else ("", "")
    user, _at, host = address.partition("@")
    if not user or not host or not address.isascii() or any(sign in address for sign in " \t\r<>,;"):
        raise WrongSetting(f"{name} needs a mail address, not {given!r}.")
    return given


def certificate(file: str, name: str) -> tuple[Path | None, str]:
    """Read the absolute path of a certificate, None if there is none, and the name or address that it has to be for."""
    path, host = text(file).strip(), text(name).strip()
    if path and not path.startswith("/"):
        raise WrongSetting(f"{file} needs the absolute path of a file, not {path!r}.")
    if host and not _HOST_NAME.fullmatch(host):
        raise WrongSetting(f"{name} needs a name such as sip.example.com, or an address, not {host!r}.")
    if path and not host:
        raise WrongSetting(f"{file} needs {name}, too: the name for which the certificate is good.")
    return Path(path) if path else None, host


_HOST_NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?|[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*")


_AUTHORITIES = {
    "letsencrypt": "https://acme-v02.api.letsencrypt.org/directory",
    "letsencrypt-staging": "https://acme-staging-v02.api.letsencrypt.org/directory",
}


def certificate_authority(variable: str, host: str, pem: Path | None) -> str:
    """Read the directory of an authority from which certificates for `host` are obtained (ACME); "": none is wanted.

    Raises WrongSetting.
    """
    given = text(variable).strip()
    if not given:
        return ""
    directory = _AUTHORITIES.get(given, given)
    if not directory.startswith("https://") or not urlsplit(directory).hostname or " " in directory:
        raise WrongSetting(
            f"{variable} needs {' or '.join(_AUTHORITIES)}, or the https://… address of an authority's directory, "
            f"not {given!r}."
        )
    if pem is not None:
        raise WrongSetting(f"{variable} and CENTRALKA_TLS_PEM exclude each other: a certificate is obtained, or given.")
    if not _PUBLIC_NAME.fullmatch(host):
        raise WrongSetting(
            f"{variable} needs CENTRALKA_TLS_NAME, too: a name such as sip.example.com, by which the authority reaches "
            f"this machine, not {host!r}."
        )
    return directory


_PUBLIC_NAME = re.compile(
    r"(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]*[a-z0-9])", re.IGNORECASE
)


def web_address(name: str) -> str:
    """Read an `https://…` or `http://…` address without a slash at its end; "" if there is none."""
    given = text(name).strip()
    if given and not (given.startswith(("http://", "https://")) and urlsplit(given).hostname and " " not in given):
        raise WrongSetting(f"{name} needs an https://… address, not {given!r}.")
    return given.rstrip("/")


def reached_at(bind: str) -> str:
    """Return the address under which this machine itself reaches a program that listens on `bind`."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(bind, bind)  # noqa: S104 (compared only)
