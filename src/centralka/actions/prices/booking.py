"""Fees in the ledger."""

from datetime import datetime, tzinfo
from decimal import Decimal

from django.utils import timezone

from centralka.store import money
from centralka.store.models import LedgerEntry, SipAccount


def book_fee(
    account: SipAccount, kind: LedgerEntry.Kind, net: Decimal, month: str, now: datetime, *, by: str = ""
) -> None:
    """Book a fee of one account; `month` is told of a monthly one.

    A booking of nothing would only fill the ledger, so there is none; the consent tells that it was free.
    """
    if net == 0:
        return
    monthly = kind == LedgerEntry.Kind.MONTHLY
    details = {"extension": account.extension, "name": account.name, "sip_account": account.pk}
    money.book(
        account.tenant_id,
        key=f"{kind}:{account.pk}:{month}" if monthly else f"{kind}:{account.pk}",
        kind=kind,
        net=-net,
        at=now,
        details=details | ({"month": month} if monthly else {}),
        by=by,
    )


def fee_zone() -> tzinfo:
    """Months begin when they do at the installation."""
    return timezone.get_default_timezone()
