"""`/operator/tenants`: the companies of the installation."""

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Annotated, Any, Literal, cast

from django.db import transaction
from django.http import HttpResponse
from ninja import Query, Router, Status
from pydantic import BaseModel, Field

from centralka.actions.actor import Operator
from centralka.actions.errors import InvalidInput
from centralka.actions.tenants import blocks, deletion
from centralka.actions.tenants import tenants as actions
from centralka.store.models import Role, Tenant

from ..company.tenant import International, TenantName
from ..http.amounts import Amount, Price, told
from ..http.auth import OperatorRequest, operator_token
from ..http.created import created
from ..http.fields import BIGGEST_ID, At, Body, Secret, Text
from ..http.openapi import CONFLICT, LOCATION
from ..http.pages import AskedPage, page_of

router = Router(tags=["Operator"], auth=operator_token)

_COLUMNS = {"price_list_id": "price_list"}
_FIELDS = {column: field for field, column in _COLUMNS.items()}


class Owner(Body):
    """The company's first owner. Somebody who has a login already keeps their name and password."""

    email: Annotated[Text, Field(max_length=254)] = Field(
        examples=["owner@example.pl"], json_schema_extra={"format": "email"}
    )
    name: Annotated[Text, Field(max_length=1000)] = Field(json_schema_extra={"minLength": 1, "maxLength": 100})
    password: Annotated[Secret, Field(max_length=1000)] = Field(
        description="A first password, to be changed at the first sign-in.",
        json_schema_extra={"minLength": 12},
    )


class NewTenant(Body):
    """A company to make."""

    slug: Text = Field(
        description="Begins every login of the company; cannot be changed.",
        examples=["kwiaty"],
        json_schema_extra={"pattern": "^[a-z][a-z0-9-]{1,19}$"},
    )
    name: TenantName
    language: Literal["pl", "en"] = "pl"
    owner: Owner | None = Field(None, description="Both are made, or neither.")


class OperatorTenantChanges(Body):
    """Only what is to change."""

    name: TenantName = Field(default_factory=str)
    language: Literal["pl", "en"] = Field(default_factory=lambda: "pl")
    price_list_id: Annotated[int, Field(ge=1, le=BIGGEST_ID)] | None = Field(
        None, description="What calls and accounts cost; null: no call outside is possible.", examples=[1]
    )
    second_factor_required: bool = Field(
        default_factory=bool, description="Each of its people has to set a second factor up before anything else."
    )
    premium_allowed: bool = Field(default_factory=bool, description="Premium-rate numbers, as far as levels reach.")
    satellite_allowed: bool = Field(default_factory=bool, description="Satellite numbers.")
    unknown_allowed: bool = Field(default_factory=bool, description="Ranges that nobody knows.")
    international: International = Field(default_factory=lambda: "national")
    sms_per_hour: int = Field(default_factory=int, description="Text messages that it can send within an hour.")
    max_rate: Amount = Field(
        default_factory=Decimal, description="PLN net per minute, for accounts that have no limit of their own."
    )
    credit_limit: Amount = Field(default_factory=Decimal, description="PLN net; 0 is prepaid.")
    version: int | None = Field(
        None,
        description="The version that was read. If somebody saved since: 409 `changed-meanwhile`.",
        examples=[1],
    )


class OperatorTenantOut(BaseModel):
    """A company as the operator sees it."""

    id: int
    slug: str
    name: str
    language: str
    sip_accounts: int
    registered: int = Field(description="How many of these have a phone registered now.")
    blocked_at: At | None = Field(description="Since when it is blocked; null: it is not.")
    block_reason: str
    price_list_id: int | None
    second_factor_required: bool
    premium_allowed: bool
    satellite_allowed: bool
    unknown_allowed: bool
    international: International
    max_rate: Price
    sms_per_hour: int
    balance: Price
    credit_limit: Price
    version: int = Field(description="Counts the saves, those of the company's own people too.")
    created_at: At


class AskedTenants(AskedPage):
    """The choice of companies in a list."""

    search: Annotated[Text, Field(max_length=100)] | None = Field(
        None, description="A part of a name or short name, or of the name or address of somebody who works there."
    )


class OperatorTenantPage(BaseModel):
    """One page of companies, by name."""

    items: list[OperatorTenantOut]
    next: str | None


@router.get("/tenants", response=OperatorTenantPage, summary="List companies", operation_id="list_tenants")
def list_tenants(request: OperatorRequest, asked: Query[AskedTenants]) -> OperatorTenantPage:
    """All companies of the installation, by name."""
    found, following = page_of(actions.tenants(request.auth, search=asked.search or ""), asked)
    return OperatorTenantPage(items=[_out(tenant) for tenant in found], next=following)


