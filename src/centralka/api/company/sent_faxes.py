"""`/fax-documents`, `/sent-faxes`: documents uploaded to be faxed, and each fax on its way. For managers' tokens."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from ninja import Header, Query, Router, Status
from pydantic import BaseModel, Field

from centralka.actions import fax_documents, sent_faxes
from centralka.actions.account.accounts import sip_accounts
from centralka.actions.errors import InvalidInput, NotFound, Problem
from centralka.actions.fax_reports import fax_report
from centralka.actions.request_keys import KEY_MAX, check_key
from centralka.actions.sent_faxes import FURTHEST, MOST_RECIPIENTS, FaxInput
from centralka.calls.fax_sending import FaxEnd
from centralka.fax.preparation import MAX_BYTES
from centralka.store.models import FaxDocument, FaxTry, Role, SentFax

from ..http.auth import TenantRequest, tenant_token
from ..http.fields import At, Body, Id, Moment, Text
from ..http.openapi import CONFLICT, LOCATION
from ..http.pages import AskedPage, page_of
from ..http.upload import SOUND_FILE, named_file_of_form
from ..http.wrong_fields import fields_named_as_sent

router = Router(tags=["Faxes"], auth=tenant_token)

_HEADER = "Idempotency-Key"
Key = Annotated[
    str | None,
    Header(
        alias=_HEADER,
        description=f"Chosen by you, 1 to {KEY_MAX} characters. The same request with the same key answers with the "
        "faxes that it made: nothing is sent or paid twice.",
    ),
]
SentFaxState = Annotated[str, Field(json_schema_extra={"enum": list(SentFax.State.values)})]
Reason = Annotated[str, Field(json_schema_extra={"enum": ["", *FaxEnd]})]
_PNG, _PDF = "image/png", "application/pdf"
_PICTURE = {"schema": {"type": "string", "format": "binary", "contentMediaType": _PNG}}
_ANSWERS_PNG: dict[str, Any] = {"responses": {200: {"description": "The page.", "content": {_PNG: _PICTURE}}}}

_FILE = {"schema": {"type": "string", "format": "binary", "contentMediaType": _PDF}}
_ANSWERS_PDF: dict[str, Any] = {"responses": {200: {"description": "The report.", "content": {_PDF: _FILE}}}}


class FaxDocumentOut(BaseModel):
    """A document whose pages can be faxed."""

    id: int
    name: str = Field(description="Of the file.")
    pages: int
    created_at: At


class NewSentFaxes(Body):
    """A document to send, and its recipients."""

    document: Id = Field(description="The `id` of the document.")
    sender_account: Text = Field(
        alias="from",
        description="The extension of the account that calls: its number is shown, its permission and money count.",
        examples=["100"],
    )
    to: Text | list[Text] = Field(
        description=f"A number in any spelling or an extension, or up to {MOST_RECIPIENTS}; each gets it once.",
        examples=["221234567", ["+48221234567", "15"]],
    )
    send_at: Moment | None = Field(
        None, description=f"When it is to be sent, at most {FURTHEST.days} days ahead; null: at once."
    )


class FaxTryOut(BaseModel):
    """One call that was to bring the fax."""

    began_at: At
    ended_at: At | None
    reason: Reason = Field(description="How it ended; empty while it goes on.")
    pages_sent: int = Field(description="Pages that the other end confirmed.")
    station_id: str = Field(description="How the receiving machine calls itself; empty: not at all.")
    call: str = Field(description="The `id` of the call.")


class SentFaxOut(BaseModel):
    """A document on its way to one number."""

    id: int
    document: int = Field(description="The `id` of the document.")
    name: str = Field(description="Of the file.")
    sip_account: int | None = Field(description="The `id` of the account that calls; null: deleted.")
    to: str = Field(description="E.164, or an extension.")
    pages: int
    pages_sent: int = Field(description="Pages that the other end confirmed in the last try.")
    state: SentFaxState = Field(
        description="`queued`: waiting, perhaps for another try; `dialling`; `sending`: somebody answered; `done`: the "
        "other end confirmed every page; `failed`; `unknown`: it may have arrived, and is not sent again by itself; "
        "`cancelled`."
    )
    reason: Reason = Field(
        description="How the last try ended. Of `busy`, `no_answer` and `unavailable` there are three tries more, five "
        "minutes apart."
    )
    tries: list[FaxTryOut]
    next_at: At | None = Field(description="When the next try is due; null: it does not wait.")
    send_at: At | None = Field(description="Before this it is not tried; null: it was to be sent at once.")
    batch: str = Field(description="The same for all faxes of one request.")
    by: str = Field(description="The person or token that sent it.")
    created_at: At
    ended_at: At | None


class SentFaxPage(BaseModel):
    """One page of faxes, newest first."""

    items: list[SentFaxOut]
    next: str | None


class SentFaxes(BaseModel):
    """The faxes that a request made."""

    items: list[SentFaxOut]


class AskedSentFaxes(AskedPage):
    """The choice of faxes in a list."""

    batch: Annotated[Text, Field(max_length=40)] | None = None


@router.post(
    "/fax-documents",
    response={201: FaxDocumentOut},
    summary="Upload a document to be faxed",
    operation_id="add_fax_document",
    openapi_extra=SOUND_FILE | LOCATION,
)
def add_fax_document(request: TenantRequest, response: HttpResponse) -> Status[FaxDocumentOut]:
    """A PDF, JPEG or PNG of at most 20 MB and 50 pages, as the field `file` of a form. Not sent, it is removed after a
    day."""
    request.auth.require(Role.MANAGER)  # told before a large file is read
    name, upload = named_file_of_form(request, MAX_BYTES)
    made = fax_documents.add_document(request.auth, name, upload)
    response["Location"] = f"/api/v1/fax-documents/{made.pk}"
    return Status(201, _document_out(made))


@router.get(
    "/fax-documents/{int:document_id}",
    response=FaxDocumentOut,
    summary="Read a document",
    operation_id="get_fax_document",
)
def get_fax_document(request: TenantRequest, document_id: int) -> FaxDocumentOut:
    """How many pages it has; not its pages."""
    return _document_out(fax_documents.document(request.auth, document_id))


@router.get(
    "/fax-documents/{int:document_id}/pages/{int:page_number}",
    summary="Look at a page",
    operation_id="get_fax_document_page",
    openapi_extra=_ANSWERS_PNG,
)
def get_fax_document_page(request: TenantRequest, document_id: int, page_number: int) -> HttpResponse:
    """A page, from 1, in the black and white dots in which it is sent, made smaller."""
    return HttpResponse(fax_documents.document_picture(request.auth, document_id, page_number), content_type=_PNG)


@router.post(
    "/sent-faxes",
    response={201: SentFaxes},
    summary="Send a document by fax",
    operation_id="send_faxes",
    openapi_extra=CONFLICT,
)
def send_faxes(request: TenantRequest, wanted: NewSentFaxes, key: Key = None) -> Status[SentFaxes]:
    """To one or several: all are queued, or none. Each try is a call of the account, on record and charged as one."""
    actor = request.auth
    actor.require(Role.MANAGER)
    account = sip_accounts(actor, extension=wanted.sender_account).values_list("pk", flat=True).first() or 0
    to = (wanted.to,) if isinstance(wanted.to, str) else tuple(wanted.to[: MOST_RECIPIENTS + 1])
    asked = FaxInput(document_id=wanted.document, account_id=account, to=to, send_at=wanted.send_at)
    with fields_named_as_sent(_SENT_AS), _document_named():
        if key is not None:
            check_key(key)
        made = sent_faxes.send(actor, asked, request=key or "")
    return Status(201, SentFaxes(items=[_out(fax) for fax in made]))


@router.get("/sent-faxes", response=SentFaxPage, summary="List sent faxes", operation_id="list_sent_faxes")
def list_sent_faxes(request: TenantRequest, asked: Query[AskedSentFaxes]) -> SentFaxPage:
    """What the company sends and sent, newest first."""
    found, following = page_of(sent_faxes.sent(request.auth, batch=asked.batch or ""), asked)
    return SentFaxPage(items=[_out(fax) for fax in found], next=following)


@router.get(
    "/sent-faxes/{int:sent_fax_id}", response=SentFaxOut, summary="Read a sent fax", operation_id="get_sent_fax"
)
def get_sent_fax(request: TenantRequest, sent_fax_id: int) -> SentFaxOut:
    """What became of it so far, try by try."""
    return _out(sent_faxes.sent_fax(request.auth, sent_fax_id))


@router.post(
    "/sent-faxes/{int:sent_fax_id}/cancel",
    response=SentFaxOut,
    summary="Cancel a fax that waits",
    operation_id="cancel_sent_fax",
    openapi_extra=CONFLICT,
)
def cancel_sent_fax(request: TenantRequest, sent_fax_id: int) -> SentFaxOut:
    """409 for one that is under way or over; a call that goes on can be ended as any other."""
    sent_faxes.cancel(request.auth, sent_fax_id)
    return _out(sent_faxes.sent_fax(request.auth, sent_fax_id))


@router.get(
    "/sent-faxes/{int:sent_fax_id}/report",
    summary="Download the report of a sending",
    operation_id="get_fax_report",
    openapi_extra=_ANSWERS_PDF,
)
def get_fax_report(request: TenantRequest, sent_fax_id: int) -> HttpResponse:
    """What became of the fax at each recipient of its request, with the picture of its first page, as a PDF."""
    return HttpResponse(fax_report(request.auth, sent_fax_id), content_type=_PDF)


_SENT_AS = {"account": "from", "request": _HEADER}
"""Fields of the action as they are sent, where they have other names."""


@contextmanager
def _document_named() -> Iterator[None]:
    """Say at its field that there is no such document: the address of the request is right."""
    try:
        yield
    except NotFound:
        raise InvalidInput({"document": [Problem("unknown", _("There is no such document."))]}) from None


def _document_out(found: FaxDocument) -> FaxDocumentOut:
    return FaxDocumentOut(id=found.pk, name=found.name, pages=found.pages, created_at=found.created_at)


def _out(fax: SentFax) -> SentFaxOut:
    return SentFaxOut(
        id=fax.pk,
        document=fax.document_id,
        name=fax.document.name,
        sip_account=fax.sip_account_id,
        to=fax.number,
        pages=fax.document.pages,
        pages_sent=fax.pages_sent,
        state=fax.state,
        reason=fax.reason,
        tries=[_try_out(one) for one in fax.all_tries.all()],
        next_at=fax.next_at if fax.state == SentFax.State.QUEUED else None,
        send_at=fax.send_at,
        batch=fax.batch,
        by=fax.by,
        created_at=fax.created_at,
        ended_at=fax.ended_at,
    )


def _try_out(tried: FaxTry) -> FaxTryOut:
    return FaxTryOut(
        began_at=tried.began_at,
        ended_at=tried.ended_at,
        reason=tried.reason,
        pages_sent=tried.pages_sent,
        station_id=tried.station,
        call=tried.call_id,
    )
