"""Notes of less weight: when a token and a person were seen last, what became of a session while a page was only read,
and sign-ins that failed or a link that was asked for, of which an answer must not tell by its time whose they are.

It is kept in memory and written a little later, all of it in one transaction, so reading needs no write lock: pages and
the API answer while another process holds SQLite's, and a busy program that reads costs no write per request.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

import structlog
from django.contrib.sessions.models import Session
from django.db import DatabaseError, connection, transaction
from django.db.models import Q
from django.utils import timezone

from centralka.busy import be_patient_no_longer_than

from .models import ApiToken, Person
from .sign_ins import count_failed_sign_ins, mail_link

WRITE_EVERY = 5.0
"""Seconds; also how much a process that is killed forgets."""
_PATIENCE = 2.0
"""Seconds to wait for the write lock; what could not be written is tried again."""
_USE_NOTED_EVERY = timedelta(minutes=1)
"""A token that is used all the time is written once a minute."""

_MOST_LOGINS = 1000
"""Of which failures are counted within `WRITE_EVERY`."""

log = structlog.get_logger()

Key = TypeVar("Key")
Value = TypeVar("Value")


@dataclass(frozen=True)
class SessionChange:
    """A session's data in the database when they were read, and the data to be stored (both encoded)."""

    before: str
    after: str


@dataclass(frozen=True)
class Failures:
    """The number of times a sign-in failed, and the address from which it did last."""

    count: int
    address: str


@dataclass(frozen=True)
class AskedLink:
    """That somebody forgot their password, and wants a link by mail."""

    language: str
    address: str


@dataclass
class _Noted:
    """The notes that are not written yet."""

    tokens: dict[int, datetime] = field(default_factory=dict)
    people: dict[int, datetime] = field(default_factory=dict)
    ended_sessions: set[str] = field(default_factory=set)
    changed_sessions: dict[str, SessionChange] = field(default_factory=dict)
    used_sessions: dict[str, datetime] = field(default_factory=dict)
    """Until when each session goes on."""
    failures: dict[str, Failures] = field(default_factory=dict)
    """By what was typed as the login."""
    links: dict[str, AskedLink] = field(default_factory=dict)
    """The same."""


class Notes:
    """One for each process; every thread may note."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._noted = _Noted()
        self._written_now = threading.Lock()
        """Held while notes are written."""
        self._left_out = 0
        """Links that were asked for, and are not noted."""

    def token_used(self, token: ApiToken, now: datetime) -> None:
        """Note that the token opened something."""
        if token.last_used_at is None or now - token.last_used_at > _USE_NOTED_EVERY:
            with self._lock:
                self._noted.tokens[token.pk] = now

    def signed_in(self, person: Person, now: datetime) -> None:
        """Note that the person gave their password."""
        with self._lock:
            self._noted.people[person.pk] = now

    def sign_in_failed(self, login: str, address: str) -> None:
        """Count a wrong password or code for what was typed as the login, whether there is such a login.

        It is written later, so that the answer takes no longer for logins that there are.
        """
        with self._lock:
            if login in self._noted.failures or len(self._noted.failures) < _MOST_LOGINS:
                before = self._noted.failures.get(login)
                self._noted.failures[login] = Failures(before.count + 1 if before else 1, address)

    def link_asked(self, login: str, language: str, address: str) -> None:
        """Note that a link to a new password was asked for, whether there is such a login."""
        with self._lock:
            if login in self._noted.links or len(self._noted.links) < _MOST_LOGINS:
                self._noted.links[login] = AskedLink(language, address)
            else:
                self._left_out += 1

    def take_failures(self, login: str) -> int:
        """Return how often the login failed as far as that is not written yet, and forget it.

        What is being written is waited for: it counts in the database then, and not here as well. So call it before
        a transaction that writes.
        """
        waited = self._written_now.acquire(timeout=_PATIENCE)
        try:
            with self._lock:
                found = self._noted.failures.pop(login, None)
        finally:
            if waited:
                self._written_now.release()
        return found.count if found else 0

    def session_ended(self, key: str) -> None:
        """Forget a session that has ended: it opens nothing in this process from now on."""
        with self._lock:
            self._noted.ended_sessions.add(key)

    def session_used(self, key: str, until: datetime) -> None:
        """Note that the session goes on until then."""
        with self._lock:
            self._noted.used_sessions[key] = until

    def session_changed(self, key: str, change: SessionChange) -> None:
        """Note that a page that was only read used something up, such as a message that is shown once."""
        with self._lock:
            self._noted.changed_sessions[key] = change

    def has_ended(self, session: str) -> bool:
        """Tell whether the session is noted as ended and may still be in the database."""
        return session in self._noted.ended_sessions

    def data_of(self, session: str, stored: str) -> str:
        """Return the session's data: the noted data, unless others were stored since."""
        change = self._noted.changed_sessions.get(session)
        return change.after if change and change.before == stored else stored

    def write(self) -> None:
        """Put what is noted into the database. Raises DatabaseError; the notes then stay."""
        with self._written_now:
            self._write()

    def _write(self) -> None:
        with self._lock:
            left_out, self._left_out = self._left_out, 0
            noted = _Noted(
                dict(self._noted.tokens),
                dict(self._noted.people),
                set(self._noted.ended_sessions),
                dict(self._noted.changed_sessions),
                dict(self._noted.used_sessions),
                dict(self._noted.failures),
                dict(self._noted.links),
            )
        if left_out:
            log.warning("too many links to new passwords were asked for at once; these are not mailed", tries=left_out)
        _write(noted)
        with self._lock:
            _forget(self._noted.tokens, noted.tokens)
            _forget(self._noted.people, noted.people)
            _forget(self._noted.changed_sessions, noted.changed_sessions)
            _forget(self._noted.used_sessions, noted.used_sessions)
            self._noted.ended_sessions -= noted.ended_sessions
            _subtract(self._noted.failures, noted.failures)
            _forget(self._noted.links, noted.links)


