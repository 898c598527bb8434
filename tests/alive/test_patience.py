"""When a process that does not answer counts as stuck, with questions that take milliseconds."""

import asyncio
import time

import pytest

from centralka.alive import patience
from centralka.alive.patience import Question, Watch, until_stuck

EACH = 0.05
"""Seconds that a process has for its answer each time."""


class Asked:
    """Answers as the story says, time by time: True, or never. After the last it never answers."""

    def __init__(self, *answers: bool) -> None:
        self._left = list(answers)
        self.times = 0

    async def __call__(self) -> None:
        self.times += 1
        if not (self._left and self._left.pop(0)):
            await asyncio.Event().wait()

    def named(self, name: str = "core") -> Question:
        return Question(name, self)


def watched(*questions: Question, patience_for: float = 60) -> tuple[list[str], list[list[str]]]:
    """Ask until the process is stuck; gives what was not answered at last, and what was told on the way."""
    told: list[list[str]] = []

    async def run() -> list[str]:
        async with asyncio.timeout(patience_for):
            return await until_stuck(Watch(questions, EACH * patience.MISSES), told.append)

    return asyncio.run(run()), told


def test_a_process_is_stuck_that_misses_three_times_in_a_row() -> None:
    asked = Asked(True)
    unanswered, told = watched(asked.named())
    assert unanswered == ["core"]
    assert asked.times == 4
    assert told == [["core"]] * 3


def test_one_answer_makes_up_for_what_was_missed_before() -> None:
    asked = Asked(True, False, False, True, False, False, True)
    watched(asked.named())
    assert asked.times == 7 + 3


def test_it_is_told_when_it_answers_again() -> None:
    _unanswered, told = watched(Asked(True, False, True).named())
    assert told[:2] == [["core"], []]


def test_every_question_has_to_be_answered() -> None:
    unanswered, _told = watched(Asked(*[True] * 10).named("core"), Asked(True).named("sip"))
    assert unanswered == ["sip"]


def test_a_process_that_starts_has_ten_times_as_long() -> None:
    asked = Asked()
    _unanswered, told = watched(asked.named())
    assert asked.times == 30
    assert not told


def test_who_refuses_at_once_is_asked_again_until_the_time_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "_TRY_AGAIN_AFTER", EACH / 10)
    tries = iter([ConnectionRefusedError, None, *[ConnectionRefusedError, EOFError, None] * 2])

    async def answers_at_the_third_try() -> None:
        problem = next(tries, OSError)
        if problem:
            raise problem

    watched(Question("core", answers_at_the_third_try))
    assert next(tries, "all used") == "all used"


def test_nothing_counts_that_was_missed_while_we_were_held_up_ourselves(monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine is asleep, or starved: others had no time to answer either."""
    monkeypatch.setattr(patience, "_HELD_UP", EACH)
    asked: list[str] = []

    async def ask() -> None:
        asked.append("asked")
        if 1 < len(asked) < 8:
            time.sleep(EACH * 3)  # noqa: ASYNC251 (nothing of ours goes on meanwhile)
        if len(asked) > 1:
            await asyncio.Event().wait()

    watched(Question("core", ask))
    assert len(asked) == 1 + 6 + 3
