"""Connections of phones and browsers to the edge of this machine, as the kernel tells them.

Kamailio refuses what an address opens beyond its limit, and tells that by nothing but a line of the log for each, which
it writes no more (decision 29). So the connections that are there are counted, when somebody asks.
"""

import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from ipaddress import IPv6Address, ip_address
from pathlib import Path

from django.conf import settings

from .finding import Finding, Kind, warning

MOST = 1000
"""Of one address: `tcp_accept_iplimit` in edge/globals.cfg."""
MANY = 900
"""So many are told: a site that grows has days to do something about it."""
_FILES = (Path("/proc/net/tcp"), Path("/proc/net/tcp6"))
_OPEN = ("01", "08")
"""States of a connection that Kamailio has: ESTABLISHED, CLOSE_WAIT (Linux, include/net/tcp_states.h)."""


def connections() -> Counter[str]:
    """Count the connections to the edge by the address that opened them. Raises OSError."""
    ports = {f"{port:04X}" for port in (settings.SIP_PORT, settings.TLS_PORT, settings.WSS_PORT, settings.WS_PORT)}
    found = Counter(remote for local, remote in _ends() if local in ports)
    by_address: Counter[str] = Counter()
    for written, count in found.items():
        by_address[_address(written)] += count
    return by_address


def _ends() -> Iterator[tuple[str, str]]:
    """Read local port and remote address, as they are written, of each connection that is open."""
    for file in _FILES:
        if file.exists():  # without IPv6 one of them does not
            for line in file.read_text().splitlines()[1:]:
                _slot, local, remote, state, _rest = line.split(maxsplit=4)
                if state in _OPEN:
                    yield local.rpartition(":")[2], remote.rpartition(":")[0]


def _address(written: str) -> str:
    """Read an address: words of 32 bits, each as a number of this machine."""
    words = (written[at : at + 8] for at in range(0, len(written), 8))
    found = ip_address(b"".join(int(word, 16).to_bytes(4, sys.byteorder) for word in words))
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return str(mapped or found)


def crowded(now: datetime) -> Iterator[Finding]:
    """Find addresses that have used up their connections, or soon will have. Raises OSError."""
    yield from told(connections())


def told(by_address: Mapping[str, int]) -> Iterator[Finding]:
    """Tell of those with many connections."""
    for address, count in sorted(by_address.items()):
        if count >= MANY:
            yield warning(Kind.CONNECTIONS_CROWDED, address=address, count=count, most=MOST)