notes = Notes()
"""This process's."""


def _forget(noted: dict[Key, Value], written: dict[Key, Value]) -> None:
    """Forget the notes that were written, unless they were noted anew meanwhile."""
    for key, value in written.items():
        if noted.get(key) == value:
            del noted[key]


def _subtract(noted: dict[str, Failures], written: dict[str, Failures]) -> None:
    """Forget the failures that were counted; those of meanwhile stay."""
    for login, counted in written.items():
        now = noted.pop(login, None)
        if now is not None and now.count > counted.count:
            noted[login] = Failures(now.count - counted.count, now.address)


def _write(noted: _Noted) -> None:
    if noted == _Noted():
        return
    with transaction.atomic():
        # In one order everywhere, so that two processes never wait for each other's rows: tokens, then people, then
        # sessions, as a change of a password takes them, and of each kind by its key.
        for token, at in sorted(noted.tokens.items()):
            ApiToken.objects.filter(Q(last_used_at=None) | Q(last_used_at__lt=at), pk=token).update(last_used_at=at)
        people = _hold_people(noted)
        for pk, at in sorted(noted.people.items()):
            Person.objects.filter(Q(last_login=None) | Q(last_login__lt=at), pk=pk).update(last_login=at)
        for login in sorted(noted.failures.keys() & people.keys()):
            count_failed_sign_ins(people[login], noted.failures[login].count, noted.failures[login].address)
        for login in sorted(noted.links.keys() & people.keys()):
            mail_link(people[login], noted.links[login].language, noted.links[login].address, timezone.now())
        for key, change in sorted(noted.changed_sessions.items()):
            unchanged = Session.objects.filter(session_key=key, session_data=change.before)
            unchanged.update(session_data=change.after)
        for key, until in sorted(noted.used_sessions.items()):
            Session.objects.filter(session_key=key, expire_date__lt=until).update(expire_date=until)
        Session.objects.filter(session_key__in=noted.ended_sessions).delete()


def _hold_people(noted: _Noted) -> dict[str, Person]:
    """Lock the rows of all people of whom something is noted, in the order of their keys. Returns them by login."""
    logins = noted.failures.keys() | noted.links.keys()
    if not logins and not noted.people:
        return {}
    people = Person.objects.filter(Q(pk__in=noted.people) | Q(email__in=logins))
    return {person.email: person for person in people.select_for_update().order_by("pk")}


class Writer:
    """A thread that writes the notes again and again, and once more at its end."""

    def __init__(self, write: Callable[[], None] = notes.write, every: float = WRITE_EVERY) -> None:
        self._write = write
        self._every = every
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._run, name="notes", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Stop the thread. Returns when everything is written, or cannot be."""
        self._end.set()
        self._thread.join()

    def _run(self) -> None:
        be_patient_no_longer_than(_PATIENCE)  # stopping the process does not wait for another process's lock
        while not self._end.wait(self._every):
            self._try_to_write()
        self._try_to_write()
        connection.close()

    def _try_to_write(self) -> None:
        try:
            self._write()
        except DatabaseError as problem:
            log.warning("when tokens were used could not be noted; trying again", problem=type(problem).__name__)
            connection.close()
