"""Tell the edge something while it runs: JSON-RPC by datagrams over a socket of the instance's own.

Source: Kamailio's documentation of the module jsonrpcs (dgram_socket).
"""

import asyncio
import json
import os
import secrets
import socket
from contextlib import closing
from pathlib import Path

_PATIENCE = 2.0
_LONGEST = 1 << 20
"""Octets of an answer."""


class EdgeAway(Exception):
    """The edge does not answer; it may be being started again."""


class EdgeRefuses(EdgeAway):
    """The edge is there, and would not."""


class EdgeControl:
    """The edge, by its control socket."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def started(self) -> tuple[int, int] | None:
        """Return a mark of this start of the edge: another start has another one. None while there is no edge."""
        try:
            found = self._path.stat()
        except FileNotFoundError:
            return None
        return found.st_ino, found.st_ctime_ns

    def running(self) -> tuple[int, int] | None:
        """Return the mark of this start of the edge; None also while only the socket of a dead one is there."""
        with closing(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)) as ours:
            try:
                ours.connect(str(self._path))
            except OSError:
                return None
        return self.started()

    async def ask(self, method: str, *parameters: object) -> object:
        """Ask for one thing; returns the result. Raises EdgeAway, and EdgeRefuses for an answer that is a refusal."""
        question = {"jsonrpc": "2.0", "method": method, "params": parameters, "id": 1}
        # An answer needs an address of ours; the edge's folder is private, and nobody else makes names there.
        own = str(self._path.parent / f"asks-{secrets.token_hex(8)}")
        with closing(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)) as ours:
            ours.setblocking(False)
            try:
                ours.bind(own)
                ours.connect(str(self._path))
                ours.send(json.dumps(question).encode())
                async with asyncio.timeout(_PATIENCE):
                    answer = json.loads(await asyncio.get_running_loop().sock_recv(ours, _LONGEST))
            except (OSError, ValueError) as problem:
                raise EdgeAway(str(problem)) from None
            finally:
                if os.path.exists(own):
                    os.unlink(own)
        if "error" in answer:
            raise EdgeRefuses(str(answer["error"]))
        return answer["result"]
