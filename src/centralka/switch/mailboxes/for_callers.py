"""Serve a caller who leaves a message; see `protocol.ForCallers`."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import structlog

from .cut_off import has_text, without_text
from .folders import Folders
from .notes import write_note
from .own_greetings import OwnGreetings
from .protocol import Caller
from .recordings import seconds_of
from .room import has_room
from .syncing import Syncing

log = structlog.get_logger()


class EngineForCallers:
    """`sweep_soon` is set where work is left for a sweep; `least_free` is in bytes."""

    def __init__(
        self,
        folders: Folders,
        greetings: OwnGreetings,
        syncing: Syncing,
        being_served: Counter[int],
        sweep_soon: asyncio.Event,
        least_free: int,
    ) -> None:
        self._folders = folders
        self._greetings = greetings
        self._syncing = syncing
        self._being_served = being_served
        self._sweep_soon = sweep_soon
        self._least_free = least_free

    async def can_record(self, account_id: int) -> bool:
        return await asyncio.to_thread(has_room, self._folders.boxes, account_id, self._least_free)

    async def greeting(self, account_id: int) -> str | None:
        return await self._greetings.of(account_id)

    @contextmanager
    def noting(self, account_id: int, caller: Caller) -> Iterator[None]:
        note = self._note(account_id, caller)
        self._being_served[account_id] += 1
        try:
            yield
        except BaseException:
            # The engine went, or we do: the next sweep finds the note.
            self._sweep_soon.set()
            raise
        finally:
            self._being_served -= Counter([account_id])
        # A message that was cut off by a full disk needs it later.
        if note is not None and _all_have_text(self._folders.box(account_id)):
            note.unlink(missing_ok=True)

    def _note(self, account_id: int, caller: Caller) -> Path | None:
        try:
            return write_note(self._folders.notes, account_id, caller)
        except OSError as problem:
            log.warning("who leaves a message could not be noted", account=account_id, problem=str(problem))
            return None

    async def is_whole(self, recording: str) -> bool:
        return await asyncio.to_thread(_has_text, Path(recording))

    async def stored(self, account_id: int, recording: str) -> int:
        seconds = 0
        try:
            seconds = await asyncio.to_thread(seconds_of, recording)
            if not await self._syncing.sync(account_id):
                self._sweep_soon.set()
        except Exception:
            log.exception("a new message is not in the database yet", account=account_id)
            self._sweep_soon.set()
        return seconds


def _has_text(file: Path) -> bool:
    """Tell whether a message has its text; also one that has another name by now: the engine has seen it whole."""
    try:
        return has_text(file)
    except FileNotFoundError:
        return True


def _all_have_text(box: Path) -> bool:
    try:
        return not without_text(box)
    except OSError:
        return False
