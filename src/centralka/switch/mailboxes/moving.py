"""Move and remove messages, under the lock of their folder. The engine keeps no list of them: it looks into the folder
each time."""

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from .folder_lock import locked
from .recordings import INBOX, OLD, TEXTS, in_folder

_MOST_MESSAGES = 10_000
_HIGH = "msg1000.txt"
"""The engine gives a message the number after the highest one, and has none above 9,998."""


def remove(box: Path, msg_id: str, folder: str) -> None:
    """Take a message out of a folder. Raises OSError."""
    with locked(box / folder):
        for found in in_folder(box / folder):
            if found.msg_id == msg_id:
                found.file.with_suffix(".txt").unlink()
                found.file.with_suffix(".wav").unlink(missing_ok=True)
        _close_gaps(box / folder)


def move(box: Path, msg_id: str, folder: str) -> None:
    """Put a message into a folder, out of the other one. Raises OSError."""
    other = INBOX if folder == OLD else OLD
    with locked(box / other), locked(box / folder):
        for found in in_folder(box / other):
            if found.msg_id == msg_id:
                _put(found.file, free_name(box / folder))
        _close_gaps(box / other)


def free_name(folder: Path) -> Path:
    """Find the first path, without ending, at which no message lies. The caller of this function holds the lock."""
    return next(file for file in _names(folder) if not file.with_suffix(".txt").exists())


def _put(file: Path, to: Path) -> None:
    """Give a message another path. Its text is what makes it one: that is in one place at each moment, with the sound
    beside it. If we die in between only sound is left over, which the next message with that number replaces."""
    to.with_suffix(".wav").unlink(missing_ok=True)
    with suppress(FileNotFoundError):  # its sound was lost
        os.link(file.with_suffix(".wav"), to.with_suffix(".wav"))
    file.with_suffix(".txt").rename(to.with_suffix(".txt"))
    file.with_suffix(".wav").unlink(missing_ok=True)


def _close_gaps(folder: Path) -> None:
    """Give messages lower numbers once those are high. Not each time: a message that has just been left is looked for
    at the path that the engine told."""
    texts = sorted(folder.glob(TEXTS))
    if texts and texts[-1].name >= _HIGH:
        for text, to in zip(texts, _names(folder), strict=False):
            if text.with_suffix("") != to:
                _put(text.with_suffix(""), to)


def _names(folder: Path) -> Iterable[Path]:
    return (folder / f"msg{number:04}" for number in range(_MOST_MESSAGES))
