"""`/operator/tenants`: the companies of the installation."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Literal

from django.db import transaction
from django.http import HttpResponse
from ninja import Query, Router, Status
from pydantic import BaseModel, Field

from centralka.actions import tenants as actions
from centralka.actions.actor import Operator
from centralka.actions.errors import InvalidInput
from centralka.store.models import Role, Tenant

from .auth import OperatorRequest, operator_token
from .fields import At, Body, Secret, Text
from .openapi import CONFLICT, LOCATION
from .pages import AskedPage, page_of
from .problems import ROOT
from .tenant import TenantName

router = Router(tags=["Operator"], auth=operator_token)


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


class OperatorTenantOut(BaseModel):
    """A company as the operator sees it."""

    id: int
    slug: str
    name: str
    language: str
    sip_accounts: int
    created_at: At


class OperatorTenantPage(BaseModel):
    """One page of companies, by name."""

    items: list[OperatorTenantOut]
    next: str | None


@router.get("/tenants", response=OperatorTenantPage, summary="List companies", operation_id="list_tenants")
def list_tenants(request: OperatorRequest, asked: Query[AskedPage]) -> OperatorTenantPage:
    """All companies of the installation, by name."""
    found, following = page_of(actions.tenants(request.auth), asked)
    return OperatorTenantPage(items=[_shown(tenant) for tenant in found], next=following)


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
    response.headers["Location"] = f"{ROOT}operator/tenants/{made.pk}"
    return Status(201, _shown(actions.tenant(request.auth, made.pk)))


@router.get(
    "/tenants/{int:tenant_id}",
    response=OperatorTenantOut,
    summary="Read a company",
    operation_id="get_tenant_by_id",
)
def get_tenant_by_id(request: OperatorRequest, tenant_id: int) -> OperatorTenantOut:
    """One company."""
    return _shown(actions.tenant(request.auth, tenant_id))


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


def _shown(tenant: Tenant) -> OperatorTenantOut:
    return OperatorTenantOut(
        id=tenant.pk,
        slug=tenant.slug,
        name=tenant.name,
        language=tenant.language,
        sip_accounts=tenant.sip_accounts.count(),
        created_at=tenant.created_at,
    )
