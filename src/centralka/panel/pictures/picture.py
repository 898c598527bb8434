"""Place the boxes, arrows and words of a picture: pure arithmetic, in CSS pixels; colours are the style sheet's.

Two layouts: `side_by_side` for a desk, what follows a step in columns below it; `one_below_the_other` for a hand.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from .tree import Branch, Step

MOST_COLUMNS = 3
"""More do not fit beside each other on the form."""
COLUMN = 236
NARROW = 320
_GAP = 20
_PAD = 12
_ICON = 18
_TICK = 16
_TITLE, _SMALL = 18, 16
"""Heights of a line."""
_TITLE_SIZE, _SMALL_SIZE = 14.0, 12.5
"""Sizes of the letters, as in the style sheet."""
_MOST_LINES = 4
_ARROW = 7
_BUS = 16
"""The distance below a step at which its arrows part."""
_SPINE = 21
"""The distance from a step's left edge at which an arrow leaves it, when steps stand one below the other."""
_INDENT = 40
_NARROW_LETTERS, _WIDE_LETTERS = set(" \u00a0iIjlłft.,:;!'|()-·"), set("mwMWŚĆŻŹ@%—…")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text; `y` is its base line."""

    x: int
    y: int
    text: str


@dataclass(frozen=True, slots=True)
class Box:
    """A step in its place."""

    step: Step
    x: int
    y: int
    width: int
    title: list[str]
    details: list[str]
    came: list[str]

    @property
    def height(self) -> int:
        return 2 * _PAD - 4 + _TITLE * len(self.title) + _SMALL * (len(self.details) + len(self.came))

    @property
    def icon_x(self) -> int:
        return self.x + _PAD

    @property
    def icon_y(self) -> int:
        return self.y + _PAD - 2

    @property
    def titles(self) -> list[Line]:
        return [Line(self._text_x, self.y + _PAD + 11 + _TITLE * row, text) for row, text in enumerate(self.title)]

    @property
    def small(self) -> list[Line]:
        top = self.y + _PAD + 10 + _TITLE * len(self.title)
        return [Line(self._text_x, top + _SMALL * row, text) for row, text in enumerate(self.details)]

    @property
    def results(self) -> list[Line]:
        """Return the lines that say what came of the step."""
        top = self.y + _PAD + 10 + _TITLE * len(self.title) + _SMALL * len(self.details)
        return [Line(self._text_x, top + _SMALL * row, text) for row, text in enumerate(self.came)]

    @property
    def tick_x(self) -> int:
        """Return the place of the mark on a step that was taken."""
        return self.x + self.width - _PAD - _TICK // 2

    @property
    def tick_y(self) -> int:
        return self.y - _TICK // 2

    @property
    def _text_x(self) -> int:
        return self.x + _PAD + _ICON + 9


@dataclass(frozen=True, slots=True)
class Drawing:
    """A finished picture."""

    width: int
    height: int
    boxes: list[Box]
    lines: list[str]
    """Paths (SVG 2, `d`)."""
    arrows: list[str]
    """The heads, as closed paths."""
    taken_lines: list[str]
    """Paths of the way that was taken, drawn over the others."""
    taken_arrows: list[str]
    labels: list[Line]
    centred: bool
    """A label's `x` is its middle."""


def fits_side_by_side(root: Step) -> bool:
    """Tell whether all columns of the tree fit beside each other."""
    return _columns(root) <= MOST_COLUMNS


def side_by_side(root: Step) -> Drawing:
    """Draw for a desk: what follows a step stands below it, in a column for each condition."""
    drawing = Drawing(_width(root), 0, [], [], [], [], [], [], centred=True)
    _place_columns(drawing, root, left=0, top=_top(root))
    return _closed(drawing)


def one_below_the_other(root: Step, width: int = NARROW) -> Drawing:
    """Draw for a phone in the hand: one column, in which what follows under a condition is set in."""
    drawing = Drawing(width, 0, [], [], [], [], [], [], centred=False)
    _place_below(drawing, root, left=1, top=_top(root))
    return _closed(drawing)


