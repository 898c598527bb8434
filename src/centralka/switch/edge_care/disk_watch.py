"""Watch the disk: log that it fills up, and let no phone believe in a registration that is forgotten.

The edge answers REGISTER with 200 before the contact is on the disk, so it cannot tell that there was no room. While
the disk is full it is told so, and answers 503 with Retry-After: a phone tries again later.
"""

from collections.abc import Callable
from pathlib import Path

import structlog

from centralka.disk import Room, free_mb, room

from ..looking import keep_looking
from ..wire.edge_control import EdgeAway, EdgeControl

log = structlog.get_logger()

LOOK_EVERY = 2.0
"""Seconds."""


class DiskWatch:
    """The disk of `folder`. `warn_below` in MB; `free`: looks at it."""

    def __init__(self, edge: EdgeControl, folder: Path, warn_below: int, free: Callable[[Path], int] = free_mb) -> None:
        self._edge = edge
        self._folder = folder
        self._warn_below = warn_below
        self._free = free
        self._seen = Room.ENOUGH
        self._told: tuple[tuple[int, int] | None, bool] | None = None
        """The start of the edge that was told, and what it was told."""

    async def watch_disk(self) -> None:
        """Look at the disk for as long as the process runs."""
        await keep_looking(self.look, LOOK_EVERY, "room on the disk", EdgeAway, OSError)

    async def look(self) -> None:
        """Look at the disk once. Raises EdgeAway, OSError."""
        free = self._free(self._folder)
        now = room(free, self._warn_below)
        if now is not self._seen:
            self._say(now, free)
            self._seen = now
        # An edge that was started again knows nothing of it.
        wanted = (self._edge.started(), now is Room.FULL)
        if wanted != self._told:
            await self._edge.ask("pv.shvSet", "no_room", "int", int(now is Room.FULL))
            self._told = wanted

    def _say(self, now: Room, free: int) -> None:
        folder = str(self._folder)
        match now:
            case Room.FULL:
                log.error(
                    "the disk is full: registrations are refused, and calls may not be recorded",
                    folder=folder,
                    free_mb=free,
                )
            case Room.LOW:
                log.warning("the disk fills up", folder=folder, free_mb=free, warn_below_mb=self._warn_below)
            case Room.ENOUGH:
                log.info("there is room on the disk again", folder=folder, free_mb=free)
