"""Ask whether somebody answers SIP: OPTIONS (RFC 3261, 11), by UDP.

Not by TCP: an engine that is overloaded, or whose queue is full because nobody works on it, refuses there at once
(`res_pjsip/pjsip_distributor.c`), which says only that one of its threads lives.
"""

import asyncio
import secrets
from typing import cast

from centralka.machine import in_uri

_SEND_EVERY = 1.0
"""Seconds. Each is a request of its own, which another of the engine's queues gets: one that is held up is not all."""


async def ask_sip(host: str, port: int, user: str, *, as_edge: bool = False) -> None:
    """Return when a request as `user` is answered, whatever the answer is. Raises OSError.

    `as_edge`: it says who asks as the edge does it, which the engine believes. The edge itself would take it for a
    malformed digest.
    """
    loop = asyncio.get_running_loop()
    transport, answer = await loop.create_datagram_endpoint(Answer, remote_addr=(host, port))
    try:
        own = transport.get_extra_info("sockname")
        transport.sendto(options(host, port, user, own, as_edge))
        while not await answer.comes_within(_SEND_EVERY):
            transport.sendto(options(host, port, user, own, as_edge))
    finally:
        transport.close()


class Answer(asyncio.DatagramProtocol):
    """Wait for the first answer on a socket that only one address can write to."""

    def __init__(self) -> None:
        self._come: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def comes_within(self, seconds: float) -> bool:
        """Wait so long. Raises OSError where nobody listens there."""
        done, _ = await asyncio.wait({self._come}, timeout=seconds)
        for one in done:
            one.result()
        return bool(done)

    def datagram_received(self, data: bytes, addr: object) -> None:
        if data.startswith(b"SIP/2.0 ") and not self._come.done():
            self._come.set_result(None)

    def error_received(self, exc: Exception) -> None:
        if not self._come.done():
            self._come.set_exception(cast(OSError, exc))


def options(host: str, port: int, user: str, own: tuple[str, int], as_edge: bool) -> bytes:
    """Write an OPTIONS request of `user`, with names of its own."""
    there, here = f"{in_uri(host)}:{port}", f"{in_uri(own[0])}:{own[1]}"
    call = secrets.token_hex(12)
    lines = [
        f"OPTIONS sip:{there} SIP/2.0",
        f"Via: SIP/2.0/UDP {here};rport;branch=z9hG4bK{call}",
        "Max-Forwards: 70",
        f"From: <sip:{user}@{here}>;tag={call[:8]}",
        f"To: <sip:{there}>",
        f"Call-ID: {call}",
        "CSeq: 1 OPTIONS",
        *([f'Authorization: Digest username="{user}", realm="centralka"'] if as_edge else []),
        "Content-Length: 0",
    ]
    return "\r\n".join([*lines, "", ""]).encode()
