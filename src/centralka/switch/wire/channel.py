"""One channel of the engine, held over FastAGI: sends a command, waits for its answer."""

from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Protocol

from centralka.calls.dial_result import DialResult

from .agi import AgiReply, AgiRequest, Hangup, command, parse_line
from .agi_connection import AgiConnection
from .engine_words import dial_result

_HOW_DIAL_ENDED = "${DIALSTATUS}|${HANGUPCAUSE}|${RINGTIME_MS}${PROGRESSTIME_MS}"
"""Result, cause (Q.850), and something if it rang. A carrier can play the ringing itself (183, no 180). Source:
Asterisk documentation of `Dial` and of HANGUPCAUSE."""
_WHO_WAS_DIALLED = "${HANGUPCAUSE_KEYS()}"
"""The channels that answered anything since the last HangupCauseClear, with commas between them."""
_STATUS = "${{HANGUPCAUSE({channel},tech):4:3}}"
"""The last SIP status that came over a channel, of a text such as `SIP 603 Decline`."""
_SAYS_NOTHING_MORE = {DialResult.ANSWERED, DialResult.CANCELLED}
_FINAL = 300


@dataclass(frozen=True, slots=True)
class DialEnd:
    """The end of `Dial`."""

    result: DialResult
    cause: int = 0
    """The engine's HANGUPCAUSE (`calls.causes`): several SIP statuses in one; of an earlier `Dial` where this one has
    none."""
    rang: bool = False
    statuses: tuple[int, ...] = ()
    """The SIP statuses (300 to 699) with which phones or a carrier refused; none for a side that
    said nothing, or has been given up. Empty where it was answered or cancelled."""


class ChannelGone(Exception):
    """The channel, or the engine, is no longer there; what was under way has ended."""


class Channel(Protocol):
    """The channel on which a plan is carried out. Tests give a hand-written one; the engine's is `AgiChannel`."""

    request: AgiRequest

    def execute(self, application: str, arguments: str = "") -> Awaitable[None]:
        """Run a dialplan application to its end; raises `ChannelGone` if that hung the channel up."""
        ...

    def run_subroutine(self, subroutine: str) -> Awaitable[None]:
        """Run a subroutine of the dialplan (the name of its context) to its end.

        Raises `ChannelGone` if the channel has hung up before. For what only a hang-up ends, this is the way: `execute`
        begins it also on a channel that has hung up already, where it never ends.
        """
        ...

    def dial(self, arguments: str) -> Awaitable[bool]:
        """Run `Dial` to its end. False: the channel goes no further, as the call was answered or its caller gave up.

        Raises `ChannelGone` as `execute` does.
        """
        ...

    def leave(self, *applications: tuple[str, str]) -> None:
        """Have the engine run applications of the dialplan by itself, each with its arguments, and let go of the
        channel. The last one is `Dial`: where nobody answered the dialplan goes on, and calls again.
        """
        ...

    def how_dial_ended(self) -> Awaitable[DialEnd]:
        """Tell how `Dial` ended; ask after it, also after the caller hung up."""
        ...

    def set(self, variable: str, value: str) -> Awaitable[None]:
        """Set a channel variable or function."""
        ...

    def evaluate(self, expression: str) -> Awaitable[str]:
        """Return the value of an expression such as `${DIALSTATUS}`, also after the caller hung up."""
        ...

    def digits(self, prompt: str, seconds: float, most: int) -> Awaitable[str]:
        """Play `prompt` and collect up to `most` digits, each within `seconds`; raises `ChannelGone` at a hang-up."""
        ...

    def play(self, sound: str, keys: str = "") -> Awaitable[str]:
        """Play a sound file (its name without ending) until its end or one of `keys`. Returns that key, or "".

        Raises `ChannelGone` at a hang-up. Other keys are passed over. A file that is not there is silence.
        """
        ...

    def key(self, seconds: float) -> Awaitable[str]:
        """Return the next key, or "" if none is pressed within `seconds`; raises `ChannelGone` at a hang-up."""
        ...

    def record(self, file: str, ends: str, seconds: int) -> Awaitable[bool]:
        """Record `file`.wav (8 kHz, mono, 16 bit) after a tone, until a key of `ends`, silence, or `seconds`.

        False: it could not be written. Raises `ChannelGone` at a hang-up.
        """
        ...


_SILENCE = 8
"""Seconds of silence that end a recording, and are cut off."""
_CANNOT_WRITE = "writefile"
_NAME = "${CHANNEL(name)}"


async def is_who_called(channel: Channel) -> bool:
    """Tell whether the caller is still here. False: an attended transfer put another party in this place."""
    return await channel.evaluate(_NAME) == channel.request.channel


class AgiChannel:
    """A `Channel` over one FastAGI connection."""

    def __init__(self, request: AgiRequest, connection: AgiConnection) -> None:
        self.request = request
        self._connection = connection

    async def execute(self, application: str, arguments: str = "") -> None:
        await self._send("EXEC", application, arguments)

    async def dial(self, arguments: str) -> bool:
        # Asterisk's app_dial: -1 once a side was connected, or the caller hung up; 0 where the dialplan goes on.
        return not (await self._send("EXEC", "Dial", arguments)).hung_up

    def leave(self, *applications: tuple[str, str]) -> None:
        self._connection.send_last([command("EXEC", *application) for application in applications])

    async def how_dial_ended(self) -> DialEnd:
        status, cause, rang = (await self.evaluate(_HOW_DIAL_ENDED)).split("|")
        result = dial_result(status)
        statuses = () if result in _SAYS_NOTHING_MORE else await self._statuses()
        return DialEnd(result, int(cause) if cause.isdecimal() else 0, bool(rang), statuses)

    async def _statuses(self) -> tuple[int, ...]:
        dialled = await self.evaluate(_WHO_WAS_DIALLED)
        if not dialled:
            return ()
        asked = [_STATUS.format(channel=channel) for channel in dialled.split(",")]
        told = (await self.evaluate(",".join(asked))).split(",")
        # They stay on the channel, and would be taken for answers to the next Dial.
        await self.execute("HangupCauseClear")
        return tuple(int(status) for status in told if status.isdecimal() and int(status) >= _FINAL)

    async def run_subroutine(self, subroutine: str) -> None:
        await self._send("GOSUB", subroutine, "s", "1")

    async def set(self, variable: str, value: str) -> None:
        await self._send("SET VARIABLE", variable, value)

    async def evaluate(self, expression: str) -> str:
        return (await self._send("GET FULL VARIABLE", expression)).value

    async def digits(self, prompt: str, seconds: float, most: int) -> str:
        reply = await self._send("GET DATA", prompt, str(round(1000 * seconds)), str(most))
        if reply.hung_up:
            raise ChannelGone
        return reply.result

    async def play(self, sound: str, keys: str = "") -> str:
        return _key(await self._send("STREAM FILE", sound, keys))

    async def key(self, seconds: float) -> str:
        return _key(await self._send("WAIT FOR DIGIT", str(round(1000 * seconds))))

    async def record(self, file: str, ends: str, seconds: int) -> bool:
        words = (file, "wav", ends, str(1000 * seconds), "BEEP", f"s={_SILENCE}")
        reply = await self._send("RECORD FILE", *words)
        if reply.value == _CANNOT_WRITE:
            return False
        if reply.hung_up:
            raise ChannelGone
        return True

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


def _key(reply: AgiReply) -> str:
    """Read the key from the result of a command that waits for one: its ASCII code, or 0 for none."""
    if reply.hung_up:
        raise ChannelGone
    return chr(int(reply.result)) if reply.result != "0" else ""
