"""Note when somebody signs in or out, or cannot: Django and django-axes tell of it by signals."""

from collections.abc import Mapping

from axes.models import AccessAttempt
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from centralka.store.acting import acting
from centralka.store.models import AuditEntry, PanelSession, Person
from centralka.store.models.panel_session import SignedInBy
from centralka.store.notes import notes
from centralka.store.panel_sessions import note_session
from centralka.store.sign_ins import note_session as note_in_audit_log
from centralka.store.sign_ins import note_sign_in

BY = "signed_in_by"
"""Attribute of a request that signs somebody in by more than the password."""


def signed_in(sender: object, user: object, request: HttpRequest, **_about: object) -> None:
    """Note the session, where and with what it began, and how many tries failed before."""
    if not isinstance(user, Person):
        return
    now, address = timezone.now(), acting().address
    notes.signed_in(user, now)
    if not request.session.session_key:
        request.session.save()
    key, agent = str(request.session.session_key), request.headers.get("User-Agent") or ""
    failed = notes.take_failures(user.email)
    with transaction.atomic():
        note_session(user, key, address, agent, now)
        by = getattr(request, BY, SignedInBy.PASSWORD)
        note_sign_in(user, by, address, failed)


def signed_out(sender: object, user: object, request: HttpRequest, **_about: object) -> None:
    """Note that the person ended the session."""
    if isinstance(user, Person):
        with transaction.atomic():
            PanelSession.objects.filter(session_key=request.session.session_key).delete()
            note_in_audit_log(user, AuditEntry.Did.REMOVED)


def failed(
    sender: object, credentials: Mapping[str, object], request: HttpRequest | None = None, **_about: object
) -> None:
    """Count a wrong password."""
    if login := str(credentials.get("username") or ""):
        notes.sign_in_failed(login, acting().address)


def keep_nothing_typed(sender: object, instance: AccessAttempt, **_about: object) -> None:
    """Keep who it was and from where; django-axes would keep all fields of the form, a new password among them."""
    instance.get_data = instance.post_data = ""
