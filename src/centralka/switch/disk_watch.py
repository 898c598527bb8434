"""Watch the disk: log that it fills up, and let no phone believe in a registration that is forgotten.

The engine answers REGISTER with 200 before the contact is on the disk, so it cannot tell that there was no room. While
the disk is full its registrar is taken out: REGISTER is answered with 501 then, and a phone tries again later.
"""

import asyncio
from collections.abc import Callable
from pathlib import Path

import structlog

from centralka.disk import Room, free_mb, room

from .wire.manager import EngineAway, Manager, Refused

log = structlog.get_logger()

LOOK_EVERY = 2.0
"""Seconds."""
_REGISTRAR = "res_pjsip_registrar.so"


class DiskWatch:
    """The disk of `folder`. `warn_below` in MB; `free`: looks at it."""

    def __init__(self, manager: Manager, folder: Path, warn_below: int, free: Callable[[Path], int] = free_mb) -> None:
        self._manager = manager
        self._folder = folder
        self._warn_below = warn_below
        self._free = free
        self._seen = Room.ENOUGH
        self._registers: bool | None = None
        """Whether the engine takes registrations; None: not known, as after our own start."""

    async def watch_disk(self) -> None:
        """Look at the disk for as long as the process runs."""
        while True:
            try:
                await self.look()
            except (EngineAway, OSError):
                self._registers = None
            except Exception:
                log.exception("the disk could not be looked at; trying again")
            await asyncio.sleep(LOOK_EVERY)

    async def look(self) -> None:
        """Look at the disk once. Raises EngineAway, OSError."""
        free = self._free(self._folder)
        now = room(free, self._warn_below)
        if now is not self._seen:
            self._say(now, free)
            self._seen = now
        await self._let_register(now is not Room.FULL)

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

    async def _let_register(self, wanted: bool) -> None:
        if wanted == self._registers:
            return
        # The engine is asked first: it starts with its registrar, we may be new, and loading twice is a warning.
        if await self._is_loaded() != wanted:
            await self._manager.ask("ModuleLoad", {"Module": _REGISTRAR, "LoadType": "load" if wanted else "unload"})
        self._registers = wanted

    async def _is_loaded(self) -> bool:
        try:
            await self._manager.ask("ModuleCheck", {"Module": _REGISTRAR})
        except Refused:
            return False
        return True
