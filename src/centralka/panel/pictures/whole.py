"""The whole picture of a plan, for every page that shows one."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from centralka.calls.plan import Plan
from centralka.store.models import CallRecord

from ..tables.people import People
from .picture import Drawing, fits_side_by_side, one_below_the_other, side_by_side
from .tree import Step, merged, way_through
from .words import Facts, tree_of, tree_of_call

_ALONE = 560
"""Width on a desk of a picture with too many columns."""


@dataclass(frozen=True)
class Picture:
    """A plan for people: drawn for a desk and for a hand, and in words."""

    tree: Step
    wide: Drawing
    narrow: Drawing
    said: str
    """In place of the picture, for people who do not see it."""


def picture_of(facts: Facts, plan: Plan) -> Picture:
    """Make the picture of a plan, drawn and in words."""
    tree = tree_of(facts, plan)
    first = tree.branches[0].step
    said = _("Picture of the call's way: %(caller)s, %(first)s. Every step is in the list below.")
    return _drawn(tree, said % {"caller": tree.title, "first": first.title})


def picture_of_call(record: CallRecord, people: People) -> Picture | None:
    """Draw the plan of a call, with the way that it took; None where there is none, as without the switchboard."""
    plan = record.planned
    if plan is None:
        return None
    tree = tree_of_call(record, people, plan)
    way = ", ".join(_went(step) for step in way_through(tree)) or tree.title
    said = _("Picture of what was planned. The call went this way: %(way)s. Every step is in the list below.")
    return _drawn(tree, said % {"way": way})


def _went(step: Step) -> str:
    return f"{step.title} ({'; '.join(step.came)})" if step.came else step.title


def _drawn(tree: Step, said: str) -> Picture:
    drawn = merged(tree)
    wide = side_by_side(drawn) if fits_side_by_side(drawn) else one_below_the_other(drawn, _ALONE)
    return Picture(tree, wide, one_below_the_other(drawn), said)
