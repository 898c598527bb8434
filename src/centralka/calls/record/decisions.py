"""The decisions for a channel, and which of their steps were begun."""

from collections.abc import Iterator
from datetime import timedelta
from typing import TypeVar

from ..call import Call, Line
from ..journal_events import Begun, Decided, WalkEnded
from ..plan import DialOut, Step, StepName

NOTED_WITHIN = timedelta(seconds=2)
"""The most by which two lines of the journal that tell of one moment are apart."""

_Kind = TypeVar("_Kind", bound=Step)


def planned_for(call: Call, noted: WalkEnded | Begun) -> Decided | None:
    """Find the last decision for a channel before it."""
    before = [decided for decided in call.decisions if decided.channel == noted.channel and decided.time <= noted.time]
    return before[-1] if before else None


def planned(decided: Decided | None, name: str) -> Step | None:
    """Find the step of that name; None where there is none, or its decision is lost."""
    return decided.plan.steps.get(StepName(name)) if decided else None


def has_step(decided: Decided, kind: type[Step]) -> bool:
    """Tell whether the plan has a step of that kind."""
    return any(isinstance(step, kind) for step in decided.plan.steps.values())


def begun(call: Call, kind: type[_Kind]) -> Iterator[tuple[Begun, _Kind]]:
    """Return the steps of that kind that were begun."""
    for noted in call.begun:
        step = planned(planned_for(call, noted), noted.name)
        if isinstance(step, kind):
            yield noted, step


def dial_out_before(call: Call, line: Line) -> DialOut | None:
    """Find the step that called a public number, of the last decision before a trunk's channel began.

    Where there is none, take the first decision shortly after: the clock was put back in between.
    """
    steps = [(noted.time, step) for noted, step in begun(call, DialOut)]
    steps = steps or [(decided.time, step) for decided in call.decisions if (step := decided.plan.dial_out)]
    before = [step for time, step in steps if time <= line.started]
    after = [step for time, step in steps if line.started < time <= line.started + NOTED_WITHIN]
    return before[-1] if before else next(iter(after), None)
