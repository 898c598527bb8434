"""Signing in and out in the audit log: each time with its address; failures are counted, and noted ever more seldom."""

from datetime import datetime, timedelta

from django.db.models import F

from .acting import Acting, Kind, acting, acting_as
from .mail import queue_password
from .models import AuditEntry, Mail, Person
from .models.audited import Change, note
from .models.panel_session import SignedInBy

MOST_LINKS, _LINKS_WITHIN = 3, timedelta(hours=1)
_FIRST, _FACTOR = 5, 10
"""Failures are noted when there are 5, 50, 500 …: days of guessing leave a handful of entries."""


def note_sign_in(person: Person, by: SignedInBy, address: str, failed: int) -> None:
    """Note that the person signed in, and how many sign-ins failed before. Call it in the transaction of the session.

    `failed`: those that were not written yet.
    """
    failed += Person.objects.select_for_update().values_list("failed_sign_ins", flat=True).get(pk=person.pk)
    if failed:
        Person.objects.filter(pk=person.pk).update(failed_sign_ins=0)
    changes: list[Change] = [["signed_in_by", "", by.value], *([["failed_before", "", str(failed)]] if failed else [])]
    with acting_as(_as_person(person, address)):
        note_session(person, AuditEntry.Did.ADDED, changes)


def note_session(person: Person, did: AuditEntry.Did, changes: list[Change] | None = None) -> None:
    """Note a session that began or ended, for each company of the person."""
    note_of_person(person, did, "panel_session", changes)


def note_of_person(person: Person, did: AuditEntry.Did, what: str, changes: list[Change] | None = None) -> None:
    """Note something that is a person's, for each company of theirs."""
    for tenant in person.audit_tenants():
        note(did, what, person.email, tenant, changes or [], person.pk)


def mail_link(person: Person, language: str, address: str, now: datetime) -> None:
    """Mail a link by which a new password is chosen; `address`: from where it was asked for.

    However often it is asked for, one address gets few mails. The person's row is locked.
    """
    if not person.is_active:
        return
    mailed = Mail.objects.filter(kind=Mail.Kind.PASSWORD, to=person.email, created_at__gt=now - _LINKS_WITHIN)
    if mailed.count() < MOST_LINKS:
        queue_password(person, language, now)
        with acting_as(Acting(Kind.VISITOR, address=address)):
            note_of_person(person, AuditEntry.Did.ADDED, "password_link")


def count_failed_sign_ins(person: Person, count: int, address: str) -> None:
    """Count failures of a person, the last one from `address`. The person's row is locked."""
    before, after = person.failed_sign_ins, person.failed_sign_ins + count
    Person.objects.filter(pk=person.pk).update(failed_sign_ins=F("failed_sign_ins") + count)
    if _noted_at(before) != _noted_at(after):
        with acting_as(Acting(Kind.VISITOR, address=address)):
            note_of_person(person, AuditEntry.Did.ADDED, "failed_sign_in", [["failed", "", str(after)]])


def _noted_at(count: int) -> int:
    """Return the last number of failures up to `count` at which they are noted; 0: none yet."""
    reached, step = 0, _FIRST
    while step <= count:
        reached, step = step, step * _FACTOR
    return reached


def _as_person(person: Person, address: str) -> Acting:
    tenants = frozenset(tenant for tenant in person.audit_tenants() if tenant is not None)
    return Acting(Kind.PERSON, person.email, address or acting().address, person.is_operator, tenants)
