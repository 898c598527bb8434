"""Read the journal again and again, in a thread of its own: a busy recorder holds up no call."""

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import structlog

from centralka.calls.doing import WhoDoesWhat

from ..looking import till_written_or
from .recorder import Recorder

log = structlog.get_logger()

_RECORD_EVERY = 0.5
_RECORD_EVERY_IN_A_BUSY_HOUSE = 1.0
_SEVERAL_CALLS = 5
"""As many as one look writes of a busy house: what a look costs besides them is half of it (docs/decisions/0013)."""
_TRY_AGAIN_AFTER = 2.0
_PATIENCE = 1.0
"""Seconds for which a call waits for the journal to be read."""
_SOONEST = 0.1
"""Seconds from one look to the next, however many wait for one."""
_READ_ANYWAY_EVERY = 10.0
"""Seconds, while nobody writes: what is done now and then is done by the reading thread, too."""


class RecordKeeper:
    """The records of one engine's calls, and which of these go on."""

    def __init__(self, journal: Path, node: str) -> None:
        self._journal = journal
        self._node = node
        self._recorder: Recorder | None = None
        # One thread, so one connection, which finds its pages as it left them: asyncio's own threads take turns, and
        # each would have to read anew what the others have written.
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="recorder")
        self._wanted = asyncio.Event()
        self._waiting: list[asyncio.Future[None]] = []

    async def keep_records(self) -> None:
        """Keep the records, for ever."""
        while True:
            try:
                await self._record_until_it_fails()
            except Exception:
                # The database may be away for a while. Nothing is lost: the journal is read again from where it was.
                log.exception("the records could not be written; trying again")
                await asyncio.sleep(_TRY_AGAIN_AFTER)

    async def catch_up(self) -> None:
        """Have what is in the journal by now on record, and wait for that: for a second at most."""
        read = asyncio.get_running_loop().create_future()
        self._waiting.append(read)
        self._wanted.set()
        with suppress(TimeoutError):
            async with asyncio.timeout(_PATIENCE):
                await read

    async def _record_until_it_fails(self) -> None:
        in_its_thread = asyncio.get_running_loop().run_in_executor
        recorder = await in_its_thread(self._thread, Recorder, self._journal, self._node)

        def sign() -> object:
            return recorder.sign() or object()  # another one each time while it is not known

        read: object = None
        read_at = 0.0
        while True:
            self._wanted.clear()
            waiting, self._waiting = self._waiting, []
            # Taken before reading: what is written meanwhile is read the next time.
            seen, now, written = sign(), time.monotonic(), 0
            if seen != read or now - read_at >= _READ_ANYWAY_EVERY:
                written = await in_its_thread(self._thread, recorder.catch_up)
                read, read_at = seen, now
            self._recorder = recorder  # not before it has read all: it knows no call then
            for each in waiting:
                if not each.done():
                    each.set_result(None)
            left = read_at + _READ_ANYWAY_EVERY - time.monotonic()
            await till_written_or(self._wanted, pause_after(written), sign, read, left)
            if self._waiting:
                await asyncio.sleep(now + _SOONEST - time.monotonic())

    def living_channels(self, call_id: str) -> list[str]:
        """Return the channels (unique ids) of a call that goes on; none of a call that is over or not known."""
        return self._recorder.living_channels(call_id) if self._recorder else []

    def channels_by_call(self) -> dict[str, frozenset[str]]:
        """Return all channels (unique ids) of each call that goes on; nothing before the journal is read."""
        return self._recorder.channels_by_call() if self._recorder else {}

    @property
    def who_does_what(self) -> WhoDoesWhat | None:
        """Return what every account's phones do; None before the journal is read."""
        return self._recorder.who_does_what if self._recorder else None


def pause_after(written: int) -> float:
    """Return how many seconds to wait after a look that wrote so many calls."""
    return _RECORD_EVERY if written < _SEVERAL_CALLS else _RECORD_EVERY_IN_A_BUSY_HOUSE
