"""Give the engine a command of its console, over the socket that `asterisk -rx` uses.

Source: `main/asterisk.c`, `netconsole`: what comes is told up to the end of the connection, after a line that greets.
"""

import socket
from contextlib import closing
from pathlib import Path

from .engine_answers import PATIENCE, EngineAway

_FIRST = "cli quit after "
"""The engine does one command then, and hangs up."""
_LONGEST = 511
"""Octets: the engine reads no more of a command (`inbuf`)."""
_STILL_STARTING = "No such command"


class Console:
    """The console of one engine, by its socket."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def run(self, *words: str) -> str:
        """Run a command. Returns what the engine prints. Raises EngineAway, and ValueError as `written`."""
        line = written(words)
        with closing(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)) as ours:
            ours.settimeout(PATIENCE)
            try:
                ours.connect(str(self._path))
                ours.sendall(line)
                told = b"".join(iter(lambda: ours.recv(65536), b"")).decode(errors="replace")
            except OSError as problem:
                raise EngineAway(repr(problem)) from problem
        _greeting, _, printed = told.partition("\n")
        if printed.startswith(_STILL_STARTING):
            raise EngineAway(printed.strip())
        return printed


def written(words: tuple[str, ...]) -> bytes:
    """Write a command. Raises ValueError for one that the engine would read as another, or cut off."""
    line = _FIRST + " ".join(f'"{_escaped(word)}"' for word in words)
    octets = f"{line}\0".encode()
    if len(octets) > _LONGEST:
        raise ValueError("a command is too long for the engine's console")
    return octets


def _escaped(word: str) -> str:
    if any(sign in word for sign in "\r\n\0"):
        raise ValueError("a word for the engine's console has a line break")
    return word.replace("\\", "\\\\").replace('"', '\\"')
