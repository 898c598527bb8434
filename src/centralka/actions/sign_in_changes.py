"""What changes how a person signs in: their other sessions end, and a mail tells them.

Whoever has stolen a session or the password cannot add a key of their own, or lock the person out, unheard.
"""

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language

from centralka.store.acting import Kind, acting
from centralka.store.mail import queue_sign_in_changed
from centralka.store.models import AuditEntry, Person
from centralka.store.models.mail import SignInChange
from centralka.store.panel_sessions import end_sessions, sessions_of
from centralka.store.sign_ins import note_session


def sign_in_changed(person: Person, change: SignInChange, here: str = "", name: str = "") -> None:
    """End the person's sessions but the one with the key `here`, and mail them what was changed.

    `name`: of the thing that was added or removed. Call it in the transaction that changes it.
    """
    end_elsewhere(person, here)
    who, now = acting(), timezone.now()
    by_another = who.kind in (Kind.PERSON, Kind.TOKEN, Kind.COMMAND) and who.who != person.email
    about = {
        "change": change.value,
        "name": name,
        "at": now.isoformat(),
        "address": "" if by_another else who.address,
        "by": _named(person) if by_another else "",
    }
    language = _language_of(person) if by_another else (get_language() or settings.LANGUAGE_CODE)
    queue_sign_in_changed(person, language, about, now)


def end_elsewhere(person: Person, here: str = "") -> int:
    """End the person's sessions but the one with the key `here`. Returns how many there were."""
    with transaction.atomic():
        ended = end_sessions(sessions_of(person).exclude(session_key=here))
        if ended:
            note_session(person, AuditEntry.Did.REMOVED)
    return ended


def _named(person: Person) -> str:
    """Name whoever changed it; somebody of a company is not told who of the operator's it was ("")."""
    who = acting()
    works_there = person.memberships.filter(tenant__in=who.tenants).exists()
    return who.who if works_there else "operator"


def _language_of(person: Person) -> str:
    """Return the language of the person's company; the installation's where they work in none."""
    first = person.memberships.select_related("tenant").order_by("pk").first()
    return first.tenant.language if first else settings.LANGUAGE_CODE
