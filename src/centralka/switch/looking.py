"""What the switchboard does beside calls: it looks whether there is something to do, again and again."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import NoReturn

import structlog

log = structlog.get_logger()


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
        await asyncio.sleep(every)
