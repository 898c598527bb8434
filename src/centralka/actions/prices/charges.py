"""What SIP accounts cost: shown before they are made, agreed to, charged once; then a fee on the first of each month.

Fees go by the company's price list as it is when they are booked. A company without one pays nothing and is asked
nothing; with one it is asked even when everything costs 0,00.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal
from typing import Literal

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from centralka.calls.fees import month_of, pro_rata
from centralka.calls.tariffs import gross
from centralka.store import money
from centralka.store.models import Consent, Installation, LedgerEntry, PriceList, SipAccount, Tenant

from ..actor import Actor
from ..errors import ActionError

_FREE = Q(tenant__price_list=None) | Q(tenant__price_list__account_monthly=0)
_NEVER = Q(charged_month="")
_ADDRESS_MAX = 45
"""The longest IPv6 address; a proxy can name a longer one."""


@dataclass(frozen=True, slots=True)
class Charge:
    """One line of what an account will cost."""

    kind: Literal["activation", "monthly"]
    net: Decimal
    """PLN: once, or for each whole month."""
    gross: Decimal
    vat_percent: Decimal
    first_month_net: Decimal | None = None
    """PLN for the rest of this month, charged at once; None: a charge of one time."""

    @property
    def due_now(self) -> Decimal:
        """PLN net that is charged when the account is made."""
        return self.net if self.first_month_net is None else self.first_month_net

    @property
    def first_month_gross(self) -> Decimal | None:
        return None if self.first_month_net is None else gross(self.first_month_net, self.vat_percent)


@dataclass(frozen=True, slots=True)
class Agreement:
    """Somebody has agreed to be charged."""

    address: str = ""
    """The IP address that they agreed from; "" at the command line."""
    prices: str = ""
    """`fingerprint` of the charges that they saw; if they changed meanwhile, we ask again. "": whatever it costs."""


class ConsentNeeded(ActionError):
    """It costs something, and nobody has agreed to that yet."""

    def __init__(self, charges: Sequence[Charge]) -> None:
        self.charges = list(charges)
        super().__init__("consent needed")


class TooLittleMoney(ActionError):
    """It costs more than can be spent. `available`: PLN net."""

    def __init__(self, charges: Sequence[Charge], available: Decimal) -> None:
        self.charges = list(charges)
        self.available = available
        super().__init__(f"{available} PLN are available")


def charges_for_new_account(tenant: Tenant, now: datetime) -> list[Charge]:
    """What a further SIP account costs the company; empty: it has no price list, and nothing costs anything."""
    prices = PriceList.objects.filter(tenants=tenant).first()
    if prices is None:
        return []
    vat = vat_percent()
    monthly = prices.account_monthly
    today = now.astimezone(_zone()).date()
    return [
        Charge("activation", prices.account_activation, gross(prices.account_activation, vat), vat),
        Charge("monthly", monthly, gross(monthly, vat), vat, pro_rata(monthly, today)),
    ]


def due_now(charges: Sequence[Charge]) -> Decimal:
    """PLN net that all of them take at once."""
    return sum((charge.due_now for charge in charges), Decimal(0))


def fingerprint(charges: Sequence[Charge]) -> str:
    """The prices in one word, for a form that is shown now and sent back later."""
    return " ".join(f"{charge.kind}:{charge.net}:{charge.due_now}:{charge.vat_percent}" for charge in charges)


def vat_percent() -> Decimal:
    """The rate by which prices are shown gross: `Decimal(23)` is 23 %."""
    return (Installation.objects.filter(pk=1).first() or Installation()).vat_percent


def require_agreement(tenant: Tenant, charges: Sequence[Charge], agreement: Agreement | None) -> None:
    """Raise `ConsentNeeded` or `TooLittleMoney` unless the charges can be booked. The company is locked."""
    if not charges:
        return
    if agreement is None or (agreement.prices and agreement.prices != fingerprint(charges)):
        raise ConsentNeeded(charges)
    available = money.funds(tenant.pk).available
    if (needed := due_now(charges)) and needed > available:
        raise TooLittleMoney(charges, available)


def charge_new_account(
    actor: Actor, account: SipAccount, charges: Sequence[Charge], agreement: Agreement | None, now: datetime
) -> None:
    """Keep the consent and book what is due at once, in the transaction that makes the account.

    From then on the worker charges each month that begins, whatever the first one cost.
    """
    month = month_of(now, _zone())
    SipAccount.objects.filter(pk=account.pk).update(charged_month=month)
    account.charged_month = month
    if agreement is None:
        return
    if charges:
        Consent.objects.create(
            tenant=actor.tenant,
            person=actor.person,
            who=actor.who,
            address=agreement.address[:_ADDRESS_MAX],
            at=now,
            subject=f"sip-account:{account.pk}",
            charges=[_as_agreed(charge) for charge in charges],
        )
    for charge in charges:
        _book(account, LedgerEntry.Kind(charge.kind), charge.due_now, month, now, by=actor.who)


def charge_due_fees(tenant_id: int, now: datetime) -> None:
    """The fees that a company owes, as far as its money reaches: at once when money came in."""
    for account_id in accounts_with_fees_due(now, tenant_id=tenant_id):
        if not charge_fees_of(account_id, now):
            return


def pass_free_months(now: datetime) -> None:
    """Accounts that pay nothing this month, or were made before there were fees, owe nothing for it later either."""
    month = month_of(now, _zone())
    passing = SipAccount.objects.filter(_FREE & Q(charged_month__lt=month) | _NEVER).values("pk")
    SipAccount.objects.filter(pk__in=passing).update(charged_month=month)


def accounts_with_fees_due(now: datetime, *, tenant_id: int | None = None) -> list[int]:
    """Ids of the accounts that owe for a month that has begun, company by company."""
    owing = SipAccount.objects.filter(charged_month__lt=month_of(now, _zone())).exclude(_FREE | _NEVER)
    if tenant_id is not None:
        owing = owing.filter(tenant=tenant_id)
    return list(owing.order_by("tenant_id", "extension_number").values_list("pk", flat=True))


def charge_fees_of(account_id: int, now: datetime) -> bool:
    """Book each month that an account owes, the oldest first; False if the money did not reach for all of them.

    Each month is booked in a transaction with the note that it is: whoever dies or runs twice, it is charged once.
    """
    try:
        while _charge_oldest_month(account_id, now):
            pass
    except money.NotEnoughMoney:
        return False
    return True


def _charge_oldest_month(account_id: int, now: datetime) -> bool:
    """Whether there are more."""
    with transaction.atomic():
        tenant_id = SipAccount.objects.filter(pk=account_id).values_list("tenant_id", flat=True).first()
        if tenant_id is None:
            return False
        money.lock(tenant_id)
        account = SipAccount.objects.select_related("tenant__price_list").filter(pk=account_id).first()
        if account is None or not account.charged_month:
            return False
        owed, current = _month_after(account.charged_month), month_of(now, _zone())
        if owed > current:
            return False
        prices = account.tenant.price_list
        _book(account, LedgerEntry.Kind.MONTHLY, prices.account_monthly if prices else Decimal(0), owed, now)
        SipAccount.objects.filter(pk=account_id).update(charged_month=owed)
        return owed < current


def _month_after(month: str) -> str:
    return f"{date.fromisoformat(f'{month}-01') + timedelta(days=31):%Y-%m}"


def _book(
    account: SipAccount, kind: LedgerEntry.Kind, net: Decimal, month: str, now: datetime, *, by: str = ""
) -> None:
    """A booking of nothing would only fill the ledger, so there is none; the consent tells that it was free."""
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


def _as_agreed(charge: Charge) -> dict[str, str | None]:
    first = charge.first_month_net
    return {
        "kind": charge.kind,
        "net": str(charge.net),
        "gross": str(charge.gross),
        "vat_percent": str(charge.vat_percent),
        "first_month_net": None if first is None else str(first),
    }


def _zone() -> tzinfo:
    """Months begin when they do at the installation."""
    return timezone.get_default_timezone()
