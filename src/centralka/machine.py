"""Ask of the machine what engine and edge both need, and write addresses as both do."""

import os
import resource
import socket

EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104 (compared with)


def open_files(most: int) -> int:
    """Return how many files, connections among them, a process may have open: as many as this user can, or `most`."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    return most if hard == resource.RLIM_INFINITY else min(hard, most)


def machine_memory_mb() -> int:
    """Return how much memory the machine has."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 1024**2


def in_uri(address: str) -> str:
    """Write an address as a URI has it: IPv6 in brackets (RFC 3986, 3.2.2)."""
    return f"[{address}]" if ":" in address else address


def media_address(bind: str) -> str:
    """Return the address for sound: the one that is listened on, or of the way to the world if that is any."""
    if bind not in EVERYWHERE:
        return bind
    family = socket.AF_INET6 if ":" in bind else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("2001:db8::1" if ":" in bind else "192.0.2.1", 9))
        except OSError:
            return "::1" if ":" in bind else "127.0.0.1"
        return str(probe.getsockname()[0])
