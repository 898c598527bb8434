"""The database from asyncio: each query runs in a thread of its own, so a slow one holds up no other call.

Short reads of SQLite need none: a thread costs several times what they take (docs/decisions/0013).
"""

import asyncio
import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import copy_context
from typing import ParamSpec, TypeVar, cast

from django.core.exceptions import SynchronousOnlyOperation
from django.db import DEFAULT_DB_ALIAS, InterfaceError, OperationalError, connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from centralka.busy import be_patient_no_longer_than
from centralka.store.statements import keep_at_hand

P = ParamSpec("P")
T = TypeVar("T")

THREADS = 4
PATIENCE = 5.0
"""Seconds. A caller hears nothing meanwhile; after it the engine's fallback has the call."""
_MAY_READ_HERE = "DJANGO_ALLOW_ASYNC_UNSAFE"


class Database:
    """Run functions that use Django's ORM. A connection that broke is opened anew and the function run once more.

    `patience`: how many seconds anybody waits for an answer.
    """

    def __init__(self, patience: float = PATIENCE) -> None:
        self._reads_here = connection.vendor == "sqlite"
        self._patience = patience
        # None of these threads waits for a lock when nobody waits for the thread: what was refused meanwhile, as a call
        # without its money, would be written all the same, and other work would wait for a thread.
        self._patience_with_locks = patience * 0.9
        wait, limit = be_patient_no_longer_than, (self._patience_with_locks,)
        self._threads = ThreadPoolExecutor(THREADS, "database", initializer=wait, initargs=limit)
        # In an event loop Django has a connection for each context, so for each task: ours all read in this one.
        self._here = copy_context()
        self._sqlite: BaseDatabaseWrapper | None = None
        """Found by the first read, since outside of the event loop the same name is another connection."""
        self._answers: dict[tuple[object, ...], tuple[object, object]] = {}
        """Answers of `read_again` by their questions, each with the state of the database at that time."""
        self._state_now: tuple[object, int] | None = None
        """The state that was asked for by what goes on at this moment: looks are made together (`looking`)."""

    async def do(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `function` in a thread. Raises TimeoutError after `patience`, and whatever `function` raises."""
        loop = asyncio.get_running_loop()
        until = time.monotonic() + self._patience_with_locks
        call = loop.run_in_executor(self._threads, lambda: _with_good_connection(until, function, *args, **kwargs))
        # Not wait_for: in Python 3.11 it swallows a cancellation that comes when the result has just come too.
        async with asyncio.timeout(self._patience):
            return await call

    async def read(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a `function` that finds a few rows by their indexes and writes nothing; raises what `do` raises.

        On SQLite it runs here, and nothing else does meanwhile. What would have to wait for a lock goes to a thread.
        """
        if self._reads_here:
            try:
                return self._here.run(self._read_at_once, lambda: function(*args, **kwargs))
            except (OperationalError, InterfaceError):
                self._close_here()
        return await self.do(function, *args, **kwargs)

    async def read_again(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Do as `read` what is asked again and again with the same arguments, and mostly in vain.

        Where nobody has written since it was asked last, the answer is the one of then: SQLite tells, in a tenth of the
        time. It is not to be changed by the caller.
        """
        question = (function, *args, *kwargs.items())
        state = self._state() if self._reads_here else None
        known = self._answers.get(question)
        if state and known and known[0] == state:
            return cast(T, known[1])
        answer = await self.read(function, *args, **kwargs)
        self._answers[question] = (state, answer)
        return answer

    def sign(self) -> object:
        """Return what is another one after anybody's commit, for looks (`looking`): where only a question to a server
        could tell that, it is another one each time."""
        return (self._state() if self._reads_here else None) or object()

    def close(self) -> None:
        self._close_here()
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _read_at_once(self, read: Callable[[], T]) -> T:
        if self._sqlite is None or self._sqlite.connection is None:
            self._open_here()
        try:
            return read()
        except SynchronousOnlyOperation:
            # What asks through Django is refused in an event loop, and run once more. What calls ask is not
            # (`store.statements`), and to lift the guard around each of them would cost as much as half a statement.
            with _in_the_loop():
                return read()

    def _open_here(self) -> None:
        with _in_the_loop():
            self._sqlite = connections[DEFAULT_DB_ALIAS]
            with self._sqlite.cursor() as cursor:
                # A lock, which readers of WAL hardly ever meet, is an error at once, and so is writing.
                cursor.execute("PRAGMA busy_timeout = 0")
                cursor.execute("PRAGMA query_only = true")
        keep_at_hand(self._sqlite)

    def _state(self) -> tuple[object, int] | None:
        """Return what is another one after anybody's commit; None while there is no connection.

        Each connection counts for itself (https://www.sqlite.org/pragma.html#pragma_data_version).
        """
        if self._state_now is None and self._sqlite is not None and (here := self._sqlite.connection) is not None:
            (version,) = here.execute("PRAGMA data_version").fetchone()
            self._state_now = here, version
            asyncio.get_running_loop().call_soon(self._forget_state)
        return self._state_now

    def _forget_state(self) -> None:
        self._state_now = None

    def _close_here(self) -> None:
        self._forget_state()
        keep_at_hand(None)
        if self._sqlite is not None:
            with _in_the_loop():
                self._here.run(self._sqlite.close)


@contextmanager
def _in_the_loop() -> Iterator[None]:
    """Let Django work in the thread of the event loop, where it otherwise refuses to."""
    os.environ[_MAY_READ_HERE] = "true"
    try:
        yield
    finally:
        del os.environ[_MAY_READ_HERE]


def _with_good_connection(until: float, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run the function, and once more if that failed before `until` (monotonic): later it has waited for a lock."""
    try:
        return function(*args, **kwargs)
    except (OperationalError, InterfaceError):
        if time.monotonic() >= until:
            raise
        connection.close()
        return function(*args, **kwargs)
