"""Ask whether the panel answers."""

import asyncio
from contextlib import closing

ASKED_FOR = "/"
"""The address of the panel: a stranger to it is sent on from there, without a question to the database."""


async def ask_web(host: str, port: int) -> None:
    """Return when a request is answered, whatever the answer is. Raises OSError, IncompleteReadError."""
    reader, writer = await asyncio.open_connection(host, port)
    with closing(writer):
        writer.write(f"GET {ASKED_FOR} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
        await reader.readuntil(b"\r\n")
