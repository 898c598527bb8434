"""`/operator/sms-gateways`, `/operator/sms-names`, `…/sms-prices`: how text messages go, and for how much."""

from typing import Annotated, Any, Literal, cast

from django.http import HttpResponse
from ninja import Query, Router, Status
from pydantic import BaseModel, Field

from centralka.actions.sms import gateways, names, prices
from centralka.actions.sms.gateways import (
    ADDRESS_MAX,
    NAME_MAX,
    PRIORITY_MAX,
    PRIORITY_MIN,
    SECRET_MAX,
    GatewayInput,
)
from centralka.actions.sms.names import REASON_MAX
from centralka.actions.sms.prices import DESCRIPTION_MAX, MOST_ROWS, PREFIX_MAX, SmsPriceInput
from centralka.gateways.handover import callback_address
from centralka.sms.gateway_words import Answer, Taken
from centralka.store.models import SmsGateway, SmsName, SmsPrice

from ..http.amounts import Amount, Price, told
from ..http.auth import OperatorRequest, operator_token
from ..http.created import created
from ..http.fields import At, Body, Secret, Text
from ..http.openapi import CONFLICT, LOCATION
from ..http.pages import AskedPage, page_of

router = Router(tags=["Operator"], auth=operator_token)

GatewayKindName = Literal["http", "smsapi", "serwersms", "smpp"]
GatewayName = Annotated[Text, Field(examples=["SMSAPI"], json_schema_extra={"minLength": 1, "maxLength": NAME_MAX})]
Kind = Annotated[
    GatewayKindName,
    Field(
        description="`smsapi`: SMSAPI.pl; `serwersms`: SerwerSMS.pl. `http`: any other that takes a message in a "
        "request; `smpp`: one over SMPP 3.4. See `templates`."
    ),
]
GatewayAddress = Annotated[
    Text,
    Field(
        description="Where messages are sent; may be empty for `smsapi` and `serwersms`; `smpp://host:port`, or "
        "`smpps://…` with TLS.",
        examples=["https://sms.operator.example/messages"],
        json_schema_extra={"maxLength": ADDRESS_MAX},
    ),
]
GatewaySecret = Annotated[
    Secret,
    Field(
        description="The token of SMSAPI and SerwerSMS; the password over SMPP, of at most 8 characters; else "
        "the value of the header `Authorization`. Written, never read.",
        examples=["Bearer hV3kqmT8wZx5"],
        json_schema_extra={"maxLength": SECRET_MAX},
    ),
]
GatewayPriority = Annotated[
    int,
    Field(
        description="The lowest is tried first; the next where a gateway certainly did not take a message.",
        examples=[10],
        json_schema_extra={"minimum": PRIORITY_MIN, "maximum": PRIORITY_MAX},
    ),
]
GatewayTemplates = Annotated[
    dict[Text, Text],
    Field(
        description="Of an `http` or `smpp` gateway, what differs from the usual, and the `numbers` of a `serwersms` "
        "one; docs/sms.md has each.",
        examples=[{}],
    ),
]


class NewSmsGateway(Body):
    """A gateway to add."""

    name: GatewayName
    kind: Kind = "http"
    enabled: bool = True
    priority: GatewayPriority = 10
    address: GatewayAddress = ""
    secret: GatewaySecret | None = None
    templates: GatewayTemplates = Field(default_factory=dict)


class SmsGatewayChanges(Body):
    """Only the fields to change."""

    name: GatewayName = Field(default_factory=str)
    kind: Kind = Field(default_factory=lambda: "http")
    enabled: bool = Field(default_factory=bool)
    priority: GatewayPriority = Field(default_factory=int)
    address: GatewayAddress = Field(default_factory=str)
    secret: GatewaySecret = Field(default_factory=lambda: Secret(""))
    templates: GatewayTemplates = Field(default_factory=dict)
    version: int | None = Field(
        None,
        description="The version that was read. If somebody saved since: 409 `changed-meanwhile`.",
        examples=[1],
    )


class SmsGatewayOut(BaseModel):
    """A gateway as it is."""

    id: int
    name: str
    kind: GatewayKindName
    enabled: bool
    priority: int
    address: str
    secret_set: bool
    templates: dict[str, str]
    callback: str = Field(
        description="The address for its reports and for messages that come in; keep it secret. Empty over SMPP, where "
        "they come on the connection, and for SerwerSMS.pl, which is asked."
    )
    problem: str = Field(description="What went wrong at the last request; empty: nothing.")
    told_at: At | None = Field(description="When that was; null: it was not used yet.")
    version: int = Field(description="Counts the saves.")


