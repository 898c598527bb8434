"""Keep the companies' own music on hold where the engine of this node plays it from.

A folder for each company with one file in it, in each of the engine's codings. The engine is told nothing: it looks
into the folder when a call is held (the view `musiconhold`), and goes on playing what it has open.
"""

import asyncio
import shutil
from pathlib import Path

from centralka.sound.conversion import for_engine
from centralka.store.hold_music import own_music, own_music_versions

from .database import Database
from .looking import keep_looking
from .mailboxes.sounds import write_sounds

_LOOK_EVERY = 2.0
SURE_FOR = 30
"""Looks: where the database has what it had, the folder is listed only so often. Somebody can have been in it."""


class HoldMusicFiles:
    """`folder` is the engine's, for nothing else."""

    def __init__(self, folder: Path, database: Database) -> None:
        self._folder = folder
        self._database = database
        self._kept: dict[int, str] | None = None
        """What the database had when the files were last as it has them."""
        self._looks = 0

    async def keep_files(self) -> None:
        """Keep the files as the database has them, for as long as the process runs."""
        await keep_looking(self.look, _LOOK_EVERY, "music on hold")

    async def look(self) -> None:
        """Write and remove files as the database has them. Raises OSError, and what `Database.do` raises."""
        wanted = await self._database.read_again(own_music_versions)
        self._looks += 1
        if wanted == self._kept and self._looks % SURE_FOR:
            return
        self._kept = None
        there = await asyncio.to_thread(self._there)
        for tenant_id, version in wanted.items():
            if there.get(tenant_id) != {f"{version}.alaw", f"{version}.g722"}:
                await self._write(tenant_id)
        for tenant_id in there.keys() - wanted.keys():
            await asyncio.to_thread(shutil.rmtree, self._folder / str(tenant_id))
        self._kept = wanted

    def _there(self) -> dict[int, set[str]]:
        """List the files of each company, by its id."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        folders = [path for path in self._folder.iterdir() if path.name.isascii() and path.name.isdigit()]
        return {int(folder.name): {file.name for file in folder.iterdir()} for folder in folders}

    async def _write(self, tenant_id: int) -> None:
        found = await self._database.do(own_music, tenant_id)
        if found is None:
            return
        version, wav = found
        folder = self._folder / str(tenant_id)
        sounds = await asyncio.to_thread(for_engine, wav)
        await asyncio.to_thread(write_sounds, folder / version, sounds)
        # Not before: a party put on hold meanwhile hears the old one or the new one, never nothing.
        await asyncio.to_thread(_remove_others, folder, version)


def _remove_others(folder: Path, version: str) -> None:
    for file in folder.iterdir():
        if file.stem != version:
            file.unlink()
