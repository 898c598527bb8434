"""List where a person is signed in, and sign them out there."""

from django.db import transaction
from django.utils import timezone

from centralka.store.models import AuditEntry, Person
from centralka.store.models.audited import note
from centralka.store.panel_sessions import OpenSession, end_sessions, open_sessions, sessions_of
from centralka.store.sign_ins import note_session

from .actor import Actor
from .errors import NotFound
from .people import member
from .sign_in_changes import end_elsewhere


def own_sessions(person: Person) -> list[OpenSession]:
    """Return where the person is signed in now, the last used first."""
    return open_sessions(person, timezone.now())


def sign_out_session(person: Person, session_id: int) -> None:
    """End one of the person's own sessions. Raises `NotFound`."""
    found = [one.row for one in own_sessions(person) if one.row.pk == session_id]
    if not found:
        raise NotFound
    with transaction.atomic():
        end_sessions(found)
        note_session(person, AuditEntry.Did.REMOVED, [["address", found[0].address, ""]])


def sign_out_everywhere_else(person: Person, key: str) -> int:
    """End all sessions of the person but the one with this key. Returns how many there were."""
    return end_elsewhere(person, key)


def sign_out_person(actor: Actor, membership_id: int) -> int:
    """Sign a person of the company out wherever they are signed in. Returns how many sessions there were.

    For an owner, e.g. when a laptop was lost; the person can sign in again.
    """
    person = member(actor, membership_id).person
    with transaction.atomic():
        ended = end_sessions(sessions_of(person))
        note(AuditEntry.Did.REMOVED, "panel_session", person.email, actor.tenant.pk, pk=person.pk)
    return ended
