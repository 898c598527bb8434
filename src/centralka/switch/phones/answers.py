"""Follow which phones answer when the edge asks them, and note it in their `registration` rows.

The edge asks each phone again and again (`edge/modules.cfg`) and tells of each answer. A phone that has been silent for
longer than three questions stays registered, and calls are tried at it as before.
"""

import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import takewhile

from centralka.store.registrations import answers_of, note_answers

from ..database import Database

Phone = tuple[str, str]
"""The login, and the address at which it is reached."""

_NOBODY: Phone = ("", "")
LOOK_EVERY = 1.0
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
        self._phones = OrderedDict[Phone, Followed]()
        """In the order in which they were heard."""
        self._unwritten: set[Phone] = set()
        """Of whom something else is known now than what is written."""
        self._answered: set[str] = set()
        """The rows of phones that answered since the last look."""

    def hear(self, tags: str) -> None:
        """Note that phones answered, by the tags of the questions."""
        self._answered.update("-".join(tag.split("-", _FIELDS_OF_A_ROW)[:_FIELDS_OF_A_ROW]) for tag in tags.split())

    async def begin(self, rows: Mapping[str, Phone]) -> None:
        """Follow these phones and no others, by the names of their rows. Raises what `Database.do` raises."""
        written = await self._database.do(answers_of, self._node)
        now = self._now()
        self._rows = dict(rows)
        before, self._phones = self._phones, OrderedDict()
        heard = {phone: before[phone].heard_at if phone in before else now for phone in self._rows.values()}
        for phone, last in sorted(heard.items(), key=lambda heard: heard[1]):
            self._phones[phone] = Followed(last, written=written.get((phone[0], phone[1][:255])))
        self._unwritten.clear()

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
            self._unwritten.discard(phone)
        for phone in came:
            self._phones[phone] = Followed(self._now())
            self._phones.move_to_end(phone)

    async def look(self) -> None:
        """Note phones that answered since the last look, and those that were silent too long; once a second at most.

        Raises what `Database.do` raises; what could not be written is written by the next look.
        """
        now = self._now()
        if self._looked_at is not None and now - self._looked_at < LOOK_EVERY:
            return
        self._look_whether_phones_are_asked(now)
        answered, self._answered = self._answered, set()
        for row in answered:
            self._heard(self._rows.get(row, _NOBODY), now)
        if self._asking_since is not None and self._asking_since < now - self._patience:
            self._believe_silent(now - self._patience)
        for answers in (True, False):
            await self._write(answers)

    def _heard(self, phone: Phone, now: float) -> None:
        if followed := self._phones.get(phone):
            followed.heard_at = now
            self._phones.move_to_end(phone)
            self._believe(phone, followed, answers=True)

    def _believe_silent(self, last: float) -> None:
        """Believe those silent who were heard before `last`."""
        for phone, followed in takewhile(lambda each: each[1].heard_at < last, self._phones.items()):
            self._believe(phone, followed, answers=False)

    def _believe(self, phone: Phone, followed: Followed, *, answers: bool) -> None:
        followed.answers = answers
        if followed.written is not answers:
            self._unwritten.add(phone)

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
        known = {phone: followed for phone in self._unwritten if (followed := self._phones.get(phone))}
        new = {phone: followed for phone, followed in known.items() if followed.answers is answers}
        if new:
            await self._database.do(note_answers, self._node, new, answers, datetime.now(UTC))
        # Of a phone that came anew meanwhile another object is followed, and its row is written by the next look.
        for followed in new.values():
            followed.written = answers
        self._unwritten.difference_update(new)
