"""Serve the owner of a mailbox by phone; see `protocol.ForOwners`."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from datetime import datetime
from pathlib import Path

import structlog

from centralka.sound.conversion import NotAudio, greeting_wav
from centralka.store import voicemail as store
from centralka.store.models import Greeting

from ..database import Database
from .sounds import write_sounds

log = structlog.get_logger()


class EngineForOwners:
    """`sounds`: the folder for what is played once, and for greetings that are being recorded."""

    def __init__(self, sounds: Path, database: Database, now: Callable[[], datetime]) -> None:
        self._sounds = sounds
        self._database = database
        self._now = now

    async def messages(self, account_id: int) -> list[store.KeptMessage]:
        return await self._database.do(store.messages_to_hear, account_id)

    @asynccontextmanager
    async def sound_of(self, message_id: int) -> AsyncIterator[str | None]:
        wav = await self._database.do(store.audio_of, message_id)
        if wav is None:
            yield None
            return
        with self._own_file() as file:
            try:
                await asyncio.to_thread(write_sounds, file, {"wav": wav})
            except OSError:
                log.exception("a message could not be written down to be played", message=message_id)
                yield None
            else:
                yield str(file)

    async def mark_heard(self, message_id: int) -> None:
        await self._database.do(store.order_heard, message_id)

    async def delete(self, message_id: int) -> None:
        await self._database.do(store.order_delete, message_id, self._now())

    @contextmanager
    def draft(self) -> Iterator[Path]:
        with suppress(OSError):  # the engine tells, when it is to record there
            self._sounds.mkdir(parents=True, exist_ok=True, mode=0o700)
        with self._own_file() as file:
            yield file

    @contextmanager
    def _own_file(self) -> Iterator[Path]:
        file = self._sounds / secrets.token_hex(8)
        try:
            yield file
        finally:
            file.with_suffix(".wav").unlink(missing_ok=True)

    async def is_greeting(self, draft: Path) -> bool:
        try:
            await asyncio.to_thread(_greeting_in, draft)
        except NotAudio:
            return False
        return True

    async def save_greeting(self, account_id: int, draft: Path) -> None:
        wav, seconds = await asyncio.to_thread(_greeting_in, draft)
        source = Greeting.Source.PHONE
        await self._database.do(store.set_greeting, account_id, wav, seconds, source, self._now())


def _greeting_in(draft: Path) -> tuple[bytes, float]:
    """Read the greeting as an uploaded file is kept, and its length in seconds. Raises NotAudio."""
    made = greeting_wav(draft.with_suffix(".wav").read_bytes())
    return made.wav, made.seconds
