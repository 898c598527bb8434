"""One channel of the engine, held over FastAGI: sends a command, waits for its answer."""

from collections.abc import Awaitable
from typing import Protocol

from .agi import AgiReply, AgiRequest, Hangup, command, parse_line
from .agi_connection import AgiConnection


class ChannelGone(Exception):
    """The channel, or the engine, is no longer there; what was under way has ended."""


class Channel(Protocol):
    """What a plan is carried out on. Tests give a hand-written one; the engine's is `AgiChannel`."""

    request: AgiRequest

    def execute(self, application: str, arguments: str = "") -> Awaitable[None]:
        """Run a dialplan application to its end; raises `ChannelGone` if that hung the channel up."""
        ...

    def set(self, variable: str, value: str) -> Awaitable[None]:
        """Set a channel variable or function."""
        ...

    def evaluate(self, expression: str) -> Awaitable[str]:
        """The value of an expression such as `${DIALSTATUS}`, also after the caller hung up."""
        ...

    def digits(self, prompt: str, seconds: float, most: int) -> Awaitable[str]:
        """Play `prompt` and collect up to `most` digits, each within `seconds`; raises `ChannelGone` at a hang-up."""
        ...


class AgiChannel:
    """A `Channel` over one FastAGI connection."""

    def __init__(self, request: AgiRequest, connection: AgiConnection) -> None:
        self.request = request
        self._connection = connection

    async def execute(self, application: str, arguments: str = "") -> None:
        await self._send("EXEC", application, arguments)

    async def set(self, variable: str, value: str) -> None:
        await self._send("SET VARIABLE", variable, value)

    async def evaluate(self, expression: str) -> str:
        return (await self._send("GET FULL VARIABLE", expression)).value

    async def digits(self, prompt: str, seconds: float, most: int) -> str:
        reply = await self._send("GET DATA", prompt, str(round(1000 * seconds)), str(most))
        if reply.hung_up:
            raise ChannelGone
        return reply.result

    async def _send(self, *words: str) -> AgiReply:
        self._connection.send(command(*words))
        while (line := await self._connection.line()) is not None:
            match parse_line(line):
                case AgiReply() as reply if reply.code == 200:
                    return reply
                case AgiReply(code=511):
                    raise ChannelGone
                case AgiReply() as refused:
                    raise RuntimeError(f"the engine refused an AGI command ({refused.code}): {words[:2]}")
                case Hangup() | None:
                    continue
        raise ChannelGone
