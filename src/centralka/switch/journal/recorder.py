"""Read the journal as it grows and keep the call records true to it, across any restart of anything.

Exactly once: the records and the position up to which they are complete are written in one transaction, and a record
that is folded twice from the same lines is the same record (`calls.callbook`, docs/decisions/0004).
"""

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import structlog

from centralka.calls.callbook import CallBook
from centralka.calls.doing import WhoDoesWhat
from centralka.calls.journal_events import Paid
from centralka.calls.record.record import record_of
from centralka.store.call_records import is_over_on_record, journal_position, write_records
from centralka.store.settling import release_orphans

from .files import JournalFiles
from .lines import events_in

SEGMENT_BYTES = 64 * 1024 * 1024
_READ_AT_ONCE = 4 * 1024 * 1024
_ORPHANS_EVERY = timedelta(minutes=1)

log = structlog.get_logger()


class Recorder:
    """Keep the records of one node. One thread calls `catch_up` again and again."""

    def __init__(
        self,
        journal: Path,
        node: str,
        segment_bytes: int = SEGMENT_BYTES,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._node = node
        self._segment_bytes = segment_bytes
        self._files = JournalFiles(journal)
        self._position = self._files.mend(journal_position(node))
        self._left: int | None = None
        """The place up to which the segment before is read, as long as its last writers may not be done with it."""
        self._written = self._position
        self._book = CallBook(self._position, is_over_on_record)
        self.who_does_what = WhoDoesWhat()
        self._now = now
        self._looked_for_orphans = now()

    def sign(self) -> tuple[int, int] | None:
        """Return what changes when there is something to catch up with; None: it is not known. See `JournalFiles`."""
        return self._files.sign(self._position) if self._left is None else None

    def catch_up(self) -> int:
        """Read new lines and write the records that they change. Returns how many."""
        answers: list[Paid] = []
        while self._read_some(answers):
            pass
        self._release_orphans()
        changed = self._book.take_changed()
        for call in changed:
            self.who_does_what.note(call)
        checkpoint = self._book.checkpoint if self._left is None else min(self._book.checkpoint, self._left)
        if changed or answers or checkpoint != self._written:
            records = [record_of(call) for call in changed]
            write_records(records, node=self._node, position=checkpoint, answers=answers)
            self._written = checkpoint
            if self._left is None:
                self._files.put_aside_when_larger(self._segment_bytes)
            self._files.remove_before(checkpoint)
        return len(changed)

    def living_channels(self, call_id: str) -> list[str]:
        """Return the channels of a call that goes on. Any thread may ask."""
        return self._book.living_channels(call_id)

    def channels_by_call(self) -> dict[str, frozenset[str]]:
        """Return all channels of each call that goes on, as far as the journal is read."""
        return self._book.channels_by_call()

    def _release_orphans(self) -> None:
        """Release reservations of calls that are over: the journal is read to its end without them."""
        now = self._now()
        if now - self._looked_for_orphans > _ORPHANS_EVERY:
            self._looked_for_orphans = now
            released = release_orphans(self._node, live=self._book.channels, before=now - _ORPHANS_EVERY)
            if released:
                log.warning("money was put aside for calls that are over, and is given back", calls=released)

    def _read_some(self, answers: list[Paid]) -> bool:
        """Take in the next whole lines, and add the answers among them; False when there are none yet."""
        lines = whole_lines(self._files.read(self._position, _READ_AT_ONCE))
        if self._left is not None:
            # Read after the lines above and taken in before them: what one writer wrote to both stays in its order.
            self._left = self._look_back(self._left, answers)
        self._position = self._take(lines, self._position, answers)
        return bool(lines) or self._moves_on()

    def _moves_on(self) -> bool:
        """Go on with the next segment, if there is one. It is not waited for the last writers of the one before: until
        they are done calls would go on that are over. At its end may be a line that its writer never ended."""
        following = self._files.next_segment(self._position) if self._left is None else None
        if following is not None:
            self._left, self._position = self._position, following
        return following is not None

    def _look_back(self, at: int, answers: list[Paid]) -> int | None:
        """Take in what came late to the segment before, from `at` on. Returns where it ends; None: no more comes."""
        settled = self._files.is_settled(at)
        lines = whole_lines(self._files.read(at, _READ_AT_ONCE))
        return self._take(lines, at, answers) if lines or not settled else None

    def _take(self, lines: Sequence[bytes], at: int, answers: list[Paid]) -> int:
        """Take in lines that begin at this position, and return where they end."""
        self._book.read_from(at)
        events = events_in([line.decode("utf-8", "replace") for line in lines])
        for line, event in zip(lines, events, strict=True):
            at += len(line) + 1
            self._book.apply(event, at)
            if isinstance(event, Paid) and event.reservation is not None:
                answers.append(event)
        return at


_BEGINS = re.compile(rb'\{"kind":|"[A-Z_]+","')


def whole_lines(block: bytes) -> list[bytes]:
    """Return the lines of a block that are complete.

    What a phone dials can hold a line break, and the engine writes it as it is: such a line goes on until the next one
    that begins as lines do. A phone cannot write such a beginning, because the engine doubles its quotes.
    """
    lines: list[bytes] = []
    for line in block.split(b"\n")[:-1]:
        if lines and _is_open(lines[-1]) and not _BEGINS.match(line):
            lines[-1] += b"\n" + line
        else:
            lines.append(line)
    if lines and _is_open(lines[-1]):
        lines.pop()
    return lines


def _is_open(line: bytes) -> bool:
    return line.startswith(b'"') and line.count(b'"') % 2 == 1