def _top(root: Step) -> int:
    """Return the top, with room for the mark on the first step."""
    return 1 + (_TICK // 2 if root.taken else 0)


def _closed(drawing: Drawing) -> Drawing:
    height = max(box.y + box.height for box in drawing.boxes) + 1
    return replace(drawing, height=height)


def _columns(step: Step) -> int:
    return max(1, sum(_columns(branch.step) for branch in step.branches))


def _width(step: Step) -> int:
    columns = _columns(step)
    return columns * COLUMN + (columns - 1) * _GAP


def _boxed(step: Step, width: int, x: int, y: int) -> Box:
    room = width - 2 * _PAD - _ICON - 9
    title = wrapped(step.title, room, _TITLE_SIZE)
    details = [line for detail in step.details for line in wrapped(detail, room, _SMALL_SIZE)]
    came = [line for result in step.came for line in wrapped(result, room, _SMALL_SIZE)]
    return Box(step, x, y, width, title, details, came)


def _place_columns(drawing: Drawing, step: Step, left: int, top: int) -> None:
    middle = left + _width(step) // 2
    box = _boxed(step, COLUMN - 2, middle - COLUMN // 2 + 1, top)
    drawing.boxes.append(box)
    bottom = box.y + box.height
    labels = [_label(branch, _width(branch.step) - 12) for branch in step.branches]
    bus = bottom + (_BUS if len(step.branches) > 1 else 0)
    below = bus + 24 + _SMALL * max((len(label) for label in labels), default=0)
    middles = []
    for branch, label in zip(step.branches, labels, strict=True):
        middles.append(left + _width(branch.step) // 2)
        _arrow_down(drawing, middles[-1], bus, below, taken=branch.step.taken)
        if branch.step.taken:
            drawing.taken_lines.append(f"M{middle} {bottom}V{bus}H{middles[-1]}")
        drawing.labels.extend(Line(middles[-1], bus + 22 + _SMALL * row, text) for row, text in enumerate(label))
        _place_columns(drawing, branch.step, left, below)
        left += _width(branch.step) + _GAP
    if len(middles) > 1:
        drawing.lines.append(f"M{middle} {bottom}V{bus}M{middles[0]} {bus}H{middles[-1]}")


def _place_below(drawing: Drawing, step: Step, left: int, top: int) -> int:
    """Draw the step and what follows. Returns where the next step may begin."""
    box = _boxed(step, drawing.width - left - 1, left, top)
    drawing.boxes.append(box)
    end = box.y + box.height
    if len(step.branches) == 1:
        return _place_next(drawing, step.branches[0], left, end)
    spine, turn = left + _SPINE, end
    for branch in step.branches:
        inner = left + _INDENT
        label = _label(branch, drawing.width - inner)
        below = end + 14 + _SMALL * len(label)
        drawing.labels.extend(Line(inner, end + 22 + _SMALL * row, text) for row, text in enumerate(label))
        turn = below + _PAD + 7
        _arrow_right(drawing, spine, inner + 1, turn, taken=branch.step.taken)
        if branch.step.taken:
            drawing.taken_lines.append(f"M{spine} {box.y + box.height}V{turn}")
        end = _place_below(drawing, branch.step, inner, below)
    if step.branches:
        drawing.lines.append(f"M{spine} {box.y + box.height}V{turn}")
    return end


def _place_next(drawing: Drawing, branch: Branch, left: int, end: int) -> int:
    """Place a step that simply follows straight below."""
    label = _label(branch, drawing.width - left - _INDENT)
    below = end + 22 + _SMALL * max(0, len(label) - 1) + (6 if label else 0)
    _arrow_down(drawing, left + _SPINE, end, below, taken=branch.step.taken)
    drawing.labels.extend(Line(left + _INDENT, end + 18 + _SMALL * row, text) for row, text in enumerate(label))
    return _place_below(drawing, branch.step, left, below)


def _arrow_down(drawing: Drawing, x: int, top: int, bottom: int, *, taken: bool) -> None:
    lines, arrows = _pens(drawing, taken=taken)
    lines.append(f"M{x} {top}V{bottom - _ARROW}")
    arrows.append(f"M{x} {bottom}l-5 -{_ARROW}h10z")


def _arrow_right(drawing: Drawing, left: int, right: int, y: int, *, taken: bool) -> None:
    lines, arrows = _pens(drawing, taken=taken)
    lines.append(f"M{left} {y}H{right - _ARROW}")
    arrows.append(f"M{right} {y}l-{_ARROW} -5v10z")


def _pens(drawing: Drawing, *, taken: bool) -> tuple[list[str], list[str]]:
    """Return where a line and its head are drawn."""
    return (drawing.taken_lines, drawing.taken_arrows) if taken else (drawing.lines, drawing.arrows)


def _label(branch: Branch, room: int) -> list[str]:
    """Write conditions in as few lines as they need, none of them broken where that can be helped."""
    lines: list[str] = []
    for condition in branch.when:
        together = f"{lines[-1]} · {condition}" if lines else condition
        if lines and _length(together, _SMALL_SIZE) <= room:
            lines[-1] = together
        else:
            lines += wrapped(condition, room, _SMALL_SIZE)
    return lines


def wrapped(text: str, room: int, size: float) -> list[str]:
    """Wrap the text into lines of at most `room`, four at most; a text that does not fit ends in “…”."""
    lines = _broken(list(_pieces(text, room, size)), room, size)
    if len(lines) <= _MOST_LINES:
        return lines
    last = lines[_MOST_LINES - 1]
    while _length(last + "…", size) > room:
        last = last[:-1]
    return [*lines[: _MOST_LINES - 1], last.rstrip() + "…"]


def _pieces(text: str, room: int, size: float) -> Iterator[str]:
    """Cut the text into words, and a word that is too long for a line into parts."""
    for word in filter(None, text.split(" ")):
        starts = [0]
        for end in range(1, len(word)):
            if _length(word[starts[-1] : end + 1], size) > room:
                starts.append(end)
        yield from (word[start:end] for start, end in pairwise([*starts, len(word)]))


def _broken(words: Sequence[str], room: int, size: float) -> list[str]:
    lines: list[str] = []
    for word in words:
        if lines and _length(f"{lines[-1]} {word}", size) <= room:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def _length(text: str, size: float) -> int:
    """Tell how wide the text may be: fonts differ, so this is the width in a wide one."""
    ems = sum(0.36 if letter in _NARROW_LETTERS else 0.92 if letter in _WIDE_LETTERS else 0.62 for letter in text)
    return math.ceil(ems * size)
