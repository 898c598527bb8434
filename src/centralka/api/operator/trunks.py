"""`/operator/trunks`: the connections to carriers."""

from typing import Annotated, Any, Literal, cast

from django.http import HttpResponse
from ninja import Query, Router, Status
from pydantic import BaseModel, Field

from centralka.actions import trunks as actions
from centralka.actions.checks.trunk_hosts import HOST_MAX
from centralka.actions.trunks import (
    NAME_MAX,
    PASSWORD_MAX,
    PORT_MAX,
    PRIORITY_MAX,
    PRIORITY_MIN,
    USERNAME_MAX,
    TrunkInput,
)
from centralka.store.models import Trunk

from ..http.auth import OperatorRequest, operator_token
from ..http.created import created
from ..http.fields import At, Body, Secret, Text
from ..http.openapi import CONFLICT, LOCATION
from ..http.pages import AskedPage, page_of

router = Router(tags=["Operator"], auth=operator_token)

# As in `sip_accounts`, limits only describe: the action checks.
Kind = Literal["registration", "address"]
Transport = Literal["udp", "tcp"]
NumberStyle = Literal["e164", "digits", "national"]
CalledNumberIn = Literal["automatic", "request_line", "to", "p_called_party_id"]
TrunkName = Annotated[Text, Field(examples=["Operator A"], json_schema_extra={"minLength": 1, "maxLength": NAME_MAX})]
WantedKind = Annotated[
    Kind,
    Field(description="`registration`: we register at the carrier. `address`: it knows us by our address."),
]
Host = Annotated[
    Text,
    Field(
        description="The carrier's host name or IP address.",
        examples=["sip.operator.example"],
        json_schema_extra={"minLength": 1, "maxLength": HOST_MAX},
    ),
]
Port = Annotated[int, Field(examples=[5060], json_schema_extra={"minimum": 1, "maximum": PORT_MAX})]
Username = Annotated[
    Text,
    Field(
        description="With `registration` only.",
        examples=["48221234567"],
        json_schema_extra={"maxLength": USERNAME_MAX},
    ),
]
Password = Annotated[
    Secret,
    Field(
        description="With `registration` only. Written, never read.",
        examples=["hV3kqmT8wZx5"],
        json_schema_extra={"maxLength": PASSWORD_MAX},
    ),
]
Priority = Annotated[
    int,
    Field(
        description="The lowest is tried first; the next one when the carrier cannot be reached or fails (5xx).",
        examples=[10],
        json_schema_extra={"minimum": PRIORITY_MIN, "maximum": PRIORITY_MAX},
    ),
]
WantedStyle = Annotated[
    NumberStyle,
    Field(description="How numbers are written to it: `+48221234567`, `48221234567`, or `221234567` and `0049…`."),
]
WantedPlace = Annotated[
    CalledNumberIn,
    Field(
        description="Where it writes the number that is called. `automatic`: in the request line, but where that holds "
        "our user name or no number, in `P-Called-Party-ID` or else `To`."
    ),
]
SendsPai = Annotated[bool, Field(description="Whether it gets `P-Asserted-Identity` (RFC 3325).")]
Foreign = Annotated[
    bool,
    Field(description="Whether it accepts caller IDs that are not ours: who is transferred outside is shown then."),
]
Pings = Annotated[
    bool,
    Field(description="Whether it is asked every 10 seconds if it is there (OPTIONS). Calls do not depend on it."),
]


class NewTrunk(Body):
    """A trunk to make."""

    name: TrunkName
    kind: WantedKind = "registration"
    host: Host
    port: Port = 5060
    transport: Transport = "udp"
    username: Username = ""
    password: Password | None = None
    priority: Priority = 10
    enabled: bool = True
    number_style: WantedStyle = "e164"
    called_number: WantedPlace = "automatic"
    sends_pai: SendsPai = True
    foreign_caller_ids: Foreign = False
    pings: Pings = True


class TrunkChanges(Body):
    """Only the fields to change."""

    name: TrunkName = Field(default_factory=str)
    kind: WantedKind = Field(default_factory=lambda: "registration")
    host: Host = Field(default_factory=str)
    port: Port = Field(default_factory=int)
    transport: Transport = Field(default_factory=lambda: "udp")
    username: Username = Field(default_factory=str)
    password: Password = Field(default_factory=lambda: Secret(""))
    priority: Priority = Field(default_factory=int)
    enabled: bool = Field(default_factory=bool)
    number_style: WantedStyle = Field(default_factory=lambda: "e164")
    called_number: WantedPlace = Field(default_factory=lambda: "automatic")
    sends_pai: SendsPai = Field(default_factory=bool)
    foreign_caller_ids: Foreign = Field(default_factory=bool)
    pings: Pings = Field(default_factory=bool)
    version: int | None = Field(
        None,
        description="The version that was read. If somebody saved since: 409 `changed-meanwhile`.",
        examples=[1],
    )


