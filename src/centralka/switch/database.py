"""The database from asyncio: each query runs in a thread of its own, so a slow one holds up no other call."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from django.db import InterfaceError, OperationalError, connection

P = ParamSpec("P")
T = TypeVar("T")

THREADS = 4
PATIENCE = 5.0
"""Seconds. A caller hears nothing meanwhile; after it the engine's fallback has the call."""


class Database:
    """Run functions that use Django's ORM. A connection that broke is opened anew and the function run once more."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="database")

    async def do(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `function` in a thread. Raises TimeoutError after `PATIENCE`, and whatever `function` raises."""
        loop = asyncio.get_running_loop()
        call = loop.run_in_executor(self._threads, lambda: _with_good_connection(function, *args, **kwargs))
        # Not wait_for: in Python 3.11 it swallows a cancellation that comes when the result has just come too.
        async with asyncio.timeout(PATIENCE):
            return await call

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)


def _with_good_connection(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    try:
        return function(*args, **kwargs)
    except (OperationalError, InterfaceError):
        connection.close()
        return function(*args, **kwargs)
