"""One event to a company's address: signed, bounded in time, never into the inner network, no redirect followed."""

import hashlib
import hmac
import socket
import ssl
from dataclasses import dataclass
from datetime import datetime
from http.client import HTTPConnection
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

from centralka.sms.gateway_words import NotTaken, Request, Unclear

from .http import CONNECT_SECONDS, exchange_over

SIGNATURE = "Centralka-Signature"
_NAT64 = ip_network("64:ff9b::/96")
"""Addresses that lead to IPv4 ones, inner ones among them (RFC 6052)."""

Address = IPv4Address | IPv6Address


class NotAllowed(Exception):
    """The address leads somewhere that no company's event may go."""


@dataclass(frozen=True, slots=True)
class Tried:
    """The result of a try. `for_ever`: another one is of no use."""

    taken: bool
    answer: str
    for_ever: bool = False


def may_be_reached(address: Address) -> bool:
    """Tell whether events may go there: to the public internet, or where `CENTRALKA_WEBHOOK_NETWORKS` says."""
    mapped = getattr(address, "ipv4_mapped", None) or address
    if any(mapped in network for network in settings.WEBHOOK_NETWORKS if network.version == mapped.version):
        return True
    nat64 = isinstance(mapped, IPv6Address) and mapped in _NAT64
    return mapped.is_global and not mapped.is_multicast and not nat64


def signature(secret: str, body: str, now: datetime) -> str:
    """Sign a body with the time, so that nobody repeats it later: HMAC-SHA256 of `<time>.<body>`."""
    at = int(now.timestamp())
    digest = hmac.new(secret.encode(), f"{at}.{body}".encode(), hashlib.sha256).hexdigest()
    return f"t={at},v1={digest}"


def deliver(address: str, body: str, key: str, secret: str, now: datetime) -> Tried:
    """Send an event once. Taken is what is answered with 2xx."""
    url = urlsplit(address)
    try:
        connection = _connection(url)
    except NotAllowed:
        return Tried(False, "the address leads into an inner network", for_ever=True)
    except (OSError, ValueError) as problem:
        return Tried(False, f"no address: {type(problem).__name__}")
    headers = {
        "Host": url.netloc,
        "Content-Type": "application/json",
        "User-Agent": "Centralka",
        "Centralka-Delivery": key,
        SIGNATURE: signature(secret, body, now),
    }
    answered = exchange_over(connection, Request("POST", address, headers, body.encode()))
    if isinstance(answered, NotTaken | Unclear):
        return Tried(False, answered.reason)
    return Tried(200 <= answered.status < 300, f"HTTP {answered.status}")


class _Pinned(HTTPConnection):
    """A connection to an address that was looked at: nobody resolves the name once more, to another one."""

    def __init__(self, url: SplitResult, address: Address, port: int) -> None:
        super().__init__(url.hostname or "", port, timeout=CONNECT_SECONDS)
        self._address = address
        self._encrypted = url.scheme == "https"

    def connect(self) -> None:
        self.sock = socket.create_connection((str(self._address), self.port), self.timeout)
        if self._encrypted:
            self.sock = ssl.create_default_context().wrap_socket(self.sock, server_hostname=self.host)


def _connection(url: SplitResult) -> HTTPConnection:
    """Resolve the host. Raises NotAllowed if any of its addresses is an inner one, OSError, ValueError."""
    port = url.port or (443 if url.scheme == "https" else 80)
    found = socket.getaddrinfo(url.hostname, port, type=socket.SOCK_STREAM)
    addresses = [ip_address(str(where[0]).partition("%")[0]) for *_kind, where in found]
    if not all(map(may_be_reached, addresses)):
        raise NotAllowed
    return _Pinned(url, addresses[0], port)