class TrunkOut(BaseModel):
    """A trunk as it is."""

    id: int
    name: str
    kind: Kind
    host: str
    port: int
    transport: Transport
    username: str
    password_set: bool
    priority: int
    enabled: bool
    number_style: NumberStyle
    called_number: CalledNumberIn
    sends_pai: bool
    foreign_caller_ids: bool
    pings: bool
    addresses: list[str] = Field(description="The IP addresses of `host`: who calls from there is this carrier.")
    status: Literal["registered", "rejected", "unregistered"] | None = Field(
        description="What became of the registration last; null: not known, or there is none. `rejected` is said "
        "only of a carrier that answers."
    )
    answer: str | None = Field(
        description="What the carrier said last, where it did not register us: `403 Forbidden`; null: nothing."
    )
    reachable: bool | None = Field(
        description="Whether the carrier answered when it was asked last; null: it is not asked, or was not yet."
    )
    status_at: At | None = Field(description="When one of these became what it is.")
    created_at: At
    changed_at: At
    version: int = Field(description="Counts the saves.")


class TrunkPage(BaseModel):
    """One page of trunks, in the order in which they are tried."""

    items: list[TrunkOut]
    next: str | None


@router.get("/trunks", response=TrunkPage, summary="List trunks", operation_id="list_trunks")
def list_trunks(request: OperatorRequest, asked: Query[AskedPage]) -> TrunkPage:
    """All trunks, in the order in which a call tries them."""
    found, following = page_of(actions.trunks(request.auth), asked)
    return TrunkPage(items=[_out(trunk) for trunk in found], next=following)


@router.post(
    "/trunks",
    response={201: TrunkOut},
    summary="Make a trunk",
    operation_id="add_trunk",
    openapi_extra={"responses": LOCATION["responses"] | CONFLICT["responses"]},
)
def add_trunk(request: OperatorRequest, wanted: NewTrunk, response: HttpResponse) -> Status[TrunkOut]:
    """It registers within seconds. 409 when the name exists."""
    asked = wanted.model_dump() | {"password": wanted.password and wanted.password.get_secret_value()}
    made = actions.add_trunk(request.auth, TrunkInput(**asked))
    return created(response, f"operator/trunks/{made.pk}", _out(made))


@router.get("/trunks/{int:trunk_id}", response=TrunkOut, summary="Read a trunk", operation_id="get_trunk")
def get_trunk(request: OperatorRequest, trunk_id: int) -> TrunkOut:
    """One trunk, with what became of its registration."""
    return _out(actions.trunk(request.auth, trunk_id))


@router.patch(
    "/trunks/{int:trunk_id}",
    response=TrunkOut,
    summary="Change a trunk",
    operation_id="change_trunk",
    openapi_extra=CONFLICT,
)
def change_trunk(request: OperatorRequest, trunk_id: int, wanted: TrunkChanges) -> TrunkOut:
    """What is not sent stays as it is. Counts from the next call on."""
    changes: dict[str, Any] = wanted.model_dump(exclude_unset=True, exclude={"version"})
    if "password" in changes:
        changes["password"] = wanted.password.get_secret_value()
    return _out(actions.change_trunk(request.auth, trunk_id, changes, version=wanted.version))


@router.delete("/trunks/{int:trunk_id}", response={204: None}, summary="Delete a trunk", operation_id="delete_trunk")
def delete_trunk(request: OperatorRequest, trunk_id: int) -> Status[None]:
    """No call goes over it from now on; those in progress go on."""
    actions.delete_trunk(request.auth, trunk_id)
    return Status(204, None)


def _out(trunk: Trunk) -> TrunkOut:
    status = trunk.status.lower()
    return TrunkOut(
        id=trunk.pk,
        name=trunk.name,
        kind=cast(Kind, trunk.kind),
        host=trunk.host,
        port=trunk.port,
        transport=cast(Transport, trunk.transport),
        username=trunk.username,
        password_set=trunk.password != "",
        priority=trunk.priority,
        enabled=trunk.enabled,
        number_style=cast(NumberStyle, trunk.number_style),
        called_number=cast(CalledNumberIn, trunk.called_number),
        sends_pai=trunk.sends_pai,
        foreign_caller_ids=trunk.foreign_caller_ids,
        pings=trunk.pings,
        addresses=trunk.addresses.split(",") if trunk.addresses else [],
        status=cast(Any, status) if status in ("registered", "rejected", "unregistered") else None,
        answer=trunk.answer or None,
        reachable=trunk.reachable,
        status_at=trunk.status_at,
        created_at=trunk.created_at,
        changed_at=trunk.changed_at,
        version=trunk.version,
    )
