"""Remove what was kept long enough, some rows at a time: calls and pages meanwhile wait for nothing.

Bookings and consents are never removed: the law wants them kept, and balances are their sum.
"""

from datetime import datetime
from typing import Any

from django.contrib.sessions.models import Session
from django.db.models import Exists, Model, OuterRef, QuerySet

from centralka.sms.states import OPEN

from .fraud import forget_old
from .models import (
    AuditEntry,
    CallRecord,
    Fax,
    FaxDocument,
    FraudStop,
    Mail,
    PanelSession,
    SentFax,
    Sms,
    Tenant,
    VoicemailMessage,
    WebhookDelivery,
)
from .voicemail import order_delete

AT_ONCE = 200
"""Rows in one transaction."""


def forget_calls(before: datetime) -> int:
    """Remove records of calls that ended, and began before. Returns how many; `AT_ONCE`: there may be more."""
    old = CallRecord.objects.filter(started_at__lt=before, ended_at__isnull=False)
    return _removed_by_company(old.order_by("started_at", "id"))


def forget_sms(before: datetime) -> int:
    """Remove text messages from before, but for those that a gateway is still to take: their money is put aside."""
    old = Sms.objects.filter(created_at__lt=before).exclude(state__in=OPEN)
    return _removed_by_company(old.order_by("created_at", "id"))


def forget_messages(before: datetime, now: datetime) -> int:
    """Delete voice messages that were left before, as their owners do it: the engine removes the recordings."""
    old = VoicemailMessage.objects.filter(received_at__lt=before, deleted_at=None).order_by("pk")
    found = list(old.values_list("pk", flat=True)[:AT_ONCE])
    for message in found:
        order_delete(message, now)
    return len(found)


def forget_faxes(before: datetime) -> int:
    """Delete faxes that came before."""
    return _removed(Fax.objects.filter(received_at__lt=before).order_by("pk"))


def forget_sent_faxes(before: datetime) -> int:
    """Delete faxes that were sent before, and are over; their documents go as unsent ones do."""
    old = SentFax.objects.filter(created_at__lt=before, ended_at__isnull=False)
    return _removed(old.order_by("pk"))


def forget_documents(before: datetime) -> int:
    """Delete documents that were uploaded before, and are not on record as sent."""
    return _removed(FaxDocument.objects.filter(created_at__lt=before, sent=None).order_by("pk"))


def forget_mails(before: datetime) -> int:
    """Remove mails and events from the delivery logs that were queued before and do not wait any more."""
    queued = WebhookDelivery.State.QUEUED
    left = AT_ONCE - _removed(
        Mail.objects.filter(created_at__lt=before).exclude(state=Mail.State.QUEUED).order_by("pk")
    )
    events = WebhookDelivery.objects.filter(created_at__lt=before).exclude(state=queued).order_by("pk")
    return AT_ONCE - left + _removed(events, left)


def forget_audit(before: datetime, now: datetime) -> int:
    """Remove the audit log from before, stops against fraud that were lifted before, and what was only counted for the
    rules."""
    forget_old(now)
    left = AT_ONCE - _removed(AuditEntry.objects.filter(at__lt=before).order_by("at", "id"))
    return AT_ONCE - left + _removed(FraudStop.objects.filter(lifted_at__lt=before).order_by("pk"), left)


def forget_sessions(before: datetime) -> int:
    """Remove from where people were signed in by sessions that began before and are over."""
    goes_on = Session.objects.filter(session_key=OuterRef("session_key"))
    return _removed(PanelSession.objects.filter(~Exists(goes_on), began_at__lt=before).order_by("pk"))


def _removed_by_company(old: "QuerySet[Any]") -> int:
    """Remove rows of companies, company by company: that is what their indexes begin with."""
    left = AT_ONCE
    for tenant in Tenant.objects.order_by("pk").values_list("pk", flat=True):
        if left:
            left -= _removed(old.filter(tenant=tenant), left)
    return AT_ONCE - left


def _removed(old: "QuerySet[Model]", most: int = AT_ONCE) -> int:
    found = list(old.values_list("pk", flat=True)[:most])
    if found:
        old.model._default_manager.filter(pk__in=found).delete()
    return len(found)
