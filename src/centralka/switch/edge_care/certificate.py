"""Follow the file of the certificate for TLS: a good new certificate is shown from the next connection on.

Nothing is restarted, and connections stay. A bad one is refused, and the one before is kept.
"""

import asyncio
import time
from collections.abc import Callable
from pathlib import Path

import structlog

from centralka.certificates.checking import BadCertificate
from centralka.certificates.taking import Source

from ..looking import keep_looking
from ..wire.edge_control import EdgeAway, EdgeControl, EdgeRefuses

log = structlog.get_logger()

_LOOK_EVERY = 2.0
_ASK_EVERY = 3600.0
"""Seconds after which it is found out again whether an own certificate has to be made anew: that takes 0.1 s of a
processor, and is due once in years."""

Sign = tuple[int, int, int] | None
"""Time, size and number of the file; None while there is none."""


class CertificateWatch:
    """The certificate of one edge, which reads it from `place`."""

    def __init__(
        self, edge: EdgeControl, source: Source, place: Path, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._edge = edge
        self._source = source
        self._place = place
        self._clock = clock
        self._asked: tuple[float, Path, list[Sign]] | None = None
        """The time at which the source was asked for its file, its answer, and the signs of the file and its folder
        then."""
        self._seen: Sign = None
        self._taken: Sign = None

    async def keep_taken(self) -> None:
        """Follow the file for as long as the process runs."""
        await keep_looking(self.look, _LOOK_EVERY, "the certificate for TLS", EdgeAway)

    async def look(self) -> None:
        """Take the file if it is another one, and was the same at the last look: nobody writes it any more.

        Raises EdgeAway, CannotMakeCertificate, OSError.
        """
        file = await self._file()
        sign, before = _sign(file), self._seen
        self._seen = sign
        if sign != before or sign == self._taken:
            return
        await self._take(file)
        self._taken = sign

    async def _file(self) -> Path:
        """Return the file to take. Raises CannotMakeCertificate, OSError."""
        now = self._clock()
        if self._asked is not None:
            at, file, signs = self._asked
            if now - at < _ASK_EVERY and signs == _signs(file):
                return file
        found = await asyncio.to_thread(self._source.file)
        self._asked = now, found, _signs(found)
        return found

    async def _take(self, file: Path) -> None:
        earlier = self._place.read_bytes()
        try:
            await asyncio.to_thread(self._source.take, self._place)
        except BadCertificate as problem:
            log.error("a certificate is refused, and the one before is kept", path=str(file), problem=str(problem))
            return
        try:
            await self._edge.ask("tls.reload")
        except EdgeRefuses as problem:
            self._place.write_bytes(earlier)
            log.error("the edge refuses a certificate, and keeps the one before", path=str(file), problem=str(problem))
            return
        if self._place.read_bytes() != earlier:
            log.info("another certificate is shown", path=str(file))


def _signs(file: Path) -> list[Sign]:
    """Return the signs of a file, and of its folder: they change also when another file there is removed."""
    return [_sign(file), _sign(file.parent)]


def _sign(file: Path) -> Sign:
    try:
        found = file.stat()
    except FileNotFoundError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
