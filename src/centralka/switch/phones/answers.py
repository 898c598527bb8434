"""Follow which phones answer when the edge asks them, and note it in their `registration` rows.

The edge asks each phone again and again (`edge/modules.cfg`) and tells of each answer. A phone that has been silent for
longer than three questions stays registered, and calls are tried at it as before.
"""

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from centralka.store.registrations import answers_of, note_answers

from ..database import Database

Phone = tuple[str, str]
"""The login, and the address at which it is reached."""

_NOBODY: Phone = ("", "")
_LOOK_EVERY = 1.0
"""Seconds between two looks."""
_STALLED = 5.0
"""Seconds without a look: answers may have been lost meanwhile."""
_QUESTIONS = 3
"""As many may be lost on the way."""
_FIELDS_OF_A_ROW = 4
"""A tag begins with the name of the edge's row: `ulcx-6929…-1f3-2`, then a `-` (sruid.c of Kamailio)."""


@dataclass(slots=True)
class Followed:
    """A phone."""

    heard_at: float
    """The time at which it answered last, or came."""
    answers: bool | None = None
    """None: nothing is known since it came, or since this process started."""
    written: bool | None = None


class Answers:
    """The phones of one edge, and when each was last heard."""

    def __init__(
        self,
        node: str,
        database: Database,
        ask_every: int,
        edge_started: Callable[[], object],
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        """`ask_every`: seconds; `edge_started`: a mark of the edge's start, None while there is no edge."""
        self._node = node
        self._database = database
        self._patience = _QUESTIONS * ask_every + min(5.0, ask_every)
        self._edge_started = edge_started
        self._now = now
        self._edge: object = None
        self._asking_since: float | None = None
        """Since when phones are asked and their answers are heard, without a break; None while they are not."""
        self._looked_at: float | None = None
        self._rows: dict[str, Phone] = {}
        self._phones: dict[Phone, Followed] = {}
        self._answered: set[str] = set()
        """The rows of phones that answered since the last look."""

    def hear(self, tag: str) -> None:
        """Note that a phone answered, by the tag of the question."""
        self._answered.add("-".join(tag.split("-", _FIELDS_OF_A_ROW)[:_FIELDS_OF_A_ROW]))

    async def begin(self, rows: Mapping[str, Phone]) -> None:
        """Follow these phones and no others, by the names of their rows. Raises what `Database.do` raises."""
        written = await self._database.do(answers_of, self._node)
        now = self._now()
        self._rows = dict(rows)
        before, self._phones = self._phones, {}
        for phone in self._rows.values():
            last = before[phone].heard_at if phone in before else now
            self._phones[phone] = Followed(last, written=written.get((phone[0], phone[1][:255])))

    def change(self, rows: Mapping[str, Phone | None], came: Iterable[Phone], gone: Iterable[Phone]) -> None:
        """Follow changed rows; None for a row that is gone. `came`, `gone`: phones whose `registration` is new, or not
        there any more."""
        for row, phone in rows.items():
            if phone:
                self._rows[row] = phone
            else:
                self._rows.pop(row, None)
        for phone in gone:
            self._phones.pop(phone, None)
        for phone in came:
            self._phones[phone] = Followed(self._now())

    async def look(self) -> None:
        """Note phones that answered since the last look, and those that were silent too long; once a second at most.

        Raises what `Database.do` raises; what could not be written is written by the next look.
        """
        now = self._now()
        if self._looked_at is not None and now - self._looked_at < _LOOK_EVERY:
            return
        self._look_whether_phones_are_asked(now)
        answered, self._answered = self._answered, set()
        for row in answered:
            if followed := self._phones.get(self._rows.get(row, _NOBODY)):
                followed.heard_at, followed.answers = now, True
        if self._asking_since is not None and self._asking_since < now - self._patience:
            for followed in self._phones.values():
                if followed.heard_at < now - self._patience:
                    followed.answers = False
        for answers in (True, False):
            await self._write(answers)

    def _look_whether_phones_are_asked(self, now: float) -> None:
        """Count anew from an edge that has just started, and from a look that came late."""
        edge, before = self._edge_started(), self._edge
        late = self._looked_at is None or now - self._looked_at > _STALLED
        self._edge, self._looked_at = edge, now
        if edge is None:
            self._asking_since = None
        elif edge != before or late or self._asking_since is None:
            self._asking_since = now

    async def _write(self, answers: bool) -> None:
        new = {
            phone: followed
            for phone, followed in self._phones.items()
            if followed.answers is answers and followed.written is not answers
        }
        if new:
            await self._database.do(note_answers, self._node, new, answers, datetime.now(UTC))
        # Of a phone that came anew meanwhile another object is followed, and its row is written by the next look.
        for followed in new.values():
            followed.written = answers
