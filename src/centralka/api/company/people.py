"""`/people`: the people who sign in to the company's panel. For owners' tokens."""

from typing import Annotated, Any

from django.db import transaction
from django.http import HttpResponse
from ninja import Query, Router, Status
from pydantic import BaseModel, Field

from centralka.actions import people as actions
from centralka.actions.account.passwords import generate_password
from centralka.actions.second_factor.own import reset_of
from centralka.actions.sessions import sign_out_person
from centralka.store.models import Membership, Role

from ..http.auth import TenantRequest, tenant_token
from ..http.created import created
from ..http.fields import At, Body, Text
from ..http.openapi import CONFLICT, LOCATION
from ..http.pages import AskedPage, page_of

router = Router(tags=["People and tokens"], auth=tenant_token)

PersonRole = Annotated[
    Role,
    Field(description="`reader` looks, `manager` also changes, `owner` also manages people and tokens."),
]


class NewPerson(Body):
    """Somebody to let in."""

    email: Text = Field(description="The login.", examples=["ewa@firma.example"])
    name: Annotated[Text, Field(json_schema_extra={"minLength": 1, "maxLength": 100})] = Field(examples=["Ewa Nowak"])
    role: PersonRole = Field(Role.READER, strict=False)


class PersonChanges(Body):
    """Only what is to change."""

    role: PersonRole = Field(default_factory=lambda: Role.READER, strict=False)
    email: Text = Field(default_factory=str, description="The login. Both addresses are told, and all sessions end.")


class PersonOut(BaseModel):
    """Somebody who works in the company."""

    id: int
    email: str
    name: str
    role: PersonRole
    has_first_password: bool = Field(description="Still the one that somebody else chose; it is changed at sign-in.")
    has_second_factor: bool = Field(description="The password alone does not sign them in.")
    last_sign_in: At | None = Field(description="Null: never.")


class AddedPerson(PersonOut):
    """Somebody with a new first password."""

    first_password: str = Field(description="Shown this once; the person changes it at the first sign-in.")


class PersonPage(BaseModel):
    """One page of people, in the order in which their logins were made."""

    items: list[PersonOut]
    next: str | None


@router.get("/people", response=PersonPage, summary="List people", operation_id="list_people")
def list_people(request: TenantRequest, asked: Query[AskedPage]) -> PersonPage:
    """Everybody in the company. Needs an owner's token, as everything here."""
    found, following = page_of(actions.people(request.auth).order_by("person_id", "id"), asked)
    return PersonPage(items=[PersonOut(**_facts(member)) for member in found], next=following)


@router.post(
    "/people",
    response={201: AddedPerson},
    summary="Add somebody",
    operation_id="add_person",
    openapi_extra={"responses": LOCATION["responses"] | CONFLICT["responses"]},
)
def add_person(request: TenantRequest, wanted: NewPerson, response: HttpResponse) -> Status[AddedPerson]:
    """The answer has their first password, this once. 409 when the address has a login already."""
    password = generate_password()
    made = actions.add_person(request.auth, wanted.email, wanted.name, wanted.role, password)
    member = actions.people(request.auth).get(person=made)
    return created(response, f"people/{member.pk}", AddedPerson(**_facts(member), first_password=password))


@router.get("/people/{int:person_id}", response=PersonOut, summary="Read somebody", operation_id="get_person")
def get_person(request: TenantRequest, person_id: int) -> PersonOut:
    """One person of the company."""
    return PersonOut(**_facts(actions.member(request.auth, person_id)))


@router.patch(
    "/people/{int:person_id}",
    response=PersonOut,
    summary="Change a role or an address",
    operation_id="change_person",
    openapi_extra={"responses": CONFLICT["responses"]},
)
def change_person(request: TenantRequest, person_id: int, wanted: PersonChanges) -> PersonOut:
    """The last owner stays one (422). An address changes only where the login opens nothing but this company (422), and
    to one that has no login yet (409)."""
    with transaction.atomic():
        if "role" in wanted.model_fields_set:
            actions.change_role(request.auth, person_id, wanted.role)
        if "email" in wanted.model_fields_set:
            actions.change_address(request.auth, person_id, wanted.email)
    return PersonOut(**_facts(actions.member(request.auth, person_id)))


@router.post(
    "/people/{int:person_id}/first-password",
    response=AddedPerson,
    summary="Give a new first password",
    operation_id="reset_person_password",
    openapi_extra={"responses": {422: {"$ref": "#/components/responses/Problem422"}}},
)
def reset_person_password(request: TenantRequest, person_id: int) -> AddedPerson:
    """For somebody who forgot theirs. Refused (422) for a login that opens more than this company."""
    password = generate_password()
    actions.reset_password(request.auth, person_id, password)
    return AddedPerson(**_facts(actions.member(request.auth, person_id)), first_password=password)


@router.delete(
    "/people/{int:person_id}/second-factor",
    response={204: None},
    summary="Remove a second factor",
    operation_id="remove_person_second_factor",
    openapi_extra={"responses": {422: {"$ref": "#/components/responses/Problem422"}}},
)
def remove_second_factor(request: TenantRequest, person_id: int) -> Status[None]:
    """For somebody who lost theirs; all their sessions end. Refused (422) for a login that opens more than this
    company."""
    reset_of(request.auth, person_id)
    return Status(204, None)


@router.delete(
    "/people/{int:person_id}/sessions",
    response={204: None},
    summary="Sign somebody out",
    operation_id="sign_person_out",
)
def sign_out(request: TenantRequest, person_id: int) -> Status[None]:
    """All their sessions of the panel end; with the password they can sign in again."""
    sign_out_person(request.auth, person_id)
    return Status(204, None)


@router.delete(
    "/people/{int:person_id}",
    response={204: None},
    summary="Remove somebody",
    operation_id="remove_person",
    openapi_extra={"responses": {422: {"$ref": "#/components/responses/Problem422"}}},
)
def remove_person(request: TenantRequest, person_id: int) -> Status[None]:
    """They see nothing of the company any more; the last owner stays (422)."""
    actions.remove_person(request.auth, person_id)
    return Status(204, None)


def _facts(member: Membership) -> dict[str, Any]:
    return {
        "id": member.pk,
        "email": member.person.email,
        "name": member.person.name,
        "role": Role(member.role),
        "has_first_password": member.person.must_change_password,
        "has_second_factor": member.person.has_second_factor,
        "last_sign_in": member.person.last_login,
    }
