"""`/ledger`: the bookings on the company's balance."""

from typing import Any

from ninja import Query, Router
from pydantic import BaseModel, Field

from centralka.actions.money import LedgerFilter, ledger
from centralka.store.models import LedgerEntry

from ..http.amounts import Price, told
from ..http.auth import TenantRequest, tenant_token
from ..http.fields import At, Moment
from ..http.pages import AskedPage, page_of

router = Router(tags=["Company"], auth=tenant_token)


class LedgerEntryOut(BaseModel):
    """One booking. It never changes."""

    id: int
    kind: LedgerEntry.Kind
    net: Price = Field(description="PLN net; negative for what the company pays.", examples=["-0.1200"])
    balance_after: Price
    at: At
    details: dict[str, Any] = Field(
        description="What it was for: `note` of a top-up or correction; `extension`, `name`, `sip_account` and `month` "
        "of an account's charges; `number` and `seconds` of a call.",
        examples=[{"extension": "102", "name": "Magazyn", "sip_account": 3, "month": "2026-11"}],
    )


class LedgerPage(BaseModel):
    """One page of bookings, newest first."""

    items: list[LedgerEntryOut]
    next: str | None


class AskedLedger(AskedPage):
    """The choice of bookings in a list."""

    kind: LedgerEntry.Kind | None = None
    since: Moment | None = Field(None, description="Booked then or later.")
    until: Moment | None = Field(None, description="Booked before.")


@router.get("/ledger", response=LedgerPage, summary="List bookings", operation_id="list_ledger")
def list_ledger(request: TenantRequest, asked: Query[AskedLedger]) -> LedgerPage:
    """Everything that changed the balance, newest first. Takes a manager's token: a reader does not see money."""
    wanted = LedgerFilter(kind=asked.kind, since=asked.since, until=asked.until)
    found, following = page_of(ledger(request.auth, wanted), asked)
    return LedgerPage(items=[_out(entry) for entry in found], next=following)


def _out(entry: LedgerEntry) -> LedgerEntryOut:
    return LedgerEntryOut(
        id=entry.pk,
        kind=LedgerEntry.Kind(entry.kind),
        net=told(entry.net),
        balance_after=told(entry.balance_after),
        at=entry.at,
        details=entry.details,
    )
