"""`/operator/blocks` and `/operator/never-blocked`: who gets no answer at the edge, and who always gets one."""

from datetime import datetime
from typing import Annotated

from ninja import Query, Router, Status
from pydantic import BaseModel, Field

from centralka.actions import strangers as actions
from centralka.store.models import BlockedStranger, NeverBlocked

from ..http.auth import OperatorRequest, operator_token
from ..http.fields import Body, Text
from ..http.openapi import CONFLICT, MISSING
from ..http.pages import AskedPage, page_of

router = Router(tags=["Operator"], auth=operator_token)


class BlockOut(BaseModel):
    """An address or an account that is blocked now."""

    id: int
    kind: str = Field(description="`address` or `account`.", examples=["address"])
    whom: str = Field(
        description="The address (of IPv6 its whole network, /64), or the login of the account.",
        examples=["203.0.113.9"],
    )
    why: str = Field(
        description="`passwords`: too many wrong ones; `flood`: too many messages; `scan`: it asks and never logs in.",
        examples=["passwords"],
    )
    until: datetime


class BlockPage(BaseModel):
    """One page of blocks, those that last longest first."""

    items: list[BlockOut]
    next: str | None


class NewNeverBlocked(Body):
    """A network to spare."""

    network: Text = Field(description="In CIDR notation, or one address.", examples=["203.0.113.0/24"])
    note: Annotated[Text, Field(description="For people, at most 100 characters.", examples=["Office"])] = ""


class NeverBlockedOut(BaseModel):
    """A network whose addresses are never blocked."""

    id: int
    network: str = Field(examples=["203.0.113.0/24"])
    note: str
    created_at: datetime


class NeverBlockedPage(BaseModel):
    """One page of networks."""

    items: list[NeverBlockedOut]
    next: str | None


@router.get("/blocks", response=BlockPage, summary="List blocks", operation_id="list_blocks")
def list_blocks(request: OperatorRequest, asked: Query[AskedPage]) -> BlockPage:
    """Whom the edge does not answer now, as it was a second ago."""
    rows, following = page_of(actions.blocked(request.auth), asked)
    return BlockPage(items=[_block(row) for row in rows], next=following)


@router.delete(
    "/blocks/{int:block_id}",
    response={204: None},
    summary="Lift a block",
    operation_id="lift_block",
    openapi_extra=MISSING,
)
def lift_block(request: OperatorRequest, block_id: int) -> Status[None]:
    """The edge obeys within a second, and the next block of the same address or account is a short one again."""
    actions.lift(request.auth, block_id)
    return Status(204, None)


@router.get(
    "/never-blocked", response=NeverBlockedPage, summary="List spared networks", operation_id="list_never_blocked"
)
def list_never_blocked(request: OperatorRequest, asked: Query[AskedPage]) -> NeverBlockedPage:
    """Networks whose addresses are never blocked. Those of carriers never are, and need no entry."""
    rows, following = page_of(actions.never_blocked(request.auth), asked)
    return NeverBlockedPage(items=[_network(row) for row in rows], next=following)


@router.post(
    "/never-blocked",
    response={201: NeverBlockedOut},
    summary="Spare a network",
    operation_id="add_never_blocked",
    openapi_extra=CONFLICT,
)
def add_never_blocked(request: OperatorRequest, wanted: NewNeverBlocked) -> Status[NeverBlockedOut]:
    """Counts at once; blocks of its addresses are lifted. 409 when it is in the list."""
    return Status(201, _network(actions.add_never_blocked(request.auth, wanted.network, wanted.note)))


@router.delete(
    "/never-blocked/{int:network_id}",
    response={204: None},
    summary="Spare a network no longer",
    operation_id="remove_never_blocked",
    openapi_extra=MISSING,
)
def remove_never_blocked(request: OperatorRequest, network_id: int) -> Status[None]:
    """Its addresses can be blocked again."""
    actions.remove_never_blocked(request.auth, network_id)
    return Status(204, None)


def _block(row: BlockedStranger) -> BlockOut:
    return BlockOut(id=row.pk, kind=row.kind, whom=row.whom, why=row.why, until=row.until)


def _network(row: NeverBlocked) -> NeverBlockedOut:
    return NeverBlockedOut(id=row.pk, network=row.network, note=row.note, created_at=row.created_at)
