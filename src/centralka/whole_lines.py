"""A log into which several processes write at once, line by line.

What writes to its standard error without a buffer, as Kamailio does, hands a line on in pieces (the C library in those
of 128 octets), and the processes' pieces come between each other. So they write to a socket that tells whose each piece
is (SCM_CREDENTIALS in unix(7)), and what is read there is put together by process.
"""

import asyncio
import socket
import struct
from collections import defaultdict
from pathlib import Path

_CREDENTIALS = struct.Struct("3i")  # pid, uid, gid
_AT_MOST = 65_536
"""Octets of a piece, and of a line."""
_PATIENCE = struct.pack("@ll", 2, 0)
"""Seconds and microseconds that a process waits for room: a call is more than a line of a log."""
_ROOM = 1 << 20
"""Octets that may wait, as far as the system lets them (net.core.wmem_max)."""


class WholeLines:
    """Write what `writes` gets in one life of a program into `log` in whole lines, until `close`."""

    def __init__(self, log: Path) -> None:
        self._log = log
        self._reads, self.writes = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._reads.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
        self._reads.setblocking(False)
        self.writes.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, _PATIENCE)
        self.writes.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _ROOM)
        self._pieces: dict[int, bytearray] = defaultdict(bytearray)
        asyncio.get_running_loop().add_reader(self._reads, self._read)

    def close(self) -> None:
        """Write what has come, also of a line that its process did not finish."""
        self._read()
        asyncio.get_running_loop().remove_reader(self._reads)
        self._reads.close()
        self._write(b"".join(bytes(line) + b"\n" for line in self._pieces.values() if line))

    def _read(self) -> None:
        whole = bytearray()
        while piece := self._piece():
            pid, text = piece
            line = self._pieces[pid]
            line += text
            end = len(line) if len(line) > _AT_MOST else line.rfind(b"\n") + 1
            whole += line[:end]
            del line[:end]
        self._write(bytes(whole))

    def _piece(self) -> tuple[int, bytes] | None:
        """Return the process that wrote next, and its words; None: nothing has come."""
        try:
            text, about, _flags, _address = self._reads.recvmsg(_AT_MOST, socket.CMSG_SPACE(_CREDENTIALS.size))
        except BlockingIOError:
            return None
        if not text:  # nobody has the other end any more
            asyncio.get_running_loop().remove_reader(self._reads)
            return None
        ((_level, _kind, who),) = about
        pid, _uid, _gid = _CREDENTIALS.unpack(who)
        return pid, text

    def _write(self, lines: bytes) -> None:
        if not lines:
            return
        try:
            with self._log.open("ab") as log:
                log.write(lines)
        except OSError:  # a full disk: lines are lost, and nobody is stopped
            return
