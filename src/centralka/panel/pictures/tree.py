"""A plan as a tree for people to read: each step with what follows it under which conditions."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum


class Kind(StrEnum):
    """The kind of a step, by which it is coloured."""

    CALLER = "caller"
    RING = "ring"
    OUTSIDE = "outside"
    PIN = "pin"
    REACHED = "reached"
    """The caller hears something that answers: a mailbox's menu, the echo test."""
    SKIPPED = "skipped"
    VOICEMAIL = "voicemail"
    BUSY = "busy"
    ENDED = "ended"
    """No phone or trunk could be reached."""
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Branch:
    """The steps that follow under any of some conditions, which are in words; none where they simply follow."""

    when: tuple[str, ...]
    step: "Step"


@dataclass(frozen=True, slots=True)
class Step:
    """One box of the picture."""

    kind: Kind
    icon: str
    """In the sprite."""
    title: str
    details: tuple[str, ...] = ()
    why: str = field(default="", compare=False)
    """A sentence. Two steps that differ in it alone are drawn as one."""
    branches: tuple[Branch, ...] = ()
    taken: bool = False
    """The call that is shown came by here; never, where no call is shown."""
    came: tuple[str, ...] = ()
    """The result of the step then."""


def merged(step: Step) -> Step:
    """Return the same tree, where branches that look the same are one."""
    together: dict[Step, tuple[str, ...]] = {}
    for branch in step.branches:
        drawn = merged(branch.step)
        together[drawn] = together.get(drawn, ()) + branch.when
    return replace(step, branches=tuple(Branch(when, drawn) for drawn, when in together.items()))


def way_through(step: Step) -> Iterator[Step]:
    """Return the steps that were taken, from this one on."""
    if step.taken:
        yield step
    for branch in step.branches:
        yield from way_through(branch.step)


def steps_of(step: Step) -> Iterator[Step]:
    """Return every step of the tree, a parent before its children."""
    yield step
    for branch in step.branches:
        yield from steps_of(branch.step)
