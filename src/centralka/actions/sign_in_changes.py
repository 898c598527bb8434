"""Follow a change of how a person signs in: their other sessions end, and a mail tells them.

Whoever has stolen a session or the password cannot add a key of their own, or lock the person out, unheard.
"""

from collections.abc import Iterable

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language

from centralka.store.acting import Kind, acting
from centralka.store.mail import queue_sign_in_changed
from centralka.store.models import AuditEntry, Membership, Person, Role
from centralka.store.models.mail import SignInChange
from centralka.store.panel_sessions import end_sessions, sessions_of
from centralka.store.sign_ins import note_session


def sign_in_changed(
    person: Person, change: SignInChange, here: str = "", name: str = "", told: Iterable[str] = ()
) -> None:
    """End the person's sessions but the one with the key `here`, and mail them what was changed.

    `name`: of the thing that was added or removed. `told`: further addresses that are told. Call it in the transaction
    that changes it.
    """
    end_elsewhere(person, here)
    who, now = acting(), timezone.now()
    # What a token or a user of the machine is called proves nothing: a token may bear the person's address.
    by_another = who.kind in (Kind.TOKEN, Kind.COMMAND) or (who.kind == Kind.PERSON and who.who != person.email)
    by_operator = by_another and not person.memberships.filter(tenant__in=who.tenants).exists()
    about = {
        "change": change.value,
        "name": name,
        "at": now.isoformat(),
        "address": "" if by_another else who.address,
        "by": who.who if by_another and not by_operator else "",
        "by_operator": "yes" if by_operator else "",  # who of them it was, a company is not told
        "ask": _asked(person, by_operator=by_operator),
    }
    language = _language_of(person) if by_another else (get_language() or settings.LANGUAGE_CODE)
    for to in (person.email, *told):
        queue_sign_in_changed(person, language, about, now, to)


def end_elsewhere(person: Person, here: str = "") -> int:
    """End the person's sessions but the one with the key `here`. Returns how many went on until now."""
    with transaction.atomic():
        ended = end_sessions(sessions_of(person).exclude(session_key=here))
        if ended:
            note_session(person, AuditEntry.Did.REMOVED)
    return ended


def _asked(person: Person, *, by_operator: bool) -> str:
    """Say whom the person can ask: another "owner" of a company of theirs, else the "operator"; "": they are that."""
    tenants = person.memberships.values("tenant")
    owners = Membership.objects.filter(tenant__in=tenants, role=Role.OWNER).exclude(person=person)
    if owners.exists() and not by_operator:
        return "owner"
    return "" if person.is_operator else "operator"


def _language_of(person: Person) -> str:
    """Return the language of the person's company; the installation's where they work in none."""
    first = person.memberships.select_related("tenant").order_by("pk").first()
    return first.tenant.language if first else settings.LANGUAGE_CODE
