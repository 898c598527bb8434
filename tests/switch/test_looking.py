"""What the switchboard does beside calls goes on, whatever a look meets."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from itertools import count

import pytest
from structlog.testing import capture_logs

from centralka.switch.looking import keep_looking, keep_looking_where_written, till_written
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


# -- Only after somebody has written ---------------------------------------------------------------------------------

EVERY = 0.001


class Looks:
    """Looks at what is written. `left`: what they tell; `problem`: they fail."""

    def __init__(self) -> None:
        self.made, self.written = 0, 0
        self.left = False
        self.problem: Exception | None = None
        self.meanwhile: Callable[[], object] = lambda: None
        self._moments = 0

    async def look(self) -> bool:
        self.made += 1
        meanwhile, self.meanwhile = self.meanwhile, lambda: None
        meanwhile()
        if self.problem:
            raise self.problem
        return self.left

    def write(self) -> None:
        self.written += 1

    @asynccontextmanager
    async def going_on(self) -> AsyncIterator[None]:
        async def pass_by() -> None:
            self._moments += 1

        tasks = [
            asyncio.create_task(keep_looking_where_written(self.look, EVERY, lambda: self.written, "calls", OSError)),
            asyncio.create_task(keep_looking(pass_by, EVERY, "nothing")),
        ]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def are_made(self, times: int) -> None:
        async with asyncio.timeout(30):
            while self.made < times:
                await asyncio.sleep(0.01)

    async def moments_pass(self) -> None:
        """Wait for two moments at which looks are made that depend on nothing."""
        until = self._moments + 3
        async with asyncio.timeout(30):
            while self._moments < until:
                await asyncio.sleep(0.01)


def test_the_first_look_is_made_and_after_one_in_vain_none_until_somebody_has_written() -> None:
    async def story() -> None:
        looks = Looks()
        async with looks.going_on():
            await looks.moments_pass()
            assert looks.made == 1
            looks.write()
            await looks.are_made(2)
            await looks.moments_pass()
            assert looks.made == 2

    asyncio.run(story())


def test_what_is_written_during_a_look_is_found_by_the_next() -> None:
    async def story() -> None:
        looks = Looks()
        looks.meanwhile = looks.write
        async with looks.going_on():
            await looks.are_made(2)

    asyncio.run(story())


def test_what_waits_for_its_time_is_looked_at_again_though_nobody_writes() -> None:
    async def story() -> None:
        looks = Looks()
        looks.left = True
        async with looks.going_on():
            await looks.are_made(3)
            looks.left = False
            made = looks.made
            await looks.moments_pass()
            assert looks.made <= made + 1

    asyncio.run(story())


def test_a_look_that_failed_is_made_again_though_nobody_writes() -> None:
    async def story(problem: Exception) -> None:
        looks = Looks()
        looks.problem = problem
        async with looks.going_on():
            await looks.are_made(3)

    with capture_logs() as logged:
        for problem in (OSError("passes"), ValueError("odd")):
            asyncio.run(story(problem))
    assert {line["log_level"] for line in logged} == {"debug", "error"}


def test_where_nobody_can_tell_whether_somebody_wrote_each_look_is_made() -> None:
    """The sign is another one each time, as with a database server."""

    async def story() -> int:
        moments, signs = 0, count()
        while moments < 3:
            await till_written(EVERY, lambda: next(signs), -1)
            moments += 1
        return next(signs)

    assert asyncio.run(asyncio.wait_for(story(), 30)) == 3


def test_after_a_while_a_look_is_made_anyway() -> None:
    asyncio.run(asyncio.wait_for(till_written(EVERY, lambda: 1, 1, at_latest=0.3), 30))


def test_a_sign_that_fails_has_the_look_made_which_finds_out_why() -> None:
    def fails() -> object:
        raise OSError("gone")

    async def story() -> None:
        looks = Looks()
        looking = asyncio.create_task(keep_looking_where_written(looks.look, EVERY, fails, "calls"))
        await looks.are_made(3)
        looking.cancel()
        await asyncio.gather(looking, return_exceptions=True)

    asyncio.run(story())
