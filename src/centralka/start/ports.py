"""Ports of this machine: free, taken, or listened on."""

import asyncio
import errno
import socket
from contextlib import ExitStack, closing, suppress

from django.conf import settings

from centralka.alive.patience import Ask

from .errors import CannotStart


def check_port(name: str, port: int, *kinds: socket.SocketKind) -> None:
    """Check the port that the setting `name` gives. Raises CannotStart when another program listens there."""
    family = socket.AF_INET6 if ":" in settings.BIND else socket.AF_INET
    for kind in kinds:
        with closing(socket.socket(family, kind)) as trial:
            if kind is socket.SOCK_STREAM:
                trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                trial.bind((settings.BIND, port))
            except (OSError, OverflowError) as error:
                raise CannotStart(_why_not(error, name, port)) from None


def _why_not(error: Exception, name: str, port: int) -> str:
    if isinstance(error, OSError) and error.errno in (errno.EADDRNOTAVAIL, errno.EINVAL, socket.EAI_NONAME):
        return f"This machine does not have the address {settings.BIND}; set CENTRALKA_BIND to one that it has."
    return (
        f"Port {port} on {settings.BIND} cannot be used ({getattr(error, 'strerror', error)}); "
        f"stop what uses it, or set {name} to another."
    )


def free_ports(count: int) -> list[int]:
    """Find loopback ports that no program uses now, neither by TCP nor by UDP."""
    found: list[int] = []
    with ExitStack() as held:
        while len(found) < count:
            tcp = held.enter_context(socket.create_server(("127.0.0.1", 0)))
            udp = held.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
            port = tcp.getsockname()[1]
            with suppress(OSError):
                udp.bind(("127.0.0.1", port))
                found.append(port)
    return found


_LOOK_EVERY = 0.05
"""Seconds."""


async def until_somebody_listens(host: str, port: int) -> None:
    """Wait for the program that is starting there (TCP)."""

    async def connect() -> None:
        _reader, writer = await asyncio.open_connection(host, port)
        writer.close()

    await until_answered(connect)


async def until_answered(ask: Ask) -> None:
    """Ask a program that is starting until it answers."""
    while True:
        with suppress(OSError, EOFError):
            return await ask()
        await asyncio.sleep(_LOOK_EVERY)
