"""`/operator/numbers`: the public numbers of the installation, and the company that has each."""

from typing import Annotated

from ninja import Query, Router, Status
from pydantic import BaseModel, Field

from centralka.actions import numbers as actions
from centralka.actions.numbers import MOST_AT_ONCE
from centralka.store.models import Number

from ..http.auth import OperatorRequest, operator_token
from ..http.fields import BIGGEST_ID, Body, Id, Text
from ..http.openapi import CONFLICT, MISSING
from ..http.pages import AskedPage, page_of

router = Router(tags=["Operator"], auth=operator_token)

TenantId = Annotated[
    Annotated[int, Field(ge=1, le=BIGGEST_ID)] | None,
    Field(description="The `id` of a company; null: nobody has it.", examples=[1]),
]


class NewNumbers(Body):
    """Numbers to add: all of them, or none."""

    numbers: list[Text] = Field(
        description="Public numbers in any spelling.",
        examples=[["+48221234567", "22 123 45 68"]],
        json_schema_extra={"minItems": 1, "maxItems": MOST_AT_ONCE},
    )
    tenant_id: TenantId = None


class OperatorNumberChanges(Body):
    """Only what is to change."""

    tenant_id: TenantId = None


class OperatorNumberOut(BaseModel):
    """A number as the operator sees it."""

    id: int
    number: str = Field(description="E.164.", examples=["+48221234567"])
    tenant_id: int | None
    sip_account_id: int | None = Field(description="Where it rings; null: nowhere.")
    shown_by: int = Field(description="How many accounts show it as their caller ID.")
    shown_elsewhere: int = Field(
        description="How many of them are not the accounts of the company that has it: their calls outside are refused."
    )


class OperatorNumberPage(BaseModel):
    """One page of numbers, in their order."""

    items: list[OperatorNumberOut]
    next: str | None


class NumbersToGive(Body):
    """Numbers, and the company that has them from now on."""

    number_ids: Annotated[list[Id], Field(min_length=1, max_length=actions.MOST_AT_ONCE)]
    tenant_id: Id | None = Field(description="null: nobody's, back in the stock.")


class GivenNumbers(BaseModel):
    """The result of giving numbers."""

    given: int = Field(description="How many were another company's, or nobody's, before.")


class AddedNumbers(BaseModel):
    """The numbers that were added."""

    items: list[OperatorNumberOut]


class AskedNumbers(AskedPage):
    """The choice of numbers in a list."""

    search: Annotated[Text, Field(max_length=100)] | None = Field(
        None, description="A number in any spelling, a part of one, or a part of a company's name."
    )
    tenant_id: Id | None = Field(None, description="Those of this company only.")


@router.get("/numbers", response=OperatorNumberPage, summary="List numbers", operation_id="list_all_numbers")
def list_all_numbers(request: OperatorRequest, asked: Query[AskedNumbers]) -> OperatorNumberPage:
    """All numbers of the installation, in their order."""
    found = actions.numbers(request.auth, search=asked.search or "", tenant_id=asked.tenant_id)
    numbers, following = page_of(found, asked)
    return OperatorNumberPage(items=[_out(number) for number in numbers], next=following)


@router.post(
    "/numbers",
    response={201: AddedNumbers},
    summary="Add numbers",
    operation_id="add_numbers",
    openapi_extra=CONFLICT,
)
def add_numbers(request: OperatorRequest, wanted: NewNumbers) -> Status[AddedNumbers]:
    """Into the stock, or to a company at once. 409 when one of them exists: then none is added."""
    made = actions.add_numbers(request.auth, wanted.numbers, wanted.tenant_id)
    return Status(201, AddedNumbers(items=[_out(number) for number in made]))


@router.post(
    "/numbers/give",
    response=GivenNumbers,
    summary="Give many numbers",
    operation_id="give_numbers",
    openapi_extra=MISSING,
)
def give_numbers(request: OperatorRequest, wanted: NumbersToGive) -> GivenNumbers:
    """All of them to one company, or with null all back into the stock; or none. 404 if one of them does not exist."""
    return GivenNumbers(given=actions.give_numbers(request.auth, wanted.number_ids, wanted.tenant_id))


@router.get(
    "/numbers/{int:number_id}", response=OperatorNumberOut, summary="Read a number", operation_id="get_number_by_id"
)
def get_number_by_id(request: OperatorRequest, number_id: int) -> OperatorNumberOut:
    """One number."""
    return _out(actions.number(request.auth, number_id))


@router.patch(
    "/numbers/{int:number_id}", response=OperatorNumberOut, summary="Give a number", operation_id="give_number"
)
def give_number(request: OperatorRequest, number_id: int, wanted: OperatorNumberChanges) -> OperatorNumberOut:
    """Give it to a company, or with null take it back. With another company it rings nowhere until that one says so."""
    if "tenant_id" not in wanted.model_fields_set:
        return _out(actions.number(request.auth, number_id))
    return _out(actions.give_number(request.auth, number_id, wanted.tenant_id))


@router.delete(
    "/numbers/{int:number_id}",
    response={204: None},
    summary="Delete a number",
    operation_id="delete_number",
    openapi_extra=CONFLICT,
)
def delete_number(request: OperatorRequest, number_id: int) -> Status[None]:
    """409 `in-use` while a company has it: take it back first."""
    actions.delete_number(request.auth, number_id)
    return Status(204, None)


def _out(number: Number) -> OperatorNumberOut:
    # Numbers added a moment ago are not counted: no account shows them yet.
    return OperatorNumberOut(
        id=number.pk,
        number=number.e164,
        tenant_id=number.tenant_id,
        sip_account_id=number.sip_account_id,
        shown_by=getattr(number, "shown", 0),
        shown_elsewhere=getattr(number, "shown_elsewhere", 0),
    )
