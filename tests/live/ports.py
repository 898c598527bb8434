"""Ports for installations, phones and SIPp: leased, so that no two test runs of this machine take the same one.

A lease is a lock on a file (flock(2)), which ends with its process: a run that is killed gives everything back. Looking
whether a port is free is not enough, since the program that it is for binds it a moment later.
"""

import fcntl
import os
import random
import socket
import tempfile
from pathlib import Path

ADDRESS = "127.0.0.1"
# Each range counts in blocks of as many ports as one lease takes. All lie below what the kernel gives out for outgoing
# connections (32768 on), which asks for no lease, and away from the engine's media (10000-20000) and faxes (to 20999).
SIPP_MEDIA = range(6000, 10000, 8)
"""SIPp takes the first port for sound and the third for pictures, and their neighbours for RTCP."""
SIPP = range(21000, 22000, 2)
PHONES = range(22000, 32000, 4)
"""SIP, TLS (always the next one), control."""
INSTALLATIONS = range(32000, 32600)
CARRIERS = range(32600, 32768, 3)
"""SIP, text messages over HTTP and over SMPP (the next two, where no others are said)."""

_FOLDER = Path(tempfile.gettempdir()) / f"centralka-ports-{os.getuid()}"
_held: dict[int, int] = {}


class NoPort(AssertionError):
    """Every block of a range is leased or taken."""


def lease(ports: range, address: str = ADDRESS) -> int:
    """The first port of a block that is free for UDP and TCP, held until `give_back` or this process's end."""
    _FOLDER.mkdir(exist_ok=True)
    for first in random.sample(ports, len(ports)):
        if _lock(first):
            if all(_is_free(address, port) for port in range(first, first + ports.step)):
                return first
            give_back(first)
    raise NoPort(f"no free port in {ports}")


def give_back(first: int) -> None:
    """End a lease. The port of somebody else is left alone."""
    if (descriptor := _held.pop(first, None)) is not None:
        os.close(descriptor)


def _lock(first: int) -> bool:
    descriptor = os.open(_FOLDER / str(first), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return False
    _held[first] = descriptor
    return True


def _is_free(address: str, port: int) -> bool:
    return all(is_free(address, port, kind) for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM))


def is_free(address: str, port: int, kind: socket.SocketKind) -> bool:
    """Tell whether `port` can be bound now; a closed connection that still lingers does not count."""
    with socket.socket(socket.AF_INET, kind) as probe:
        if kind == socket.SOCK_STREAM:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except OSError:
            return False
    return True
