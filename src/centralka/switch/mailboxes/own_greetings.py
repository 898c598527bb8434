"""The own greetings of accounts, as files that the engine plays."""

import asyncio
from pathlib import Path

import structlog

from centralka.sound.conversion import for_engine
from centralka.store import voicemail as store

from ..database import Database
from .sounds import remove_other_versions, write_sounds

log = structlog.get_logger()


class OwnGreetings:
    """A greeting is written into `folder` when it is to be played for the first time."""

    def __init__(self, folder: Path, database: Database) -> None:
        self._folder = folder
        self._database = database

    async def of(self, account_id: int) -> str | None:
        """Return the path of the account's greeting without ending. None: there is none, or it cannot be played."""
        try:
            version = await self._database.read(store.greeting_version, account_id)
            return await self._written(account_id, version) if version else None
        except Exception:
            # A caller hears the system's greeting then, not nothing.
            log.exception("an own greeting cannot be played", account=account_id)
            return None

    async def _written(self, account_id: int, version: str) -> str | None:
        file = self._file(account_id, version)
        if file.with_name(f"{file.name}.alaw").exists() and file.with_name(f"{file.name}.g722").exists():
            return str(file)
        found = await self._database.do(store.greeting_of, account_id)
        if found is None:
            return None
        version, wav = found
        file = self._file(account_id, version)
        sounds = await asyncio.to_thread(for_engine, wav)
        await asyncio.to_thread(write_sounds, file, sounds)
        await asyncio.to_thread(remove_other_versions, file)
        return str(file)

    def _file(self, account_id: int, version: str) -> Path:
        return self._folder / f"{account_id}-{version}"
