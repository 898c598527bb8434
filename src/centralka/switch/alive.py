"""Ask switchboard and engine whether they are alive, over the doors that calls need."""

import asyncio
from contextlib import closing

from .wire.engine_answers import EngineAway
from .wire.engine_control import EngineControl

ALIVE = "alive"
ANSWER = b"alive\n"


async def ask_core(engine: EngineControl) -> None:
    """Return when the engine has looked at every channel, which it does under each one's lock. Raises OSError."""
    try:
        await engine.ask_core()
    except EngineAway as problem:
        raise OSError(str(problem)) from problem


async def ask_switchboard(port: int, secret: str) -> None:
    """Return when the switchboard answers; it is asked as about a call. Raises OSError, IncompleteReadError."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    with closing(writer):
        writer.write(opening(secret))
        await reader.readexactly(len(ANSWER))


def opening(secret: str) -> bytes:
    """Write the question as the opening of a call that has no channel."""
    lines = [f"agi_network_script: {secret}/{ALIVE}", "agi_channel: none", "agi_uniqueid: none", "agi_context: none"]
    return "\n".join([*lines, "", ""]).encode()
