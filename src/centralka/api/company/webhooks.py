"""`/webhook-deliveries`: what the company's program was told, and what it answered."""

from typing import Annotated, Any

from ninja import Query, Router
from pydantic import BaseModel, Field

from centralka.actions.webhooks import deliveries, renew_secret, try_webhook
from centralka.store.models import WebhookDelivery

from ..http.auth import TenantRequest, tenant_token
from ..http.fields import Asked, At
from ..http.openapi import CONFLICT
from ..http.pages import AskedPage, page_of

router = Router(tags=["Company"], auth=tenant_token)
_REFUSED: dict[str, Any] = {"responses": {422: {"$ref": "#/components/responses/Problem422"}}}
"""Without an address there is nothing to send to, and no secret."""
DeliveryState = Annotated[str, Field(json_schema_extra={"enum": list(WebhookDelivery.State.values)})]


class DeliveryOut(BaseModel):
    """One event."""

    id: int
    key: str = Field(description="The `id` in the event.", examples=["monitoring:17"])
    event: str = Field(examples=["account.gone"])
    state: DeliveryState = Field(description="`queued`: waiting, or to be tried again; `failed`: given up.")
    attempts: int
    answer: str = Field(description="What came of the last try; empty: it was not tried yet.", examples=["HTTP 200"])
    created_at: At
    delivered_at: At | None


class DeliveryPage(BaseModel):
    """One page of deliveries, newest first."""

    items: list[DeliveryOut]
    next: str | None


class SecretOut(BaseModel):
    """The new secret."""

    webhook_secret: str
    version: int = Field(description="Of the company's settings, as at `/tenant`.")


class AskedSecret(Asked):
    """What the caller has read before."""

    version: int | None = Field(
        None,
        description="The version that was read at `/tenant`. If somebody saved since: 409 `changed-meanwhile`.",
        examples=[1],
    )


@router.get(
    "/webhook-deliveries", response=DeliveryPage, summary="List deliveries", operation_id="list_webhook_deliveries"
)
def list_deliveries(request: TenantRequest, asked: Query[AskedPage]) -> DeliveryPage:
    """Events for the company's `webhook`, newest first. For a manager's token."""
    rows, following = page_of(deliveries(request.auth), asked)
    return DeliveryPage(items=[_out(row) for row in rows], next=following)


@router.post(
    "/webhook-test",
    response=DeliveryOut,
    summary="Send a test",
    operation_id="test_webhook",
    openapi_extra=_REFUSED,
)
def test(request: TenantRequest) -> DeliveryOut:
    """Send the event `test` at once, and answer with what came of it: `delivered`, or `failed`. It is not repeated."""
    return _out(try_webhook(request.auth))


@router.post(
    "/webhook-secret",
    response=SecretOut,
    summary="Renew the secret",
    operation_id="renew_webhook_secret",
    openapi_extra={"responses": _REFUSED["responses"] | CONFLICT["responses"]},
)
def renew(request: TenantRequest, asked: Query[AskedSecret]) -> SecretOut:
    """Make a new secret. Everything is signed with it from now on, what waits to be tried again, too."""
    tenant = renew_secret(request.auth, version=asked.version)
    return SecretOut(webhook_secret=tenant.webhook_secret, version=tenant.version)


def _out(row: WebhookDelivery) -> DeliveryOut:
    return DeliveryOut(
        id=row.pk,
        key=row.key,
        event=row.event,
        state=row.state,
        attempts=row.attempts,
        answer=row.answer,
        created_at=row.created_at,
        delivered_at=row.delivered_at,
    )
