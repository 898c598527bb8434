"""Tell whether new calls are refused because the exchange is about to be stopped, and how many still run."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from centralka.draining import draining_since
from centralka.store.models import CallRecord


@dataclass(frozen=True, slots=True)
class Draining:
    """No new calls are taken on this machine, but for emergency calls."""

    since: datetime
    running_calls: int


def draining() -> Draining | None:
    """Return what is known of it; None: calls are taken."""
    since = draining_since(settings.HOME)
    return Draining(since, running_calls()) if since else None


def running_calls() -> int:
    """Count the calls on record that run on this machine's engine."""
    return CallRecord.objects.filter(node=settings.NODE, ended_at__isnull=True).count()
