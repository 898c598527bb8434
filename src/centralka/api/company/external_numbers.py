"""`/external-numbers`: other people's numbers that the company saved, to forward calls there."""

from typing import Annotated

from django.http import HttpResponse
from ninja import Query, Router, Status
from pydantic import BaseModel, Field

from centralka.actions import external_numbers as actions
from centralka.actions.external_numbers import NAME_MAX
from centralka.store.models import ExternalNumber

from ..http.auth import TenantRequest, tenant_token
from ..http.created import created
from ..http.fields import At, Body, Text
from ..http.openapi import CONFLICT, LOCATION
from ..http.pages import AskedPage, page_of

router = Router(tags=["Numbers"], auth=tenant_token)


class NewExternalNumber(Body):
    """A number to save."""

    number: Text = Field(
        description="A public number in any spelling; not one of the company's.", examples=["600100200"]
    )
    name: Annotated[Text, Field(json_schema_extra={"minLength": 1, "maxLength": NAME_MAX})] = Field(
        description="Whose it is.", examples=["Serwis"]
    )


class ExternalNumberOut(BaseModel):
    """A saved number."""

    id: int
    number: str = Field(description="E.164.", examples=["+48600100200"])
    name: str
    created_at: At


class ExternalNumberPage(BaseModel):
    """One page of saved numbers, by name."""

    items: list[ExternalNumberOut]
    next: str | None


@router.get(
    "/external-numbers",
    response=ExternalNumberPage,
    summary="List saved numbers",
    operation_id="list_external_numbers",
)
def list_external_numbers(request: TenantRequest, asked: Query[AskedPage]) -> ExternalNumberPage:
    """The numbers that calls can be forwarded to outside, by name."""
    found, following = page_of(actions.external_numbers(request.auth).order_by("sort_key", "id"), asked)
    return ExternalNumberPage(items=[_out(number) for number in found], next=following)


@router.post(
    "/external-numbers",
    response={201: ExternalNumberOut},
    summary="Save a number",
    operation_id="add_external_number",
    openapi_extra={"responses": LOCATION["responses"] | CONFLICT["responses"]},
)
def add_external_number(
    request: TenantRequest, wanted: NewExternalNumber, response: HttpResponse
) -> Status[ExternalNumberOut]:
    """From then on an account can forward there. 409 when the number is saved already."""
    made = actions.add_external_number(request.auth, wanted.number, wanted.name)
    return created(response, f"external-numbers/{made.pk}", _out(made))


@router.get(
    "/external-numbers/{int:number_id}",
    response=ExternalNumberOut,
    summary="Read a saved number",
    operation_id="get_external_number",
)
def get_external_number(request: TenantRequest, number_id: int) -> ExternalNumberOut:
    """One saved number."""
    return _out(actions.external_number(request.auth, number_id))


@router.delete(
    "/external-numbers/{int:number_id}",
    response={204: None},
    summary="Delete a saved number",
    operation_id="delete_external_number",
)
def delete_external_number(request: TenantRequest, number_id: int) -> Status[None]:
    """Accounts that forward there forward nowhere in that case from the next call on."""
    actions.delete_external_number(request.auth, number_id)
    return Status(204, None)


def _out(number: ExternalNumber) -> ExternalNumberOut:
    return ExternalNumberOut(id=number.pk, number=number.e164, name=number.name, created_at=number.created_at)
