"""Events for companies' programs: queued once, tried again after longer and longer pauses, given up after a day."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F

from .models import Tenant, WebhookDelivery
from .statements import moment, rows_of
from .tries import is_due, pause_after

LEASE = timedelta(minutes=3)
"""The time for which a claim lasts: longer than any try takes."""
PAUSES = tuple(timedelta(seconds=seconds) for seconds in (10, 30, 60, 300, 900, 1800, 3600))
"""The pauses between one try and the next; the last pause is repeated."""
MOST_TRIES = 30
"""About a day. Tries are counted, so an installation that was switched off loses nothing."""
_NEVER_SO_LATE = 2 * PAUSES[-1]
# The state is written out, as in the index of the events that wait.
_DUE = """
SELECT id, tenant_id FROM webhook_delivery WHERE state = 'queued' AND (next_at <= %s OR next_at > %s)
ORDER BY next_at, id LIMIT %s
"""
_ANSWER_LENGTH = 100


def queue_event(tenant: Tenant, event: str, data: Mapping[str, Any], key: str, now: datetime) -> None:
    """Queue an event, once for each `key`; nothing if the company has no address for it."""
    if tenant.webhook:
        WebhookDelivery.objects.bulk_create([_written(tenant, event, data, key, now)], ignore_conflicts=True)


def keep_claimed(tenant: Tenant, event: str, key: str, now: datetime) -> WebhookDelivery:
    """Write an event that its caller is about to send; the worker leaves it alone for as long as a claim."""
    row = _written(tenant, event, {}, key, now)
    row.attempts, row.next_at = 1, now + LEASE
    row.save()
    return row


def _written(tenant: Tenant, event: str, data: Mapping[str, Any], key: str, now: datetime) -> WebhookDelivery:
    told = {"id": key, "event": event, "company": tenant.slug, "at": now.isoformat(), **data}
    body = json.dumps(told, ensure_ascii=False)
    return WebhookDelivery(
        tenant=tenant, key=key, event=event, body=body, address=tenant.webhook, next_at=now, created_at=now
    )


def claim_due(now: datetime, limit: int) -> list[WebhookDelivery]:
    """Take events that are due for one try, which is counted; one of each company, so that none holds others up."""
    due = rows_of(_DUE, [moment(now), moment(now + _NEVER_SO_LATE), 50 * limit])
    first = {tenant: found for found, tenant in reversed(due)}
    return [row for pk in list(first.values())[:limit] if (row := _claim(pk, now)) is not None]


def _claim(delivery_id: int, now: datetime) -> WebhookDelivery | None:
    mine = WebhookDelivery.objects.filter(
        is_due(now, _NEVER_SO_LATE), pk=delivery_id, state=WebhookDelivery.State.QUEUED
    )
    if not mine.update(attempts=F("attempts") + 1, next_at=now + LEASE):
        return None
    return WebhookDelivery.objects.select_related("tenant").filter(pk=delivery_id).first()


def delivered(delivery: WebhookDelivery, answer: str, now: datetime) -> None:
    """Note that the receiver has it."""
    state, answer = WebhookDelivery.State.DELIVERED, answer[:_ANSWER_LENGTH]
    WebhookDelivery.objects.filter(pk=delivery.pk).update(state=state, answer=answer, delivered_at=now)


def not_delivered(delivery: WebhookDelivery, why: str, now: datetime, *, for_ever: bool = False) -> None:
    """Note that it was not taken this time. It is tried again, unless that is of no use, or was done often enough."""
    given_up = for_ever or delivery.attempts >= MOST_TRIES
    state = WebhookDelivery.State.FAILED if given_up else WebhookDelivery.State.QUEUED
    WebhookDelivery.objects.filter(pk=delivery.pk, attempts=delivery.attempts).update(
        state=state, answer=why[:_ANSWER_LENGTH], next_at=now + pause_after(delivery.attempts, PAUSES)
    )
