"""`/tokens`: the tokens with which programs of the company sign in. For owners' tokens."""

from typing import Annotated, Any

from django.http import HttpResponse
from django.utils import timezone
from ninja import Query, Router, Status
from pydantic import BaseModel, Field

from centralka.actions import tokens as actions
from centralka.store.models import ApiToken, Role

from ..http.auth import TenantRequest, tenant_token
from ..http.created import created
from ..http.fields import At, Body, Moment, Text
from ..http.openapi import LOCATION
from ..http.pages import AskedPage, page_of

router = Router(tags=["People and tokens"], auth=tenant_token)

TokenRole = Annotated[
    Role,
    Field(description="`reader` reads, `manager` also changes, `owner` also manages people and tokens."),
]


class NewToken(Body):
    """A token to make."""

    name: Annotated[Text, Field(json_schema_extra={"minLength": 1, "maxLength": 60})] = Field(
        description="What it is for.", examples=["CRM"]
    )
    role: TokenRole = Field(strict=False)
    networks: list[Text] = Field(
        default_factory=list,
        description="From where it opens something, as in `networks` of the company; empty: from everywhere.",
        examples=[["203.0.113.0/24"]],
    )
    expires_at: Moment | None = Field(
        None, description="From then on it opens nothing; null: it does not end by itself."
    )


class TokenChanges(Body):
    """Only what is to change; what a token may do stays."""

    name: Annotated[Text, Field(json_schema_extra={"minLength": 1, "maxLength": 60})] = Field(default_factory=str)
    networks: list[Text] = Field(default_factory=list, description="Empty: from everywhere.")
    expires_at: Moment | None = Field(default_factory=lambda: None, description="Null: it does not end by itself.")


class TokenOut(BaseModel):
    """A token, without its text."""

    id: int
    name: str
    role: TokenRole
    hint: str = Field(description="Its first characters.", examples=["ctk_a1b2"])
    made_by: str | None = Field(description="The person's address; null for one that a program made.")
    created_at: At
    networks: list[str] = Field(description="From where it opens something; empty: from everywhere.")
    expires_at: At | None
    last_used_at: At | None = Field(description="To about a minute; null: never.")


class MadeToken(TokenOut):
    """A new token."""

    token: str = Field(description="Its text. It is shown this once and cannot be read again.")


class TokenPage(BaseModel):
    """One page of tokens, newest first."""

    items: list[TokenOut]
    next: str | None


@router.get("/tokens", response=TokenPage, summary="List tokens", operation_id="list_tokens")
def list_tokens(request: TenantRequest, asked: Query[AskedPage]) -> TokenPage:
    """The company's tokens, newest first. Needs an owner's token, as everything here."""
    found, following = page_of(actions.tokens(request.auth).order_by("-created_at", "-id"), asked)
    return TokenPage(items=[TokenOut(**_facts(token)) for token in found], next=following)


@router.post(
    "/tokens",
    response={201: MadeToken},
    summary="Make a token",
    operation_id="add_token",
    openapi_extra=LOCATION,
)
def add_token(request: TenantRequest, wanted: NewToken, response: HttpResponse) -> Status[MadeToken]:
    """The answer has the token's text, this once."""
    made, text = actions.make_token(request.auth, wanted.name, wanted.role, wanted.networks, wanted.expires_at)
    return created(response, f"tokens/{made.pk}", MadeToken(**_facts(made), token=text))


@router.get("/tokens/{int:token_id}", response=TokenOut, summary="Read a token", operation_id="get_token")
def get_token(request: TenantRequest, token_id: int) -> TokenOut:
    """What it is for and when it was used; never its text."""
    return TokenOut(**_facts(actions.token(request.auth, token_id)))


@router.patch("/tokens/{int:token_id}", response=TokenOut, summary="Change a token", operation_id="change_token")
def change_token(request: TenantRequest, token_id: int, wanted: TokenChanges) -> TokenOut:
    """Name, networks and end; it counts from the next request on, also for the token that asks."""
    changes = wanted.model_dump(exclude_unset=True)
    return TokenOut(**_facts(actions.change_token(request.auth, token_id, changes, timezone.now())))


@router.delete("/tokens/{int:token_id}", response={204: None}, summary="Revoke a token", operation_id="revoke_token")
def revoke_token(request: TenantRequest, token_id: int) -> Status[None]:
    """It opens nothing from the next request on; that may be the one which asks."""
    actions.revoke_token(request.auth, token_id)
    return Status(204, None)


def _facts(token: ApiToken) -> dict[str, Any]:
    return {
        "id": token.pk,
        "name": token.name,
        "role": Role(token.role),
        "hint": token.hint,
        "made_by": token.made_by.email if token.made_by else None,
        "created_at": token.created_at,
        "networks": token.networks.split(",") if token.networks else [],
        "expires_at": token.expires_at,
        "last_used_at": token.last_used_at,
    }
