"""`/sip-accounts/{id}/availability`: how well an account could be reached in the last 30 days."""

from datetime import date

from ninja import Router
from pydantic import BaseModel, Field

from centralka.actions.account import availability as actions

from ..http.auth import TenantRequest, tenant_token
from ..http.fields import At

router = Router(tags=["SIP accounts"], auth=tenant_token)

Share = float | None


class AvailableDay(BaseModel):
    """A day by the installation's clock."""

    day: date
    watched_seconds: int
    gone_seconds: int = Field(description="In how many of these no phone answered.")


class OutageOut(BaseModel):
    """A time in which no phone of the account answered, longer than half a minute."""

    began_at: At
    ended_at: At | None = Field(description="Null: it goes on.")


class AvailabilityOut(BaseModel):
    """As monitoring saw it; all null or empty where the account is not monitored, or was never reachable."""

    watched_since: At | None
    share: Share = Field(description="The part of the watched time in which it could be reached, 0 to 1.")
    days: list[AvailableDay] = Field(description="30, the oldest first.")
    outages: list[OutageOut] = Field(description="The last 100 at most, newest first.")


@router.get(
    "/sip-accounts/{int:account_id}/availability",
    response=AvailabilityOut,
    summary="Read an account's availability",
    operation_id="get_sip_account_availability",
)
def get_availability(request: TenantRequest, account_id: int) -> AvailabilityOut:
    """How well the account could be reached in the last 30 days."""
    found = actions.availability(request.auth, account_id)
    return AvailabilityOut(
        watched_since=found.since,
        share=None if found.share is None else round(found.share, 6),
        days=[AvailableDay(day=one.day, watched_seconds=one.watched, gone_seconds=one.gone) for one in found.days],
        outages=[OutageOut(began_at=began, ended_at=ended) for began, ended in found.outages],
    )
