"""List who is signed in from where, and end that."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from .models import PanelSession, Person
from .models.panel_session import USER_AGENT_MAX


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A session that goes on. `seen_at`: when it was last used, to about ten minutes."""

    row: PanelSession
    seen_at: datetime


def note_session(person: Person, key: str, address: str, user_agent: str, now: datetime) -> None:
    """Note a session that began, and forget those of the person that are over."""
    ended = PanelSession.objects.filter(person=person).exclude(session_key__in=_open_keys(now))
    with transaction.atomic():
        ended.delete()
        PanelSession.objects.update_or_create(
            session_key=key,
            defaults={
                "person": person,
                "address": address[:45],
                "user_agent": user_agent.replace("\0", "")[:USER_AGENT_MAX],
                "began_at": now,
            },
        )


def renamed_session(before: str, after: str) -> None:
    """Note that a session has another key from now on."""
    PanelSession.objects.filter(session_key=before).update(session_key=after)


def sessions_of(person: Person) -> QuerySet[PanelSession]:
    """Return the sessions of a person, also some that are over."""
    return PanelSession.objects.filter(person=person)


def open_sessions(person: Person, now: datetime) -> list[OpenSession]:
    """Return the sessions of a person that go on, the last used first."""
    rows = {row.session_key: row for row in sessions_of(person)}
    until = Session.objects.filter(session_key__in=list(rows), expire_date__gt=now)
    lasts = timedelta(seconds=settings.SESSION_COOKIE_AGE)
    found = [OpenSession(rows[one.session_key], one.expire_date - lasts) for one in until]
    return sorted(found, key=lambda one: one.seen_at, reverse=True)


def end_sessions(rows: Iterable[PanelSession]) -> int:
    """End sessions: the next request with one of them is asked to sign in. Returns how many went on until now."""
    found = list(rows)
    with transaction.atomic():
        sessions = Session.objects.filter(session_key__in=[row.session_key for row in found])
        went_on = sessions.filter(expire_date__gt=timezone.now()).count()
        sessions.delete()
        PanelSession.objects.filter(pk__in=[row.pk for row in found]).delete()
    return went_on


def _open_keys(now: datetime) -> QuerySet[Session, Any]:
    return Session.objects.filter(expire_date__gt=now).values("session_key")
