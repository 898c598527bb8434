"""Companies whose money comes to its end: told when it falls below what they say, and when calls are refused."""

from datetime import datetime, timedelta

from django.db import transaction

from . import money
from .mail import queue_low_balance, queue_no_money
from .models import Tenant

_LATE = timedelta(days=1)
"""A record that is written so late, since the journal was read again, is nothing to tell."""


def look_at_balances(now: datetime) -> None:
    """Tell each company of which less is left than it says, once until there is more again."""
    watched = Tenant.objects.filter(low_balance__isnull=False, closed_at=None)
    for tenant in watched:
        low = tenant.low_balance is not None and tenant.balance + tenant.credit_limit < tenant.low_balance
        if low is not tenant.low_balance_told:
            _change(tenant.pk, now)


def _change(tenant_id: int, now: datetime) -> None:
    """Tell, or be ready to tell again, under the company's lock: its balance may just have changed."""
    with transaction.atomic():
        tenant = money.lock(tenant_id)
        if tenant.low_balance is None:
            return
        left = tenant.balance + tenant.credit_limit
        low = left < tenant.low_balance
        if low and not tenant.low_balance_told:
            queue_low_balance(tenant, {"left": str(left), "limit": str(tenant.low_balance)}, now)
        Tenant.objects.filter(pk=tenant_id).update(low_balance_told=low)


def tell_of_refusal(tenant_id: int, number: str, at: datetime, now: datetime) -> None:
    """Tell a company that a call to this number was refused at `at`, since its money did not reach."""
    tenant = Tenant.objects.filter(pk=tenant_id).first()
    if tenant is None or now - at > _LATE:
        return
    queue_no_money(tenant, {"number": number, "left": str(money.funds(tenant_id).available)}, now)
