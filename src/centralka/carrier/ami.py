"""The Asterisk Manager Interface: a codec without sockets, and a client that stays connected.

Source: Asterisk documentation, "The Asterisk Manager TCP/IP API". A message is `Key: value` lines and an empty line.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import Self

Message = Mapping[str, str]

_END = b"\r\n\r\n"
_LONGEST_MESSAGE = 256 * 1024


def parse_message(block: bytes) -> Message:
    """Read one block; a key that comes twice keeps its first value, a line without a colon is passed over."""
    message: dict[str, str] = {}
    for line in block.decode("utf-8", "replace").split("\r\n"):
        key, colon, value = line.partition(":")
        if colon:
            message.setdefault(key, value.strip())
    return message


def format_action(action: str, fields: Message) -> bytes:
    """Write one action. Raises ValueError for a value that would end its line and begin another."""
    lines = [f"Action: {action}", *(f"{key}: {value}" for key, value in fields.items())]
    if any("\r" in line or "\n" in line for line in lines):
        raise ValueError("a manager action's value has a line break")
    return "\r\n".join(lines).encode() + _END


class AmiRefused(Exception):
    """The engine does not accept the login."""


class AmiConnection:
    """One connection, logged in."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    @classmethod
    async def open(cls, port: int, user: str, secret: str) -> Self:
        """Connect to the engine on this machine. Raises OSError, IncompleteReadError, AmiRefused."""
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=_LONGEST_MESSAGE)
        connection = cls(reader, writer)
        try:
            await connection._log_in(user, secret)
        except BaseException:
            connection.close()
            raise
        return connection

    async def _log_in(self, user: str, secret: str) -> None:
        await self._reader.readuntil(b"\r\n")  # "Asterisk Call Manager/…"
        self.act("Login", {"Username": user, "Secret": secret, "Events": "on"})
        answer = await self._read()
        if answer.get("Response") != "Success":
            raise AmiRefused(answer.get("Message", "no reason given"))

    def act(self, action: str, fields: Message | None = None) -> None:
        """Send an action; its answer comes among the other messages, with the same `ActionID`."""
        self._writer.write(format_action(action, fields or {}))

    async def messages(self) -> AsyncIterator[Message]:
        """Return every message of the engine, until it hangs up."""
        while True:
            try:
                yield await self._read()
            except asyncio.IncompleteReadError:
                return

    async def _read(self) -> Message:
        return parse_message((await self._reader.readuntil(_END)).removesuffix(_END))

    def close(self) -> None:
        self._writer.close()
