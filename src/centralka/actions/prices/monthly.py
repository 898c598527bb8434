"""A fee for each account on the first of each month: each month once, as far as the company's money reaches."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import Q

from centralka.calls.fees import month_of
from centralka.store import money
from centralka.store.models import LedgerEntry, SipAccount

from .booking import book_fee, fee_zone

_FREE = Q(tenant__price_list=None) | Q(tenant__price_list__account_monthly=0)
_NEVER = Q(charged_month="")


def charge_due_fees(tenant_id: int, now: datetime) -> None:
    """Book the fees that a company owes, as far as its money reaches: at once when money came in."""
    for account_id in accounts_with_fees_due(now, tenant_id=tenant_id):
        if not charge_fees_of(account_id, now):
            return


def pass_free_months(now: datetime) -> None:
    """Note the month as charged for accounts that pay nothing, or are older than fees: they never owe for it."""
    month = month_of(now, fee_zone())
    passing = SipAccount.objects.filter(_FREE & Q(charged_month__lt=month) | _NEVER).values("pk")
    SipAccount.objects.filter(pk__in=passing).update(charged_month=month)


def accounts_with_fees_due(now: datetime, *, tenant_id: int | None = None) -> list[int]:
    """Return the ids of the accounts that owe for a month that has begun, company by company."""
    owing = SipAccount.objects.filter(charged_month__lt=month_of(now, fee_zone())).exclude(_FREE | _NEVER)
    if tenant_id is not None:
        owing = owing.filter(tenant=tenant_id)
    return list(owing.order_by("tenant_id", "extension_number").values_list("pk", flat=True))


def charge_fees_of(account_id: int, now: datetime) -> bool:
    """Book each month that an account owes, the oldest first. Returns False if the money did not reach for all of them.

    Each month is booked in a transaction with the note that it is: though a worker dies or two run, it is charged once.
    """
    try:
        while _charge_oldest_month(account_id, now):
            pass
    except money.NotEnoughMoney:
        return False
    return True


def _charge_oldest_month(account_id: int, now: datetime) -> bool:
    """Charge the oldest month that is owed. Returns whether more are owed."""
    with transaction.atomic():
        tenant_id = SipAccount.objects.filter(pk=account_id).values_list("tenant_id", flat=True).first()
        if tenant_id is None:
            return False
        money.lock(tenant_id)
        account = SipAccount.objects.select_related("tenant__price_list").filter(pk=account_id).first()
        if account is None or not account.charged_month:
            return False
        owed, current = _month_after(account.charged_month), month_of(now, fee_zone())
        if owed > current:
            return False
        prices = account.tenant.price_list
        book_fee(account, LedgerEntry.Kind.MONTHLY, prices.account_monthly if prices else Decimal(0), owed, now)
        SipAccount.objects.filter(pk=account_id).update(charged_month=owed)
        return owed < current


def _month_after(month: str) -> str:
    return f"{date.fromisoformat(f'{month}-01') + timedelta(days=31):%Y-%m}"
