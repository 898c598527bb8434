"""One connection of the engine to the FastAGI server: bytes as they come, handed over line by line.

Not asyncio's streams: the engine sends the opening in two dozen packets, and a task that is woken by each of them, with
the streams' own work for each line, takes longer than the decision about the call (`make bench`).
"""

import asyncio
from collections.abc import Callable, Coroutine
from typing import cast

_LONGEST_OPENING = 64 * 1024

Serve = Callable[["AgiConnection", bytes], Coroutine[None, None, None]]


class AgiConnection(asyncio.Protocol):
    """Call `serve` with the opening once that has come as a whole."""

    def __init__(self, serve: Serve) -> None:
        self._serve = serve
        self._received = b""
        self._over = False
        self._call: asyncio.Task[None] | None = None
        self._more: asyncio.Future[None] | None = None
        self._last_answers: int | None = None
        """How many answers the engine has yet to give before the connection is closed; None: it is not told to be."""

    def send(self, line: bytes) -> None:
        """Send one command. On a connection that is closed nothing is sent, and `line` tells that it is."""
        if not self._transport.is_closing():
            self._transport.write(line)

    async def line(self) -> bytes | None:
        """Return the next line without its end; None when the engine has closed the connection."""
        while b"\n" not in self._received:
            if self._over:
                return None
            self._more = asyncio.get_running_loop().create_future()
            await self._more
        line, _, self._received = self._received.partition(b"\n")
        return line

    def send_last(self, lines: list[bytes]) -> None:
        """Send the last commands. The connection is closed once all but the last of them are answered.

        The engine carries out what it has read, and finds the connection closed after it. It reads several lines at
        once, carries out one and waits for more to come: that nothing more comes wakes it for the next. An answer that
        finds no reader is lost, and a second one is an error in its log (`res/res_agi.c`, `run_agi`).
        """
        if self._transport.is_closing():
            return
        self._last_answers = len(lines) - 1
        self._transport.write(b"".join(lines))
        if self._last_answers:
            self._transport.write_eof()

    def close(self) -> None:
        """Close the connection, once the last commands are answered if there are any."""
        if not self._last_answers:
            self._transport.close()

    # -- asyncio.Protocol -------------------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        if self._last_answers:
            self._last_answers = max(0, self._last_answers - data.count(b"\n"))
            self.close()
            return
        self._received += data
        if self._call is None:
            self._begin()
        else:
            self._wake()

    def connection_lost(self, _problem: Exception | None) -> None:
        self._over = True
        self._wake()

    def _begin(self) -> None:
        opening, end, rest = self._received.partition(b"\n\n")
        if end:
            self._received = rest
            self._call = asyncio.get_running_loop().create_task(self._serve(self, opening))
        elif len(self._received) > _LONGEST_OPENING:
            self._transport.abort()

    def _wake(self) -> None:
        if self._more is not None and not self._more.done():
            self._more.set_result(None)
