"""`/operator/price-lists/{id}/revisions`: what held, what holds, what will."""

from typing import Annotated, Any

from django.http import HttpResponse
from ninja import Query, Router, Status
from pydantic import BaseModel, Field

from centralka.actions.prices import revisions as actions
from centralka.actions.prices.rows import revision as revision_of
from centralka.store.models import PriceListRevision

from ..http.auth import OperatorRequest, operator_token
from ..http.fields import At
from ..http.openapi import CONFLICT
from ..http.pages import AskedPage, page_of

router = Router(tags=["Operator"], auth=operator_token)

_CSV: dict[str, Any] = {
    "responses": {
        200: {"description": "The file.", "content": {"text/csv": {"schema": {"type": "string", "format": "binary"}}}}
    }
}


RevisionState = Annotated[str, Field(json_schema_extra={"enum": list(PriceListRevision.State.values)})]


class RevisionOut(BaseModel):
    """All prices of calls that a list has from one moment on."""

    id: int
    state: RevisionState = Field(description="`loading`: DELETE cancels it; `ready`: all of it is there.")
    holds: bool = Field(description="Whether calls that begin now are charged by it.")
    holds_from: At | None = Field(description="Null while it is loaded.")
    wanted_from: At | None = Field(description="From when it is to hold; null: as soon as it is loaded.")
    prices: int = Field(description="How many prefixes it has.")
    loaded: int = Field(description="How many of them are there already.")
    file_name: str
    made_by: str
    made_at: At


class RevisionPage(BaseModel):
    """One page of revisions, the newest first."""

    items: list[RevisionOut]
    next: str | None


@router.get(
    "/price-lists/{int:price_list_id}/revisions",
    response=RevisionPage,
    summary="List revisions of a price list",
    operation_id="list_price_list_revisions",
)
def list_revisions(request: OperatorRequest, price_list_id: int, asked: Query[AskedPage]) -> RevisionPage:
    """The newest first, also those that are being loaded or are to hold later."""
    found, following = page_of(actions.all_revisions(request.auth, price_list_id), asked)
    holding = actions.revisions(request.auth, price_list_id).current
    return RevisionPage(items=[_out(one, holding) for one in found], next=following)


@router.get(
    "/price-lists/{int:price_list_id}/revisions/{int:revision_id}",
    response=RevisionOut,
    summary="Read a revision",
    operation_id="get_price_list_revision",
)
def get_revision(request: OperatorRequest, price_list_id: int, revision_id: int) -> RevisionOut:
    """One revision, without its prices."""
    found = revision_of(request.auth, price_list_id, revision_id)
    return _out(found, actions.revisions(request.auth, price_list_id).current)


@router.post(
    "/price-lists/{int:price_list_id}/revisions/{int:revision_id}/hold",
    response=RevisionOut,
    summary="Let a revision hold now",
    operation_id="hold_price_list_revision",
    openapi_extra=CONFLICT,
)
def hold_revision(request: OperatorRequest, price_list_id: int, revision_id: int) -> RevisionOut:
    """Bring an earlier revision back, or let one hold before its time. 409 while it is loaded."""
    found = actions.bring_back(request.auth, price_list_id, revision_id)
    return _out(found, found)


@router.delete(
    "/price-lists/{int:price_list_id}/revisions/{int:revision_id}",
    response={204: None},
    summary="Cancel or delete a revision",
    operation_id="delete_price_list_revision",
    openapi_extra=CONFLICT,
)
def delete_revision(request: OperatorRequest, price_list_id: int, revision_id: int) -> Status[None]:
    """One that is being loaded, is to hold later, or held earlier; 409 for the one that holds now."""
    actions.cancel(request.auth, price_list_id, revision_id)
    return Status(204, None)


@router.get(
    "/price-lists/{int:price_list_id}/prices.csv",
    summary="Download prices",
    operation_id="download_prices",
    openapi_extra=_CSV,
)
def download_prices(request: OperatorRequest, price_list_id: int) -> HttpResponse:
    """The prices that hold now, as a file that can be uploaded again."""
    return _file(actions.as_csv(request.auth, price_list_id))


@router.get(
    "/price-lists/{int:price_list_id}/revisions/{int:revision_id}/prices.csv",
    summary="Download the prices of a revision",
    operation_id="download_price_list_revision",
    openapi_extra=_CSV,
)
def download_revision(request: OperatorRequest, price_list_id: int, revision_id: int) -> HttpResponse:
    """As a file that can be uploaded again."""
    return _file(actions.as_csv(request.auth, price_list_id, revision_id))


def _file(content: bytes) -> HttpResponse:
    return HttpResponse(content, content_type="text/csv; charset=utf-8")


def _out(found: PriceListRevision, holding: PriceListRevision | None) -> RevisionOut:
    return RevisionOut(
        id=found.pk,
        state=found.state,
        holds=holding is not None and holding.pk == found.pk,
        holds_from=found.holds_from,
        wanted_from=found.wanted_from,
        prices=found.rows,
        loaded=found.loaded,
        file_name=found.file_name,
        made_by=found.made_by,
        made_at=found.made_at,
    )
