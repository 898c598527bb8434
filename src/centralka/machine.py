"""What engine and edge both ask of the machine, and how both write addresses."""

import resource


def open_files(most: int) -> int:
    """Return how many files, connections among them, a process may have open: as many as this user can, or `most`."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    return most if hard == resource.RLIM_INFINITY else min(hard, most)


def in_uri(address: str) -> str:
    """Write an address as a URI has it: IPv6 in brackets (RFC 3986, 3.2.2)."""
    return f"[{address}]" if ":" in address else address
