"""List the events that a company's program was told, and make the secret by which it knows that we told them."""

import secrets

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from centralka.gateways.webhooks import deliver
from centralka.store.models import Role, Tenant, WebhookDelivery
from centralka.store.turns import in_turn
from centralka.store.webhooks import delivered, keep_claimed, not_delivered

from .actor import Actor
from .errors import InvalidInput, Problem, require_unchanged


def deliveries(actor: Actor) -> QuerySet[WebhookDelivery]:
    """Return the company's deliveries, newest first."""
    actor.require(Role.MANAGER)
    return WebhookDelivery.objects.filter(tenant=actor.tenant).order_by("-created_at", "-id")


def give_secret(tenant: Tenant) -> bool:
    """Give a company its secret when it first sets an address; it stays. True: it is new, not saved yet."""
    if not tenant.webhook or tenant.webhook_secret:
        return False
    tenant.webhook_secret = _new_secret()
    return True


@in_turn
def renew_secret(actor: Actor, *, version: int | None = None) -> Tenant:
    """Make a new secret; from now on everything is signed with it. Raises `InvalidInput` where no address was set.

    `version`: the company's version that was read before; `ChangedMeanwhile` if somebody saved since.
    """
    actor.require(Role.MANAGER)
    actor.require_unblocked()
    actor.tenant.refresh_from_db()  # it was read at the door
    _require(bool(actor.tenant.webhook_secret))
    require_unchanged(actor.tenant, version)
    actor.tenant.webhook_secret = _new_secret()
    actor.tenant.version += 1
    actor.tenant.save(update_fields=["webhook_secret", "version"])
    return actor.tenant


def try_webhook(actor: Actor) -> WebhookDelivery:
    """Send the event `test` at once, once, and return what came of it. Raises `InvalidInput` without an address."""
    actor.require(Role.MANAGER)
    actor.require_unblocked()
    _require(bool(actor.tenant.webhook))
    now = timezone.now()
    row = keep_claimed(actor.tenant, "test", f"test:{secrets.token_hex(12)}", now)
    tried = deliver(row.address, row.body, row.key, actor.tenant.webhook_secret, now)
    if tried.taken:
        delivered(row, tried.answer, timezone.now())
    else:
        not_delivered(row, tried.answer, timezone.now(), for_ever=True)
    row.refresh_from_db()
    return row


def _require(is_set: bool) -> None:
    if not is_set:
        raise InvalidInput({"webhook": [Problem("required", _("Save the address of your program first."))]})


def _new_secret() -> str:
    return secrets.token_urlsafe(32)