class SmsGatewayPage(BaseModel):
    """One page of gateways, in the order in which they are tried."""

    items: list[SmsGatewayOut]
    next: str | None


class SmsTest(Body):
    """The number to which the test goes."""

    number: Text = Field(description="A mobile number in any spelling.", examples=["600100200"])


class SmsTestOut(BaseModel):
    """The answer of the gateway."""

    taken: bool
    reason: str = Field(description="Why it was not; empty if it was.")


class AskedNameOut(BaseModel):
    """A name that a company asked for."""

    id: int
    tenant_id: int
    name: str
    purpose: str
    state: Annotated[str, Field(json_schema_extra={"enum": list(SmsName.State.values)})]
    reason: str
    asked_by: str
    asked_at: At
    decided_by: str
    decided_at: At | None


class AskedNamePage(BaseModel):
    """One page of names, newest first."""

    items: list[AskedNameOut]
    next: str | None


class NameDecision(Body):
    """The operator's decision on a name."""

    approve: bool
    reason: Text = Field("", description="Why it is refused.", json_schema_extra={"maxLength": REASON_MAX})


class SmsPriceRow(Body):
    """The price of each part of a message. PLN net."""

    prefix: Text = Field(
        description="Digits of E.164 without the plus; the longest counts.",
        examples=["48"],
        json_schema_extra={"pattern": f"^[1-9][0-9]{{0,{PREFIX_MAX - 1}}}$"},
    )
    standard: Amount = Field(examples=["0.0900"])
    premium: Amount | None = Field(None, description="With an own sender; null: not sold.", examples=["0.1600"])
    description: Text = Field("", json_schema_extra={"maxLength": DESCRIPTION_MAX})


class SmsPricesIn(Body):
    """All prices of the list."""

    prices: list[SmsPriceRow] = Field(json_schema_extra={"maxItems": MOST_ROWS})


class SmsPriceOut(BaseModel):
    """A row."""

    prefix: str
    standard: Price
    premium: Price | None
    description: str


class SmsPricesOut(BaseModel):
    """All prices of the list, by prefix."""

    prices: list[SmsPriceOut]


@router.get("/sms-gateways", response=SmsGatewayPage, summary="List gateways", operation_id="list_sms_gateways")
def list_sms_gateways(request: OperatorRequest, asked: Query[AskedPage]) -> SmsGatewayPage:
    """All gateways for text messages, in the order in which they are tried."""
    found, following = page_of(gateways.gateways(request.auth), asked)
    return SmsGatewayPage(items=[_gateway(one) for one in found], next=following)


@router.post(
    "/sms-gateways",
    response={201: SmsGatewayOut},
    summary="Add a gateway",
    operation_id="add_sms_gateway",
    openapi_extra={"responses": LOCATION["responses"] | CONFLICT["responses"]},
)
def add_sms_gateway(request: OperatorRequest, wanted: NewSmsGateway, response: HttpResponse) -> Status[SmsGatewayOut]:
    """Messages go over it from now on. 409 when the name exists."""
    asked = wanted.model_dump() | {"secret": wanted.secret and wanted.secret.get_secret_value()}
    made = gateways.add_gateway(request.auth, GatewayInput(**asked))
    return created(response, f"operator/sms-gateways/{made.pk}", _gateway(made))


@router.get(
    "/sms-gateways/{int:gateway_id}", response=SmsGatewayOut, summary="Read a gateway", operation_id="get_sms_gateway"
)
def get_sms_gateway(request: OperatorRequest, gateway_id: int) -> SmsGatewayOut:
    """One gateway, with what went wrong at its last request."""
    return _gateway(gateways.gateway(request.auth, gateway_id))


@router.patch(
    "/sms-gateways/{int:gateway_id}",
    response=SmsGatewayOut,
    summary="Change a gateway",
    operation_id="change_sms_gateway",
    openapi_extra=CONFLICT,
)
def change_sms_gateway(request: OperatorRequest, gateway_id: int, wanted: SmsGatewayChanges) -> SmsGatewayOut:
    """What is not sent stays as it is; `templates` are replaced as a whole."""
    changes: dict[str, Any] = wanted.model_dump(exclude_unset=True, exclude={"version"})
    if "secret" in changes:
        changes["secret"] = wanted.secret.get_secret_value()
    return _gateway(gateways.change_gateway(request.auth, gateway_id, changes, version=wanted.version))


