"""What a company's program was told, and the secret by which it knows that we told it."""

import secrets

from django.db.models import QuerySet

from centralka.store.models import Role, Tenant, WebhookDelivery

from .actor import Actor


def deliveries(actor: Actor) -> QuerySet[WebhookDelivery]:
    """Return the company's deliveries, newest first."""
    actor.require(Role.MANAGER)
    return WebhookDelivery.objects.filter(tenant=actor.tenant).order_by("-created_at", "-id")


def give_secret(tenant: Tenant) -> bool:
    """Give a company its secret when it first sets an address; it stays. True: it is new, not saved yet."""
    if not tenant.webhook or tenant.webhook_secret:
        return False
    tenant.webhook_secret = secrets.token_urlsafe(32)
    return True
