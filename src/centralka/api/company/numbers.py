"""`/numbers`: the company's public numbers, and where each of them rings."""

from typing import Annotated, Literal

from ninja import Query, Router
from pydantic import BaseModel, Field

from centralka.actions import numbers as actions
from centralka.store.models import Number, Role

from ..http.auth import TenantRequest, tenant_token
from ..http.fields import BIGGEST_ID, Body
from ..http.pages import AskedPage, page_of

router = Router(tags=["Numbers"], auth=tenant_token)


class Target(Body):
    """The account at which calls to a number ring."""

    type: Literal["sip_account"]
    id: Annotated[int, Field(ge=1, le=BIGGEST_ID)] = Field(description="The account's `id`.", examples=[17])


class NumberChanges(Body):
    """Only what is to change."""

    target: Target | None = Field(None, description="Null: nowhere; callers hear that there is no such number.")


class NumberOut(BaseModel):
    """A public number of the company."""

    id: int
    number: str = Field(description="E.164.", examples=["+48221234567"])
    target: Target | None = Field(description="Null: calls to it are refused, as to a number that does not exist.")


class NumberPage(BaseModel):
    """One page of numbers, in their order."""

    items: list[NumberOut]
    next: str | None


@router.get("/numbers", response=NumberPage, summary="List numbers", operation_id="list_numbers")
def list_numbers(request: TenantRequest, asked: Query[AskedPage]) -> NumberPage:
    """The public numbers that the operator gave to the company. Each can be the `caller_id` of any account."""
    found, following = page_of(actions.own_numbers(request.auth), asked)
    return NumberPage(items=[_out(number) for number in found], next=following)


@router.patch("/numbers/{int:number_id}", response=NumberOut, summary="Change a number", operation_id="change_number")
def change_number(request: TenantRequest, number_id: int, wanted: NumberChanges) -> NumberOut:
    """Say where calls to it ring; counts from the next call on."""
    if "target" not in wanted.model_fields_set:
        request.auth.require(Role.MANAGER)
        return _out(actions.own_number(request.auth, number_id))
    account_id = wanted.target.id if wanted.target else None
    return _out(actions.set_number_target(request.auth, number_id, account_id))


def _out(number: Number) -> NumberOut:
    account_id = number.sip_account_id
    target = None if account_id is None else Target(type="sip_account", id=account_id)
    return NumberOut(id=number.pk, number=number.e164, target=target)
