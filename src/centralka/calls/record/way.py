"""The way that a call took through its plan, read from what its record keeps: legs and reasons.

So calls of long ago have one, too. A record keeps the reason of each step that was carried out, in order, and each leg
how its step ended; where a step has no leg (a PIN, money that did not suffice) the next reason tells.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ..plan import DialOut, Outcome, Plan, Ring, Step, StepName, followers
from ..reasons import Reason
from .leg import Leg


@dataclass(frozen=True, slots=True)
class Taken:
    """A step that was carried out."""

    name: StepName
    legs: tuple[Leg, ...] = ()
    """Its legs: several where a number was called over several trunks."""
    outcome: Outcome | None = None
    """The end of the step; None: it goes on, or is the end of the call, or no process was left to tell."""


def way_of(plan: Plan, legs: Sequence[Leg], reasons: Sequence[Reason]) -> list[Taken]:
    """Return the steps in the order in which they were carried out; only the first decision's, as the plan is."""
    way: list[Taken] = []
    name: StepName | None = plan.first
    rest = list(reasons)
    for _ in plan.steps:
        if name is None or plan.steps[name].why not in rest:
            break
        step = plan.steps[name]
        rest = rest[rest.index(step.why) + 1 :]
        own = _legs_of(step, legs)
        outcome = _outcome_of(own)
        after = _after(plan, step, outcome, rest)
        way.append(Taken(name, own, outcome or _that_led_to(step, after)))
        name = after
    return way


def _legs_of(step: Step, legs: Iterable[Leg]) -> tuple[Leg, ...]:
    """Take the legs up to the one that settled the step: a transfer can have begun the same step anew."""
    own = [leg for leg in legs if leg.why == step.why]
    settled = next((at for at, leg in enumerate(own) if leg.outcome is not Outcome.UNAVAILABLE), len(own))
    return tuple(own[: settled + 1] if isinstance(step, DialOut) else own[:1])


def _outcome_of(legs: Sequence[Leg]) -> Outcome | None:
    """Return the step's outcome; None as well for a leg of which only an outcome of whole calls is known."""
    outcome = legs[-1].outcome if legs else None
    return outcome if isinstance(outcome, Outcome) else None


def _after(plan: Plan, step: Step, outcome: Outcome | None, reasons: Sequence[Reason]) -> StepName | None:
    """Find the step that followed; None where the call ended, as far as the reasons tell."""
    then = followers(step)
    following = [then.get(outcome)] if outcome else list(dict.fromkeys(then.values()))
    begun = [name for name in following if name and plan.steps[name].why in reasons]
    return min(begun, key=lambda name: reasons.index(plan.steps[name].why), default=None)


def _that_led_to(step: Step, after: StepName | None) -> Outcome | None:
    """Find the outcome of a step without legs from what the next step tells."""
    leading = [outcome for outcome, name in followers(step).items() if name == after]
    if isinstance(step, DialOut) and after:
        # No trunk was tried. A forward goes on alike after both; money is short more often.
        return Outcome.STOPPED if Outcome.STOPPED in leading and Outcome.NO_MONEY not in leading else Outcome.NO_MONEY
    return leading[0] if len(leading) == 1 and not isinstance(step, Ring) else None
