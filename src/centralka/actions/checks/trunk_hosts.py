"""Check a carrier's host: a name or an IP address, as it can stand in a SIP address."""

import re
from ipaddress import IPv4Address, IPv6Address, ip_address

from django.conf import settings
from django.utils.translation import gettext as _

from ..errors import ProblemList

HOST_MAX = 253
# RFC 1123; the last label is not all digits, or 256.1.1.1 would be a name.
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_NAME = re.compile(rf"(?:{_LABEL}\.)*(?=[a-z0-9-]*[a-z]){_LABEL}")
_OURSELVES = ("localhost", "localhost.localdomain")

Address = IPv4Address | IPv6Address


def tidy_host(text: str) -> str:
    """Write a host in small letters, no dot at its end; an IPv6 address in its short form and in SIP's brackets."""
    host = text.strip().lower().removesuffix(".")
    address = _address(host)
    return f"[{address}]" if isinstance(address, IPv6Address) else host


def address_in(host: str) -> str:
    """Return the address, if a tidy host is one; "" for a name, which has to be resolved.

    An address of this machine, where other carriers may be too, is returned as well: the switchboard notes it with its
    port a moment later.
    """
    address = _address(host)
    return "" if address is None or address.is_loopback else str(address)


def check_host(problems: ProblemList, host: str, port: int) -> None:
    """Note what is wrong with a tidy host."""
    address = _address(host)
    if address is None:
        _check_name(problems, host)
    else:
        _check_address(problems, address)
    problems.check(
        not _is_this_exchange(host, address, port),
        "host",
        "itself",
        _("This is the address of this exchange; calls would come back to it for ever."),
    )


def _check_name(problems: ProblemList, host: str) -> None:
    if problems.check(host != "", "host", "required", _("Give the carrier's host name or IP address.")):
        problems.check(
            len(host) <= HOST_MAX and _NAME.fullmatch(host) is not None,
            "host",
            "malformed",
            _("Give only a host name (sip.example.com) or an IP address: no “sip:”, no port, no spaces."),
        )


def _check_address(problems: ProblemList, address: Address) -> None:
    problems.check(
        not (address.is_unspecified or address.is_multicast or str(address) == "255.255.255.255"),
        "host",
        "no_machine",
        _("No single machine can have this address."),
    )
    problems.check(
        (address.version == 6) == (":" in settings.BIND),
        "host",
        "other_family",
        _("This exchange listens on the other kind of IP address (IPv4, IPv6), so it cannot reach this one."),
    )


def _is_this_exchange(host: str, address: Address | None, port: int) -> bool:
    here = _address(settings.BIND)
    ours = host in _OURSELVES or (address is not None and (address.is_loopback or address == here))
    return ours and port == settings.SIP_PORT


def _address(text: str) -> Address | None:
    """Read `text` as an address, in brackets or not; no zone (`%eth0`), which means something on this machine only."""
    try:
        address = ip_address(text[1:-1] if text.startswith("[") and text.endswith("]") else text)
    except ValueError:
        return None
    if text.startswith("[") and address.version == 4:
        return None
    return None if isinstance(address, IPv6Address) and address.scope_id else address
