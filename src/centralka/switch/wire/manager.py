"""Ask the engine over its manager interface: one action, its answer, and the list that may follow."""

import asyncio
from itertools import count

from .ami import AmiConnection, AmiRefused, Message

_USER = "switchboard"
_STILL_STARTING = "Invalid/unknown command"
_PATIENCE = 10.0
"""Seconds for an answer; the engine gives it in milliseconds."""


class EngineAway(Exception):
    """The engine is not there, or does not answer; ask again later."""


class Refused(Exception):
    """The engine understood, and would not."""


class Manager:
    """A connection for each question, as a lasting one costs every call (`asterisk/manager.conf`). One at a time."""

    def __init__(self, port: int, secret: str) -> None:
        self._port = port
        self._secret = secret
        self._connection: AmiConnection | None = None
        self._turn = asyncio.Lock()
        self._ids = count(1)

    async def ask(self, action: str, fields: Message) -> Message:
        """Return the answer to an action. Raises EngineAway, Refused."""
        return (await self._ask(action, fields, None))[0]

    async def listed(self, action: str, fields: Message, end: str) -> list[Message]:
        """Return the events that an action lists, without the one that ends the list. Raises EngineAway, Refused."""
        return (await self._ask(action, fields, end))[1:-1]

    async def event(self, action: str, fields: Message, name: str) -> Message:
        """Return the one event that an action tells. Raises EngineAway, Refused."""
        return (await self._ask(action, fields, name))[-1]

    async def _ask(self, action: str, fields: Message, end: str | None) -> list[Message]:
        async with self._turn:
            try:
                async with asyncio.timeout(_PATIENCE):
                    return await self._exchange(action, fields, end)
            except (OSError, AmiRefused, asyncio.IncompleteReadError, TimeoutError) as problem:
                raise EngineAway(repr(problem)) from problem
            finally:
                self.close()

    async def _exchange(self, action: str, fields: Message, end: str | None) -> list[Message]:
        if self._connection is None:
            self._connection = await AmiConnection.open(self._port, _USER, self._secret)
        ours = f"ask-{next(self._ids)}"
        self._connection.act(action, {**fields, "ActionID": ours})
        answer: list[Message] = []
        async for message in self._connection.messages():
            if message.get("ActionID") != ours:
                continue
            if message.get("Response") == "Error":
                raise _refusal(message.get("Message", ""))
            answer.append(message)
            if end is None or message.get("Event") == end:
                return answer
        raise ConnectionResetError("the engine hung up")

    def close(self) -> None:
        """Close the connection; the next question opens a new one."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _refusal(said: str) -> Exception:
    """Tell an engine that is still starting, and has not loaded the module that knows the action, from one that
    would not."""
    return EngineAway(said) if said.startswith(_STILL_STARTING) else Refused(said)
