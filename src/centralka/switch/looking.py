"""Look again and again whether there is something to do: the switchboard's work beside calls.

Most looks are in vain, since nobody has written what they read. Such a look is made again only after a sign says that
somebody has: at a moment before which nobody wrote the signs are compared, and no task is woken.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import NoReturn, TypeVar

import structlog

log = structlog.get_logger()

T = TypeVar("T")
Sign = Callable[[], object]
"""Gives another value after anybody has written, and waits for nothing. Where it fails, the look finds out why."""

_TICK = 0.25
"""Seconds between the moments at which looks are made. Made together they find warm what each would otherwise load
anew: most of what a look costs (docs/decisions/0013)."""
_AT_LATEST = 30.0
"""Seconds from a look in vain to the next one, though nobody wrote: it mends what nobody has thought of."""


async def keep_looking(
    look: Callable[[], Awaitable[None]], every: float, work: str, *passing: type[Exception]
) -> NoReturn:
    """Look every `every` seconds for as long as the process runs, also after a look that failed.

    `work` names for the log what a look does. `passing` are failures that pass by themselves and are not worth a line,
    such as an engine that is being started again: the supervisor tells of that.
    """
    while True:
        await _made(look(), work, passing)
        await till_next_look(every)


async def keep_looking_where_written(
    look: Callable[[], Awaitable[bool]], every: float, sign: Sign, work: str, *passing: type[Exception]
) -> NoReturn:
    """Look as `keep_looking` does, but after a look in vain no more until the sign is another one.

    `look` tells whether it has to be made again though nobody writes, such as when something waits for its time. A look
    that failed is made again, too.
    """
    while True:
        # Taken before the look: what is written meanwhile is found by the next one.
        seen = _read(sign)
        if await _made(look(), work, passing) is False:
            await till_written(every, sign, seen)
        else:
            await till_next_look(every)


async def _made(look: Awaitable[T], work: str, passing: tuple[type[Exception], ...]) -> T | None:
    """Make a look. Returns what it tells; None if it failed."""
    try:
        return await look
    except passing:
        log.debug("a look has to wait", work=work)
    except Exception:
        # Whatever it is: calls go on, and so do the other looks.
        log.exception("a look failed, and is made again", work=work)
    return None


async def till_next_look(every: float) -> None:
    """Sleep about `every` seconds, until a moment that all looks have in common."""
    await asyncio.sleep(_common_moment(every) - asyncio.get_running_loop().time())


async def till_written(every: float, sign: Sign, seen: object, at_latest: float = _AT_LATEST) -> None:
    """Sleep as `till_next_look` does, and on until the sign is another one than `seen`; for `at_latest` seconds at
    most."""
    await till_written_or(asyncio.Event(), every, sign, seen, at_latest)


async def till_written_or(
    wanted: asyncio.Event, every: float, sign: Sign, seen: object, at_latest: float = _AT_LATEST
) -> None:
    """Sleep as `till_written` does, and no longer than until a look is wanted, which is set when this ends."""
    loop = asyncio.get_running_loop()
    until = loop.time() + at_latest
    timer: asyncio.TimerHandle

    def compare() -> None:
        # A function that is called at a moment costs a tenth of a task that is woken.
        nonlocal timer
        if loop.time() >= until or _read(sign) != seen:
            wanted.set()
        else:
            timer = loop.call_at(_common_moment(every), compare)

    timer = loop.call_at(_common_moment(every), compare)
    try:
        await wanted.wait()
    finally:
        timer.cancel()


def _read(sign: Sign) -> object:
    try:
        return sign()
    except Exception:
        return object()  # which is like no other


def _common_moment(every: float) -> float:
    """Return the moment about `every` seconds from now, on the event loop's clock, which stands still while what is due
    at one moment is done."""
    now = asyncio.get_running_loop().time()
    return max(round((now + every) / _TICK), int(now / _TICK) + 1) * _TICK
