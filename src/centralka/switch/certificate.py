"""Follow the file of the certificate for TLS: a new one that is good is shown from the next connection on.

Nothing is restarted, and connections stay. A bad one is refused, and the one before is kept.
"""

import asyncio
from pathlib import Path

import structlog

from centralka.certificates.checking import BadCertificate
from centralka.certificates.own_authority import CannotMakeCertificate
from centralka.certificates.taking import Source

from .wire.edge_control import EdgeAway, EdgeControl, EdgeRefuses

log = structlog.get_logger()

_LOOK_EVERY = 2.0
"""Seconds."""

Sign = tuple[int, int, int] | None
"""Time, size and number of the file; None while there is none."""


class CertificateWatch:
    """The certificate of one edge, which reads it from `place`."""

    def __init__(self, edge: EdgeControl, source: Source, place: Path) -> None:
        self._edge = edge
        self._source = source
        self._place = place
        self._seen: Sign = None
        self._taken: Sign = None

    async def keep_taken(self) -> None:
        """Follow the file for as long as the process runs."""
        while True:
            try:
                await self.look()
            except EdgeAway:
                log.info("the edge is away: it reads its certificate when it is back")
            except (CannotMakeCertificate, OSError) as problem:
                log.warning("the certificate for TLS could not be looked at", problem=str(problem))
            await asyncio.sleep(_LOOK_EVERY)

    async def look(self) -> None:
        """Take the file if it is another one, and was the same at the last look: nobody writes it any more.

        Raises EdgeAway, CannotMakeCertificate, OSError.
        """
        file = await asyncio.to_thread(self._source.file)
        sign, before = _sign(file), self._seen
        self._seen = sign
        if sign != before or sign == self._taken:
            return
        await self._take(file)
        self._taken = sign

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


def _sign(file: Path) -> Sign:
    try:
        found = file.stat()
    except FileNotFoundError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
