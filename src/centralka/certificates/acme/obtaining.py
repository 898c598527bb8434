"""Decide when a certificate is ordered, and how often at most: 30 days before the end, and ever more seldom while it
fails."""

import fcntl
import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_noop as _

from centralka.files import write_whole

from ..checking import NOT_YET, BadCertificate, Certificate, certificate_in
from .answers import Answers
from .errors import CannotObtain

OBTAINED = "obtained.pem"
_RENEW_BEFORE = timedelta(days=30)
_AFTER_FAILURES = tuple(timedelta(hours=hours) for hours in (1, 2, 4, 8, 16, 24))
"""Let's Encrypt takes five failures an hour for one name, then none for an hour."""
_AFTER_LIMIT = timedelta(hours=24)
_UNWRITABLE = _("the files in %(folder)s cannot be written or read (%(problem)s).")


@dataclass(frozen=True, slots=True)
class Trouble:
    """Orders that failed since the last one that did not."""

    failures: int
    next_at: datetime
    text: str
    values: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Obtaining:
    """One name's certificate from one authority."""

    directory: str
    """The address of the authority's directory (RFC 8555, 7.1.1)."""
    name: str
    folder: Path
    answers_here: Callable[[Answers], None]
    """Tries whether the panel answers; raises CannotObtain. An order without it would be a failure for nothing."""
    spare_notes: Path | None = None
    """The file in which a failure is noted when nothing can be written in the folder; else nobody would hear of it."""

    @property
    def certificate(self) -> Path:
        return self.folder / OBTAINED

    @property
    def answers(self) -> Answers:
        return Answers(self.folder / "acme/answers")

    def is_due(self, now: datetime) -> bool:
        """Tell whether it is time to order."""
        found = self.trouble()
        if found is not None and now < found.next_at:
            return False
        if self._is_of_another_authority():
            return True
        try:
            return self._ends_soon(certificate_in(self.certificate, self.name), now)
        except BadCertificate:
            return True

    @property
    def _origin(self) -> Path:
        return self.folder / "acme/obtained-from"

    def _is_of_another_authority(self) -> bool:
        """Tell whether the certificate in place came from elsewhere: that of a test looks good here, and no phone
        believes it."""
        try:
            return self._origin.read_text() != self.directory
        except FileNotFoundError:
            return False
        except OSError:
            return True  # the order finds out what is wrong with the files, and tells it

    @staticmethod
    def _ends_soon(kept: Certificate, now: datetime) -> bool:
        # One that lasts less than 90 days is renewed in its last third.
        return kept.until - now <= min(_RENEW_BEFORE, (kept.until - kept.since) / 3)

    def obtain(self, now: datetime) -> bool:
        """Order a certificate and put it in place. False: another process is at it.

        Raises CannotObtain, and notes when it may be tried again.
        """
        try:
            with self._alone() as alone:
                if alone:
                    self._obtain()
                    self._forget_trouble()
                return alone
        except CannotObtain as problem:
            self._note(problem, now)
            raise
        except OSError as error:
            told = CannotObtain(_UNWRITABLE, folder=str(self.folder), problem=str(error))
            self._note(told, now)
            raise told from None

    @contextmanager
    def _alone(self) -> Iterator[bool]:
        """Keep other processes from ordering during the block; False: one is at it. Raises OSError."""
        (self.folder / "acme").mkdir(parents=True, exist_ok=True, mode=0o700)
        with (self.folder / "acme/lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
            else:
                yield True

    def _obtain(self) -> None:
        candidate = self.folder / "acme/candidate.pem"
        if not self._waits(candidate):
            self._order(candidate)
        try:
            certificate_in(candidate, self.name)
        except BadCertificate as problem:
            raise CannotObtain(_("what the authority sent is of no use: %(why)s"), why=str(problem)) from None
        candidate.replace(self.certificate)
        write_whole(self._origin, self.directory)

    def _waits(self, candidate: Path) -> bool:
        """Tell whether one was sent before that is good, or will be.

        On a machine whose clock is slow by a day each order gives one more, and the authority soon gives none.
        """
        try:
            kept = certificate_in(candidate, self.name)
        except BadCertificate as problem:
            return problem.text == NOT_YET
        return not self._ends_soon(kept, datetime.now(UTC))

    def _order(self, candidate: Path) -> None:
        from .ordering import order

        write_whole(candidate, "")  # what is made and cannot be kept counts at the authority all the same
        self.answers.forget()  # nobody else orders meanwhile
        self.answers_here(self.answers)
        write_whole(candidate, order(self.directory, self.name, self.answers, self.folder / "acme/account.pem"))

    # -- What failed -------------------------------------------------------------------------------------------------

    @property
    def _notes(self) -> list[Path]:
        return [self.folder / "acme/trouble.json", *([self.spare_notes] if self.spare_notes else [])]

    @property
    def _of(self) -> str:
        """Name authority and name: with another of them it is tried at once, whatever failed before."""
        return hashlib.sha256(f"{self.directory} {self.name}".encode()).hexdigest()

    def trouble(self) -> Trouble | None:
        """Return what failed last; None: the last order was fine, or there was none."""
        found = [one for one in map(self._read, self._notes) if one is not None]
        return max(found, key=lambda one: one.failures, default=None)

    def _read(self, notes: Path) -> Trouble | None:
        with suppress(OSError, ValueError, KeyError, TypeError):
            kept = json.loads(notes.read_text())
            if kept["of"] == self._of:
                when = datetime.fromisoformat(kept["next_at"])
                return Trouble(int(kept["failures"]), when, str(kept["text"]), dict(kept["values"]))
        return None

    def _forget_trouble(self) -> None:
        for notes in self._notes:
            with suppress(OSError):  # the certificate is there, whatever is kept of earlier failures
                notes.unlink(missing_ok=True)

    def _note(self, problem: CannotObtain, now: datetime) -> None:
        before = self.trouble()
        failures = before.failures + 1 if before else 1
        wait = _AFTER_LIMIT if problem.is_limit else _AFTER_FAILURES[min(failures, len(_AFTER_FAILURES)) - 1]
        kept = {"of": self._of, "failures": failures, "next_at": (now + wait).isoformat()}
        content = json.dumps(kept | {"text": problem.text, "values": problem.values})
        for notes in self._notes:
            try:
                write_whole(notes, content)
            except OSError:
                continue  # the next place; where none can be written the disk is full, which is told by itself
            return
