"""Look again and again whether there is something to do: the switchboard's work beside calls."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import NoReturn

import structlog

log = structlog.get_logger()

_TICK = 0.25
"""Seconds between the moments at which looks are made. Made together they find warm what each would otherwise load
anew: most of what a look costs (docs/decisions/0013)."""


async def keep_looking(
    look: Callable[[], Awaitable[None]], every: float, work: str, *passing: type[Exception]
) -> NoReturn:
    """Look every `every` seconds for as long as the process runs, also after a look that failed.

    `work` names for the log what a look does. `passing` are failures that pass by themselves and are not worth a line,
    such as an engine that is being started again: the supervisor tells of that.
    """
    while True:
        try:
            await look()
        except passing:
            log.debug("a look has to wait", work=work)
        except Exception:
            # Whatever it is: calls go on, and so do the other looks.
            log.exception("a look failed, and is made again", work=work)
        await till_next_look(every)


async def till_next_look(every: float) -> None:
    """Sleep about `every` seconds, until a moment that all looks have in common."""
    await asyncio.sleep(_till_common_moment(every))


async def till_next_look_or(wanted: asyncio.Event, every: float) -> None:
    """Sleep as `till_next_look` does, and no longer than until a look is wanted."""
    with suppress(TimeoutError):
        async with asyncio.timeout(_till_common_moment(every)):
            await wanted.wait()


def _till_common_moment(every: float) -> float:
    now = time.monotonic()
    ticks = max(round((now + every) / _TICK), int(now / _TICK) + 1)
    return ticks * _TICK - now
