"""The whole picture of a plan, for every page that shows one."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from centralka.calls.plan import Plan

from .picture import Drawing, fits_side_by_side, one_below_the_other, side_by_side
from .tree import Step, merged
from .words import Facts, tree_of

_ALONE = 560
"""Width on a desk of a picture with too many columns."""


@dataclass(frozen=True)
class Picture:
    """A plan for people: drawn for a desk and for a hand, and in words."""

    tree: Step
    wide: Drawing
    narrow: Drawing
    said: str
    """In place of the picture, for those who do not see it."""


def picture_of(facts: Facts, plan: Plan) -> Picture:
    """The plan, drawn and in words."""
    tree = tree_of(facts, plan)
    drawn = merged(tree)
    wide = side_by_side(drawn) if fits_side_by_side(drawn) else one_below_the_other(drawn, _ALONE)
    first = tree.branches[0].step
    said = _("Picture of the call's way: %(caller)s, %(first)s. Every step is in the list below.")
    return Picture(tree, wide, one_below_the_other(drawn), said % {"caller": tree.title, "first": first.title})
