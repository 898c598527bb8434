"""Plays the engine over a real loopback socket: opens an AGI connection, answers commands, hangs up."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from typing import Self

SECRET = "s3cret"
"""By which the switchboard knows its engine."""
OPENING = {
    "agi_network": "yes",
    "agi_network_script": "call",
    "agi_request": "agi://127.0.0.1/call",
    "agi_channel": "PJSIP/kwiaty_100-00000001",
    "agi_language": "pl",
    "agi_type": "PJSIP",
    "agi_uniqueid": "node1-1.1",
    "agi_version": "22.10.1",
    "agi_callerid": "100",
    "agi_calleridname": "Alicja",
    "agi_context": "internal",
    "agi_extension": "101",
    "agi_priority": "3",
    "agi_threadid": "140028126979776",
}


# What another opening differs in: a call that a carrier brings in over trunk 1 …
FROM_CARRIER = {
    "network_script": "outside",
    "channel": "PJSIP/trunk-1-00000007",
    "context": "outside",
    "extension": "48221234567",
    "callerid": "+48600100200",
    "calleridname": "unknown",
    "callingpres": "0",
}
# … and the channel to a carrier that has just answered a caller of whom nothing is heard yet.
ANSWERED = {
    "network_script": "hushed",
    "channel": "PJSIP/trunk-1-00000008",
    "context": "answered-unheard",
    "extension": "s",
}


def opening(secret: str = SECRET, **changes: str) -> bytes:
    """Write what Asterisk 22 sends first, with some lines changed: `extension="*43"`."""
    lines = OPENING | {f"agi_{name}": value for name, value in changes.items()}
    lines["agi_network_script"] = f"{secret}/{lines['agi_network_script']}"
    return "".join(f"{name}: {value}\n" for name, value in lines.items()).encode() + b"\n"


class EnginePeer:
    """One call at the switchboard. `answers` says what each command's expression or application comes to."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, port: int, changes: dict[str, str]
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._port = port
        self._changes = changes
        self.commands: list[str] = []

    @classmethod
    async def call(cls, port: int, **changes: str) -> Self:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(opening(**changes))
        return cls(reader, writer, port, changes)

    async def answer_all(self, answer: Callable[[str], str]) -> list[str]:
        """Answer each command with `answer(command)` until the switchboard closes. Returns the commands.

        As the dialplan does, call again where nobody answered a Dial for which the switchboard did not wait.
        """
        told = ""
        async for command in self.asked():
            told = answer(command)
            self.reply(told)
        last = self.commands[-1] if self.commands else ""
        if not last.startswith('EXEC "Dial"') or told != GOES_ON:
            return self.commands
        peer = await self.call(self._port, **self._changes | {"network_script": "unanswered"})
        return self.commands + await peer.answer_all(answer)

    async def asked(self) -> AsyncIterator[str]:
        """The switchboard's commands, until it closes.

        As the engine does, wait before each until something has come, or the end: of several lines that came at once,
        and were read at once, the second is not looked at before.
        """
        received, is_over = b"", False
        with suppress(ConnectionResetError):  # it did not wait for the last answer
            while not is_over or b"\n" in received:
                if not is_over:
                    more = await self._reader.read(4096)
                    received, is_over = received + more, not more
                if b"\n" in received:
                    line, _, received = received.partition(b"\n")
                    self.commands.append(line.decode())
                    yield self.commands[-1]
        self._writer.close()
        await self._writer.wait_closed()

    def reply(self, line: str) -> None:
        self._writer.write((line + "\n").encode())


GOES_ON = "200 result=0"


def result_of_dial(dial: str) -> str:
    """Write what the engine says at the end of Dial: -1 where the channel goes no further."""
    return "200 result=-1" if dial.startswith(("ANSWER", "CANCEL")) else GOES_ON


def reachable(*, state: str = "NOT_INUSE", dial: str = "ANSWER|16|900") -> Callable[[str], str]:
    """An engine on which 101 has this state, and on which Dial ends like this."""

    def answer(command: str) -> str:
        if "DEVICE_STATE" in command:
            return f"200 result=1 ({state})"
        if "DIALSTATUS" in command:
            return f"200 result=1 ({dial})"
        return result_of_dial(dial) if command.startswith('EXEC "Dial"') else "200 result=0"

    return answer
