"""What the switchboard does beside calls goes on, whatever a look meets."""

import asyncio

import pytest
from structlog.testing import capture_logs

from centralka.switch.looking import keep_looking
from centralka.switch.wire.engine_answers import EngineAway


async def _looks(*meets: Exception | None) -> list[str]:
    """Let looks meet these, and one more nothing; return the levels of what is logged meanwhile."""
    left = list(meets)
    over = asyncio.Event()

    async def look() -> None:
        if not left:
            over.set()
            return
        if problem := left.pop(0):
            raise problem

    with capture_logs() as logged:
        looking = asyncio.create_task(keep_looking(look, 0.001, "calls to hang up", EngineAway))
        await asyncio.wait_for(over.wait(), 30)
        looking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await looking
    return [line["log_level"] for line in logged]


def test_a_look_that_fails_is_told_and_made_again() -> None:
    assert asyncio.run(_looks(None, OSError("full"), ValueError("odd"), None)) == ["error", "error"]


def test_a_failure_that_passes_by_itself_is_no_complaint() -> None:
    assert asyncio.run(_looks(EngineAway(), EngineAway())) == ["debug", "debug"]
