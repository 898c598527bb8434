"""Recipients who want no more messages of the company: kept by their own answer, lifted by hand."""

from django.db import transaction
from django.db.models import QuerySet

from centralka.store.models import AuditEntry, Role, SmsStop
from centralka.store.models.audited import note

from ..actor import Actor
from ..errors import NotFound


def stops(actor: Actor) -> QuerySet[SmsStop]:
    """Return the recipients on the list, newest first."""
    actor.require(Role.MANAGER)
    return actor.tenant.sms_stops.order_by("-at", "-id")


def stop(actor: Actor, stop_id: int) -> SmsStop:
    """Return one of the list. Raises `NotFound`."""
    found = stops(actor).filter(pk=stop_id).first() if 0 < stop_id < 2**63 else None
    if found is None:
        raise NotFound
    return found


def lift_stop(actor: Actor, stop_id: int) -> SmsStop:
    """Take a number off the list, e.g. because its owner asked for messages again. Raises `NotFound`."""
    found = stop(actor, stop_id)
    with transaction.atomic():
        SmsStop.objects.filter(pk=found.pk).delete()
        note(AuditEntry.Did.REMOVED, "sms_stop", found.number, actor.tenant.pk, pk=found.pk)
    return found
