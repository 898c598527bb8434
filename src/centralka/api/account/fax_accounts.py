"""`/fax-accounts`: extensions that receive faxes."""

from typing import Annotated, Any, Literal

from django.http import HttpResponse
from ninja import Query, Router, Status
from pydantic import BaseModel, Field

from centralka.actions.account import fax_accounts as actions
from centralka.actions.account.fax_accounts import MOST_EMAILS, STATION_MAX, FaxAccountInput
from centralka.actions.checks.emails import EMAIL_MAX
from centralka.actions.prices.charges import Agreement
from centralka.actions.request_keys import check_key
from centralka.store.acting import acting
from centralka.store.models import SipAccount

from ..http.auth import TenantRequest, tenant_token
from ..http.fields import At, Body, Changes, Text
from ..http.openapi import CONFLICT, LOCATION, PAYMENT
from ..http.pages import AskedPage, page_of
from ..http.problems import ROOT
from ..http.wrong_fields import fields_named_as_sent
from .routes import RequestKey

router = Router(tags=["Faxes"], auth=tenant_token)

Email = Annotated[Text, Field(json_schema_extra={"maxLength": EMAIL_MAX})]


# As everywhere: limits only describe, the action checks.
class FaxAccountIn(Body):
    """A fax account; what is not sent of one that exists stays as it is."""

    extension: Text = Field(description="2 to 6 digits, unique in the company.", examples=["15"])
    name: Text = Field(description="Seen only inside the company.", examples=["Faks biura"])
    emails: Annotated[list[Email], Field(json_schema_extra={"maxItems": MOST_EMAILS})] = Field(
        default_factory=list,
        description="Where each fax is mailed as a PDF; none: nowhere.",
        examples=[["biuro@firma.example"]],
    )
    station_id: Annotated[Text, Field(json_schema_extra={"maxLength": STATION_MAX})] = Field(
        "",
        description="What the sending machine displays: digits, letters without accents, spaces, + . -",
        examples=["+48 22 123 45 67"],
    )


class NewFaxAccount(FaxAccountIn):
    """A fax account to make."""

    accept_charges: bool = Field(False, description="true: agrees to what the account costs, as for SIP accounts.")


class FaxAccountChanges(Changes, FaxAccountIn):
    """Only the fields to change."""

    version: int | None = Field(
        None, description="The version that was read. If somebody saved since: 409 `changed-meanwhile`.", examples=[1]
    )


class FaxAccountOut(BaseModel):
    """A fax account as it is."""

    id: int
    kind: Literal["fax"]
    extension: str
    name: str
    emails: list[str]
    station_id: str
    created_at: At
    changed_at: At
    version: int = Field(description="Counts the saves.")


class FaxAccountPage(BaseModel):
    """One page of fax accounts, by extension."""

    items: list[FaxAccountOut]
    next: str | None


@router.get("/fax-accounts", response=FaxAccountPage, summary="List fax accounts", operation_id="list_fax_accounts")
def list_fax_accounts(request: TenantRequest, asked: Query[AskedPage]) -> FaxAccountPage:
    """The company's fax accounts in the order of their extensions."""
    found, following = page_of(actions.fax_accounts(request.auth), asked)
    return FaxAccountPage(items=[_out(account) for account in found], next=following)


@router.post(
    "/fax-accounts",
    response={201: FaxAccountOut},
    summary="Make a fax account",
    operation_id="add_fax_account",
    openapi_extra={"responses": LOCATION["responses"] | PAYMENT["responses"] | CONFLICT["responses"]},
)
def add_fax_account(
    request: TenantRequest, wanted: NewFaxAccount, response: HttpResponse, key: RequestKey = None
) -> Status[FaxAccountOut]:
    """From then on its extension takes faxes; a public number takes them once it points at it (`/numbers`)."""
    agreement = Agreement(acting().address) if wanted.accept_charges else None
    with fields_named_as_sent(_SENT_AS):
        if key is not None:
            check_key(key)
        made = actions.add_fax_account(request.auth, FaxAccountInput(**_wanted(wanted)), agreement, request=key or "")
    response.headers["Location"] = f"{ROOT}fax-accounts/{made.pk}"
    return Status(201, _out(made))


@router.get(
    "/fax-accounts/{int:account_id}",
    response=FaxAccountOut,
    summary="Read a fax account",
    operation_id="get_fax_account",
)
def get_fax_account(request: TenantRequest, account_id: int) -> FaxAccountOut:
    """One fax account."""
    return _out(actions.fax_account(request.auth, account_id))


@router.patch(
    "/fax-accounts/{int:account_id}",
    response=FaxAccountOut,
    summary="Change a fax account",
    operation_id="change_fax_account",
    openapi_extra=CONFLICT,
)
def change_fax_account(request: TenantRequest, account_id: int, wanted: FaxAccountChanges) -> FaxAccountOut:
    """What is not sent stays as it is. Counts from the next call on."""
    with fields_named_as_sent(_SENT_AS):
        return _out(actions.change_fax_account(request.auth, account_id, _wanted(wanted), version=wanted.version))


@router.delete(
    "/fax-accounts/{int:account_id}",
    response={204: None},
    summary="Delete a fax account",
    operation_id="delete_fax_account",
)
def delete_fax_account(request: TenantRequest, account_id: int) -> Status[None]:
    """With its faxes."""
    actions.delete_fax_account(request.auth, account_id)
    return Status(204, None)


_SENT_AS = {"station": "station_id", "request": "Idempotency-Key"}
"""Fields of the action as they are sent, where they have other names."""


def _wanted(sent: FaxAccountIn) -> dict[str, Any]:
    """Return what is sent, in the words of `FaxAccountInput`."""
    names = sent.model_fields_set & FaxAccountIn.model_fields.keys()
    found = {"station" if name == "station_id" else name: getattr(sent, name) for name in names}
    return found | ({"emails": tuple(found["emails"])} if "emails" in found else {})


def _out(account: SipAccount) -> FaxAccountOut:
    return FaxAccountOut(
        id=account.pk,
        kind="fax",
        extension=account.extension,
        name=account.name,
        emails=account.fax_emails.splitlines(),
        station_id=account.fax_station,
        created_at=account.created_at,
        changed_at=account.changed_at,
        version=account.version,
    )