@router.post(
    "/tenants",
    response={201: OperatorTenantOut},
    summary="Make a company",
    operation_id="add_tenant",
    openapi_extra={"responses": LOCATION["responses"] | CONFLICT["responses"]},
)
def add_tenant(request: OperatorRequest, wanted: NewTenant, response: HttpResponse) -> Status[OperatorTenantOut]:
    """With its first owner, if one is given. 409 when the slug exists."""
    made = _made(request.auth, wanted)
    return created(response, f"operator/tenants/{made.pk}", _out(actions.tenant(request.auth, made.pk)))


@router.get(
    "/tenants/{int:tenant_id}",
    response=OperatorTenantOut,
    summary="Read a company",
    operation_id="get_tenant_by_id",
)
def get_tenant_by_id(request: OperatorRequest, tenant_id: int) -> OperatorTenantOut:
    """One company."""
    return _out(actions.customer(request.auth, tenant_id))


@router.patch(
    "/tenants/{int:tenant_id}",
    response=OperatorTenantOut,
    summary="Change a company",
    operation_id="change_tenant_by_id",
    openapi_extra=CONFLICT,
)
def change_tenant_by_id(request: OperatorRequest, tenant_id: int, wanted: OperatorTenantChanges) -> OperatorTenantOut:
    """What is not sent stays as it is. Counts from the next call on."""
    sent = wanted.model_dump(exclude_unset=True, exclude={"version"})
    changes = {_COLUMNS.get(name, name): value for name, value in sent.items()}
    try:
        return _out(actions.change_tenant(request.auth, tenant_id, changes, version=wanted.version))
    except InvalidInput as refused:
        named = {_FIELDS.get(field, field): found for field, found in refused.problems.items()}
        raise type(refused)(named) from refused


class Block(Body):
    """Why."""

    reason: Annotated[Text, Field(max_length=1000)] = Field(
        description="Its people and programs are told.",
        examples=["Unpaid invoice 7/2026"],
        json_schema_extra={"minLength": 1, "maxLength": blocks.REASON_MAX},
    )


@router.put(
    "/tenants/{int:tenant_id}/block", response=OperatorTenantOut, summary="Block a company", operation_id="block_tenant"
)
def block_tenant(request: OperatorRequest, tenant_id: int, wanted: Block) -> OperatorTenantOut:
    """From the next call on nobody of it calls out or is called from outside, but for emergency numbers; panel and API
    refuse changes and tell the reason. Again: another reason."""
    return _out(blocks.block(request.auth, tenant_id, wanted.reason))


@router.delete(
    "/tenants/{int:tenant_id}/block",
    response=OperatorTenantOut,
    summary="Unblock a company",
    operation_id="unblock_tenant",
)
def unblock_tenant(request: OperatorRequest, tenant_id: int) -> OperatorTenantOut:
    """It calls, is called and changes things again."""
    return _out(blocks.unblock(request.auth, tenant_id))


@router.delete(
    "/tenants/{int:tenant_id}",
    response={204: None},
    summary="Delete a company",
    operation_id="delete_tenant",
    openapi_extra=CONFLICT,
)
def delete_tenant(request: OperatorRequest, tenant_id: int) -> Status[None]:
    """With accounts, people, history and messages; its numbers go back into the stock, and its bookings are kept.

    409 `in-use` unless it is blocked and no call of it is going on.
    """
    deletion.delete_tenant(request.auth, tenant_id)
    return Status(204, None)


def _made(operator: Operator, wanted: NewTenant) -> Tenant:
    # Not `add_tenant_with_owner`: it calls both the company's and the owner's name `name`, and the caller is
    # to be told which one is wrong.
    with transaction.atomic():
        made = actions.add_tenant(operator, wanted.slug, wanted.name, wanted.language)
        if owner := wanted.owner:
            with _fields_of("owner"):
                password = owner.password.get_secret_value()
                actions.add_person_to(made, owner.email, owner.name, Role.OWNER, password)
    return made


@contextmanager
def _fields_of(name: str) -> Iterator[None]:
    """Name the wrong fields as they are written in the body: `owner.email`."""
    try:
        yield
    except InvalidInput as refused:
        raise type(refused)({f"{name}.{field}": found for field, found in refused.problems.items()}) from refused


def _out(tenant: Tenant) -> OperatorTenantOut:
    counted: Any = tenant  # annotated by the action
    return OperatorTenantOut(
        id=tenant.pk,
        slug=tenant.slug,
        name=tenant.name,
        language=tenant.language,
        sip_accounts=counted.accounts,
        registered=counted.registered,
        blocked_at=tenant.blocked_at,
        block_reason=tenant.block_reason,
        price_list_id=tenant.price_list_id,
        second_factor_required=tenant.second_factor_required,
        premium_allowed=tenant.premium_allowed,
        satellite_allowed=tenant.satellite_allowed,
        unknown_allowed=tenant.unknown_allowed,
        international=cast(Any, tenant.international),
        max_rate=told(tenant.max_rate),
        sms_per_hour=tenant.sms_per_hour,
        balance=told(tenant.balance),
        credit_limit=told(tenant.credit_limit),
        version=tenant.version,
        created_at=tenant.created_at,
    )
