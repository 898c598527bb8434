"""Hear what the edge tells by datagrams: calls that the engine turned away, phones that answer, text messages (SIP)."""

import asyncio
import socket
from collections.abc import Callable
from secrets import compare_digest

import structlog

log = structlog.get_logger()

Address = tuple[str, int]

_WAITING_BYTES = 4 * 1024 * 1024
"""As many octets may wait to be read."""
_SIP = (b"MESSAGE ", b"SIP/2.0 ")


class EdgeNews(asyncio.DatagramProtocol):
    """Hear what the edge tells. A datagram: its secret, a word, more words, perhaps a message behind a line break.

    The word is the status of a refusal, followed by the caller's endpoint, with the INVITE behind it; or `answers`,
    followed by the tags of phones that answered. Whatever else begins as SIP goes to `messages`, with its sender.
    """

    def __init__(
        self,
        secret: str,
        *,
        turned_away: Callable[[int, str, bytes], None],
        answers: Callable[[str], None],
        messages: Callable[[bytes, Address], None] | None = None,
    ) -> None:
        self._secret = secret.encode()
        self._turned_away = turned_away
        self._answers = answers
        self._messages = messages

    async def listen(self, port: int) -> asyncio.DatagramTransport:
        """Listen on a loopback port (UDP)."""
        loop = asyncio.get_running_loop()
        transport, _ = await loop.create_datagram_endpoint(lambda: self, local_addr=("127.0.0.1", port))
        # The edge tells of many phones at once. The system takes as much of it as it lets anybody have.
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _WAITING_BYTES)
        return transport

    def datagram_received(self, data: bytes, address: Address) -> None:
        if self._messages is not None and data.startswith(_SIP):
            self._messages(data, address)  # which look for the secret themselves
            return
        head, _line_break, message = data.partition(b"\r\n")
        secret, _space, told = head.partition(b" ")
        word, _between, more = told.decode("utf-8", "replace").partition(" ")
        # Any process of this machine could send them.
        if not compare_digest(secret, self._secret):
            log.warning("something was told without the edge's secret")
        elif word == "answers":
            self._answers(more)
        elif word.isdecimal():
            self._turned_away(int(word), more, message)
        else:
            log.warning("the edge told something that is not understood")
