"""When a process that runs but does not answer counts as stuck.

Ending a process costs what it has in hand (the engine: every call), so a busy process has to be told from a stuck: it
is asked for several long times in a row, anew within each, and one answer makes up for all that was missed before.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

Ask = Callable[[], Awaitable[None]]

MISSES = 3
"""Times in a row without an answer after which a process is stuck."""
_STARTING_MISSES = 30
"""The same for a process that has not answered since it was started."""
_TRY_AGAIN_AFTER = 1.0
_HELD_UP = 1.0
"""Seconds; when we ourselves are later than that, others can be too, and nothing that was missed counts."""


@dataclass(frozen=True, slots=True)
class Question:
    """The question to a process. `ask` raises OSError (so TimeoutError too) or EOFError where no answer comes."""

    name: str
    ask: Ask


@dataclass(frozen=True, slots=True)
class Watch:
    """The questions that a process has to answer, and for how many seconds it may leave one unanswered."""

    questions: Sequence[Question]
    seconds: float

    @property
    def each_time(self) -> float:
        """Return the seconds that a process has for its answer each time."""
        return self.seconds / MISSES


@dataclass
class Misses:
    """The number of times in a row that a process has not answered."""

    answered_ever: bool = False
    count: int = field(default=0)

    @property
    def are_too_many(self) -> bool:
        return self.count >= (MISSES if self.answered_ever else _STARTING_MISSES)

    def note(self, answered: bool) -> None:
        """Note what came of asking once."""
        self.answered_ever = self.answered_ever or answered
        self.count = 0 if answered else self.count + 1

    def forget(self) -> None:
        """Begin to count anew: we were held up ourselves."""
        self.count = 0


async def until_stuck(watch: Watch, tell: Callable[[list[str]], None] = lambda unanswered: None) -> list[str]:
    """Ask for as long as there are answers; return the names of the questions that were not answered at last.

    `tell` hears the same each time that a process which had answered before did not, and of none when it does again.
    """
    misses = Misses()
    while True:
        begun = time.monotonic()  # it stands still while the machine sleeps
        unanswered = await _unanswered(watch)
        if unanswered and time.monotonic() - begun > watch.each_time + _HELD_UP:
            misses.forget()
            continue
        if misses.answered_ever and (unanswered or misses.count):
            tell(unanswered)
        misses.note(answered=not unanswered)
        if misses.are_too_many:
            return unanswered
        if not unanswered:
            await _till_next_moment(watch.each_time / 2)


async def _till_next_moment(every: float) -> None:
    """Sleep `every` seconds at most, until a moment that the questions to all processes have in common: asked together
    they wake us once (docs/decisions/0013)."""
    await asyncio.sleep(every - time.monotonic() % every)


async def _unanswered(watch: Watch) -> list[str]:
    answers = await asyncio.gather(*(_answers(question.ask, watch.each_time) for question in watch.questions))
    return [question.name for question, answered in zip(watch.questions, answers, strict=True) if not answered]


async def _answers(ask: Ask, seconds: float) -> bool:
    """Ask until there is an answer, for so long."""
    try:
        async with asyncio.timeout(seconds):
            while not await _answers_now(ask):
                await asyncio.sleep(_TRY_AGAIN_AFTER)
    except TimeoutError:
        return False
    return True


async def _answers_now(ask: Ask) -> bool:
    try:
        await ask()
    except (OSError, EOFError):
        return False
    return True
