"""The journal's files: the one being written, and older segments that are read to their end and then removed.

A position is one number, `segment << 40 | offset`, so that positions can be compared and kept in one column.
"""

import os
import re
import time
from collections.abc import Callable
from pathlib import Path

SEGMENT_BITS = 40
_OFFSET_MASK = (1 << SEGMENT_BITS) - 1
_SETTLED_AFTER = 5.0
"""Seconds. A writer that opened a segment just before it was put aside has written its line by then."""


def position(segment: int, offset: int) -> int:
    return segment << SEGMENT_BITS | offset


class JournalFiles:
    """Segment N is `<path>.N` once it is put aside; the newest is `path` itself."""

    def __init__(self, path: Path, *, clock: Callable[[], float] = time.time) -> None:
        self._path = path
        self._clock = clock
        self._removed_before: int | None = None
        """No segments before this one are there; None: not known."""

    def read(self, at: int, size: int) -> bytes:
        """Read up to `size` bytes of the segment of position `at`, from there on. Empty when there is nothing new."""
        return _read(self._file(at), at & _OFFSET_MASK, size)

    def next_segment(self, at: int) -> int | None:
        """Return where the segment after that of `at` begins; None: that of `at` is the newest."""
        segment = at >> SEGMENT_BITS
        return position(segment + 1, 0) if self._aside(segment).exists() else None

    def is_settled(self, at: int) -> bool:
        """Tell whether the segment of `at` was put aside so long ago that nobody writes to it any more, or is gone."""
        try:
            return self._clock() - self._aside(at >> SEGMENT_BITS).stat().st_ctime > _SETTLED_AFTER
        except FileNotFoundError:
            return True

    def sign(self, at: int) -> tuple[int, int] | None:
        """Return what changes when there is more to read after `at`, where all before was read. It takes microseconds.

        None: nothing can be said, as long as another segment follows.
        """
        if os.path.exists(f"{self._path}.{at >> SEGMENT_BITS}"):
            return None
        try:
            found = os.stat(self._path)
        except FileNotFoundError:
            return None
        return found.st_ino, found.st_size

    def mend(self, at: int) -> int:
        """Return `at`, or the start of its segment when the file there is shorter: the journal was removed by hand."""
        file = self._file(at)
        size = file.stat().st_size if file.exists() else 0
        return at if at & _OFFSET_MASK <= size else position(at >> SEGMENT_BITS, 0)

    def put_aside_when_larger(self, than: int) -> None:
        """Begin a new segment if the one being written has more bytes."""
        if self._path.exists() and self._path.stat().st_size > than:
            self._path.rename(self._aside(self.newest()))
            self._removed_before = None

    def remove_before(self, checkpoint: int) -> None:
        """Remove segments that will not be read again; the last one put aside stays, to number the next."""
        first = checkpoint >> SEGMENT_BITS
        if first == self._removed_before:
            return
        for segment in self._segments_aside()[:-1]:
            if segment < first:
                self._aside(segment).unlink()
        # Asked twice a second, and another one only every some ten thousand calls.
        self._removed_before = first

    def newest(self) -> int:
        """Return the number of the segment being written."""
        aside = self._segments_aside()
        return aside[-1] + 1 if aside else 0

    def _file(self, at: int) -> Path:
        aside = self._aside(at >> SEGMENT_BITS)
        return aside if aside.exists() else self._path

    def _aside(self, segment: int) -> Path:
        return Path(f"{self._path}.{segment}")

    def _segments_aside(self) -> list[int]:
        names = (
            re.fullmatch(re.escape(self._path.name) + r"\.(\d+)", file.name) for file in self._path.parent.iterdir()
        )
        return sorted(int(name[1]) for name in names if name)


def _read(file: Path, offset: int, size: int) -> bytes:
    try:
        with file.open("rb") as source:
            source.seek(offset)
            return source.read(size)
    except FileNotFoundError:
        return b""
