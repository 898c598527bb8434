"""Fees of SIP accounts: shown before the accounts are made, agreed to, charged once.

Fees go by the company's price list as it is when they are booked. A company without one pays nothing and is asked
nothing; with one it is asked even when everything costs 0,00.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal

from centralka.calls.fees import month_of, pro_rata
from centralka.calls.tariffs import gross
from centralka.store import money
from centralka.store.models import Consent, LedgerEntry, PriceList, SipAccount, Tenant

from ..actor import Actor
from ..errors import ActionError
from .booking import book_fee, fee_zone
from .vat import vat_percent

_ADDRESS_MAX = 45
"""Characters of the longest IPv6 address; a proxy can name something longer."""


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
        """Return the PLN net that is charged when the account is made."""
        return self.net if self.first_month_net is None else self.first_month_net

    @property
    def first_month_gross(self) -> Decimal | None:
        return None if self.first_month_net is None else gross(self.first_month_net, self.vat_percent)


@dataclass(frozen=True, slots=True)
class Agreement:
    """That a person, or a program, has agreed to be charged."""

    address: str = ""
    """The IP address that they agreed from; "" at the command line."""
    prices: str = ""
    """`fingerprint` of the charges that they saw; if they changed meanwhile, we ask again. "": whatever it costs."""


class ConsentNeeded(ActionError):
    """The account costs something, and nobody has agreed to that yet."""

    def __init__(self, charges: Sequence[Charge]) -> None:
        self.charges = list(charges)
        super().__init__("consent needed")


class TooLittleMoney(ActionError):
    """The account costs more than the company can spend. `available`: PLN net."""

    def __init__(self, charges: Sequence[Charge], available: Decimal) -> None:
        self.charges = list(charges)
        self.available = available
        super().__init__(f"{available} PLN are available")


def charges_for_new_account(tenant: Tenant, now: datetime) -> list[Charge]:
    """List what a further SIP account costs the company; empty: it has no price list, and nothing costs anything."""
    prices = PriceList.objects.filter(tenants=tenant).first()
    if prices is None:
        return []
    vat = vat_percent()
    monthly = prices.account_monthly
    today = now.astimezone(fee_zone()).date()
    return [
        Charge("activation", prices.account_activation, gross(prices.account_activation, vat), vat),
        Charge("monthly", monthly, gross(monthly, vat), vat, pro_rata(monthly, today)),
    ]


def due_now(charges: Sequence[Charge]) -> Decimal:
    """Sum the PLN net that all the charges take at once."""
    return sum((charge.due_now for charge in charges), Decimal(0))


def fingerprint(charges: Sequence[Charge]) -> str:
    """Put the prices into one word, for a form that is shown now and sent back later."""
    return " ".join(f"{charge.kind}:{charge.net}:{charge.due_now}:{charge.vat_percent}" for charge in charges)


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
    month = month_of(now, fee_zone())
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
        book_fee(account, LedgerEntry.Kind(charge.kind), charge.due_now, month, now, by=actor.who)


def _as_agreed(charge: Charge) -> dict[str, str | None]:
    first = charge.first_month_net
    return {
        "kind": charge.kind,
        "net": str(charge.net),
        "gross": str(charge.gross),
        "vat_percent": str(charge.vat_percent),
        "first_month_net": None if first is None else str(first),
    }
