"""`/faxes`: the faxes that came in for the company's fax accounts. Private: for managers' tokens."""

from typing import Annotated, Any

from django.http import HttpResponse
from ninja import Query, Router, Status
from pydantic import BaseModel, Field

from centralka.actions import faxes as actions
from centralka.store.models import Fax

from ..http.auth import TenantRequest, tenant_token
from ..http.fields import At, Id
from ..http.pages import AskedPage, page_of

router = Router(tags=["Faxes"], auth=tenant_token)

FaxState = Annotated[str, Field(json_schema_extra={"enum": list(Fax.State.values)})]

_PDF = "application/pdf"
_FILE = {"schema": {"type": "string", "format": "binary", "contentMediaType": _PDF}}
_ANSWERS_PDF: dict[str, Any] = {"responses": {200: {"description": "The file.", "content": {_PDF: _FILE}}}}


class FaxOut(BaseModel):
    """A fax."""

    id: int
    fax_account: int = Field(description="The `id` of the account that received it.")
    from_: str = Field(
        serialization_alias="from",
        description="An extension, or E.164; empty for a caller from outside who hides the number, `unknown` for one "
        "who gave none that exists.",
        examples=["+48600100200"],
    )
    from_name: str
    station_id: str = Field(description="How the sending machine calls itself; empty: not at all.")
    received_at: At = Field(description="When the call was answered.")
    pages: int = Field(description="Pages in the PDF.")
    unreadable_pages: int = Field(description="Pages that came but could not be read, so they are not in the PDF.")
    state: FaxState = Field(
        description="`broken_off`: later pages did not come. `unconfirmed`: nobody saw whether more was to come."
    )
    call: str = Field(description="The `id` of the call.")


class FaxPage(BaseModel):
    """One page of faxes, newest first."""

    items: list[FaxOut]
    next: str | None


class AskedFaxes(AskedPage):
    """The choice of faxes in a list."""

    fax_account: Id | None = Field(None, description="The `id` of the account that received them.")


@router.get("/faxes", response=FaxPage, summary="List faxes", operation_id="list_faxes", by_alias=True)
def list_faxes(request: TenantRequest, asked: Query[AskedFaxes]) -> FaxPage:
    """The faxes of all fax accounts of the company, newest first. Calls that brought no page are among the calls."""
    found, following = page_of(actions.faxes(request.auth, account=asked.fax_account), asked)
    return FaxPage(items=[_out(fax) for fax in found], next=following)


@router.get("/faxes/{int:fax_id}", response=FaxOut, summary="Read a fax", operation_id="get_fax", by_alias=True)
def get_fax(request: TenantRequest, fax_id: int) -> FaxOut:
    """Who sent it, when, and whether all of it came; not its pages."""
    return _out(actions.fax(request.auth, fax_id))


@router.get(
    "/faxes/{int:fax_id}/pdf",
    summary="Download a fax",
    operation_id="get_fax_pdf",
    openapi_extra=_ANSWERS_PDF,
)
def get_fax_pdf(request: TenantRequest, fax_id: int) -> HttpResponse:
    """Its pages as a PDF, dot by dot as they came."""
    return HttpResponse(actions.fax_pdf(request.auth, fax_id), content_type=_PDF)


@router.delete("/faxes/{int:fax_id}", response={204: None}, summary="Delete a fax", operation_id="delete_fax")
def delete_fax(request: TenantRequest, fax_id: int) -> Status[None]:
    """For good. A mail with it that still waits is not sent any more."""
    actions.delete_fax(request.auth, fax_id)
    return Status(204, None)


def _out(fax: Fax) -> FaxOut:
    return FaxOut(
        id=fax.pk,
        fax_account=fax.sip_account_id,
        from_=fax.caller_number,
        from_name=fax.caller_name,
        station_id=fax.station,
        received_at=fax.received_at,
        pages=fax.pages,
        unreadable_pages=fax.unreadable,
        state=fax.state,
        call=fax.call_id,
    )