@router.delete(
    "/sms-gateways/{int:gateway_id}",
    response={204: None},
    summary="Delete a gateway",
    operation_id="delete_sms_gateway",
    openapi_extra=CONFLICT,
)
def delete_sms_gateway(request: OperatorRequest, gateway_id: int) -> Status[None]:
    """409 while messages may be with it of which it has not told."""
    gateways.delete_gateway(request.auth, gateway_id)
    return Status(204, None)


@router.post(
    "/sms-gateways/{int:gateway_id}/test",
    response=SmsTestOut,
    summary="Try a gateway",
    operation_id="try_sms_gateway",
)
def try_sms_gateway(request: OperatorRequest, gateway_id: int, wanted: SmsTest) -> SmsTestOut:
    """Sends a test message, which the gateway may charge, and tells what it said; also over one that is off."""
    return _tried(gateways.try_gateway(request.auth, gateway_id, wanted.number))


@router.get("/sms-names", response=AskedNamePage, summary="List sender names", operation_id="list_asked_sms_names")
def list_asked_sms_names(request: OperatorRequest, asked: Query[AskedPage]) -> AskedNamePage:
    """The names that companies asked for, newest first."""
    found, following = page_of(names.asked_names(request.auth), asked)
    return AskedNamePage(items=[_name(one) for one in found], next=following)


@router.patch(
    "/sms-names/{int:name_id}", response=AskedNameOut, summary="Decide about a name", operation_id="decide_sms_name"
)
def decide_sms_name(request: OperatorRequest, name_id: int, wanted: NameDecision) -> AskedNameOut:
    """A name that was given is taken away by refusing it; accounts under it send nothing then."""
    return _name(names.decide(request.auth, name_id, approve=wanted.approve, reason=wanted.reason))


@router.get(
    "/price-lists/{int:price_list_id}/sms-prices",
    response=SmsPricesOut,
    summary="Read prices of messages",
    operation_id="get_sms_prices",
)
def get_sms_prices(request: OperatorRequest, price_list_id: int) -> SmsPricesOut:
    """What text messages cost in a price list."""
    return SmsPricesOut(prices=[_price(row) for row in prices.sms_prices(request.auth, price_list_id)])


@router.put(
    "/price-lists/{int:price_list_id}/sms-prices",
    response=SmsPricesOut,
    summary="Write prices of messages",
    operation_id="set_sms_prices",
)
def set_sms_prices(request: OperatorRequest, price_list_id: int, wanted: SmsPricesIn) -> SmsPricesOut:
    """In the place of all that the list has; they count for the next message."""
    rows = [SmsPriceInput(row.prefix, row.standard, row.premium, row.description) for row in wanted.prices]
    prices.set_sms_prices(request.auth, price_list_id, rows)
    return get_sms_prices(request, price_list_id)


def _gateway(found: SmsGateway) -> SmsGatewayOut:
    return SmsGatewayOut(
        id=found.pk,
        name=found.name,
        kind=cast(GatewayKindName, found.kind),
        enabled=found.enabled,
        priority=found.priority,
        address=found.address,
        secret_set=found.secret != "",
        templates=_templates(found),
        callback=callback_address(found),
        problem=found.problem,
        told_at=found.told_at,
        version=found.version,
    )


def _templates(found: SmsGateway) -> dict[str, str]:
    if found.kind == SmsGateway.Kind.SMPP:
        return gateways.smpp_settings_of(found)
    if found.kind == SmsGateway.Kind.SERWERSMS:
        return gateways.serwersms_settings_of(found)
    return gateways.templates_of(found) if found.kind == SmsGateway.Kind.HTTP else {}


def _tried(answer: Answer) -> SmsTestOut:
    return (
        SmsTestOut(taken=True, reason="")
        if isinstance(answer, Taken)
        else SmsTestOut(taken=False, reason=answer.reason)
    )


def _name(name: SmsName) -> AskedNameOut:
    return AskedNameOut(
        id=name.pk,
        tenant_id=name.tenant_id,
        name=name.name,
        purpose=name.purpose,
        state=name.state,
        reason=name.reason,
        asked_by=name.asked_by,
        asked_at=name.asked_at,
        decided_by=name.decided_by,
        decided_at=name.decided_at,
    )


def _price(row: SmsPrice) -> SmsPriceOut:
    premium = None if row.premium is None else told(row.premium)
    return SmsPriceOut(prefix=row.prefix, standard=told(row.standard), premium=premium, description=row.description)
