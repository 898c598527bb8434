"""The operator blocks a company: no calls go out or come in from outside, and its people only look."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from centralka.store.models import Tenant
from centralka.store.turns import in_turn

from ..actor import Operator
from ..errors import ProblemList
from .tenants import locked_customer, tenant

REASON_MAX = 200


@in_turn
def block(operator: Operator, tenant_id: int, reason: str) -> Tenant:
    """Block a company, or tell it another reason; counts from the next call on.

    Calls outside and from outside are refused, but for emergency numbers; colleagues still reach each other, and calls
    that go on end by themselves. Panel and API refuse changes, and tell `reason`. Fees go on.
    """
    reason = " ".join(reason.split())
    problems = ProblemList()
    problems.check(0 < len(reason) <= REASON_MAX, "reason", "length", _("Give a reason of 1 to 200 characters."))
    problems.check(reason.isprintable(), "reason", "bad_characters", _("It must not contain control characters."))
    problems.raise_any()
    with transaction.atomic():
        found = locked_customer(tenant_id)
        found.blocked_at, found.block_reason = found.blocked_at or timezone.now(), reason
        found.save(update_fields=["blocked_at", "block_reason"])
    return tenant(operator, tenant_id)


@in_turn
def unblock(operator: Operator, tenant_id: int) -> Tenant:
    """Let the company call and change things again, from the next call on; nothing where it is not blocked."""
    with transaction.atomic():
        found = locked_customer(tenant_id)
        found.blocked_at, found.block_reason = None, ""
        found.save(update_fields=["blocked_at", "block_reason"])
    return tenant(operator, tenant_id)
