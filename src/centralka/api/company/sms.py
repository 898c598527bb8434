"""`/sms`, `/sms-names`, `/sms-stops`: text messages out and in, and what belongs to them."""

from typing import Annotated, Literal

from ninja import Header, Query, Router, Status
from pydantic import BaseModel, Field

from centralka.actions.account.accounts import sip_accounts
from centralka.actions.actor import Actor
from centralka.actions.request_keys import KEY_MAX, check_key
from centralka.actions.sms import messages, names, sending, stops
from centralka.actions.sms.names import PURPOSE_MAX, PURPOSE_MIN
from centralka.actions.sms.sending import MOST_READ, SmsInput
from centralka.sms.senders import NAME_MAX
from centralka.store.models import Role, Sms, SmsName, SmsStop

from ..http.amounts import Price, told
from ..http.auth import TenantRequest, tenant_token
from ..http.fields import At, Body, Moment, Text
from ..http.openapi import CONFLICT
from ..http.pages import AskedPage, page_of
from ..http.wrong_fields import fields_named_as_sent

router = Router(tags=["Text messages"], auth=tenant_token)

_HEADER = "Idempotency-Key"
Key = Annotated[
    str | None,
    Header(
        alias=_HEADER,
        description=f"Chosen by you, 1 to {KEY_MAX} characters. The same request with the same key answers with the "
        "messages that it made: nothing is sent or paid twice.",
    ),
]
Direction = Annotated[str, Field(json_schema_extra={"enum": list(Sms.Direction.values)})]
SmsState = Annotated[str, Field(json_schema_extra={"enum": list(Sms.State.values)})]
NameState = Annotated[str, Field(json_schema_extra={"enum": list(SmsName.State.values)})]


class NewSms(Body):
    """A text to send, and its recipients."""

    sender_account: Text = Field(
        alias="from",
        description="The extension of the account that sends; its `sms_sender` is shown.",
        examples=["100"],
    )
    to: Text | list[Text] = Field(
        description="A mobile number in any spelling, or many; one that is there twice gets it once.",
        examples=["600100200", ["+48600100200", "601 222 333"]],
    )
    text: Text = Field(description="At most 10 parts.", examples=["Zamówienie czeka na odbiór."])
    plain: bool = Field(False, description="true: Polish letters are written without their signs, which costs less.")


class SmsOut(BaseModel):
    """A message out or in."""

    id: int
    direction: Direction
    number: str = Field(description="The other side, in E.164; of one that came in perhaps a name.")
    sender: str | None = Field(description="Our side: a name or an own number; null: a random number.")
    sip_account: int | None = Field(description="The `id` of the account; null: none, or deleted.")
    text: str
    parts: int
    tier: str | None = Field(description="`standard` or `premium`; null for one that came in.")
    price: Price | None = Field(description="PLN net, of all parts; null for one that came in.")
    state: SmsState = Field(
        description="`queued`: waiting; `sending`: being handed over; `unknown`: the gateway may have it, and is asked "
        "before anything is sent again; `accepted`: the gateway has it, and it is paid; `sent`: the network has it; "
        "`delivered`; `failed`; `received`: it came in."
    )
    reason: str = Field(description="Why it failed, or what is known of it; empty: nothing.")
    gateway: str
    batch: str = Field(description="The same for all messages of one request; empty for one that came in.")
    by: str = Field(description="The person or token that sent it.")
    created_at: At
    accepted_at: At | None
    ended_at: At | None = Field(description="When it was delivered, or failed.")


class SmsPage(BaseModel):
    """One page of messages, newest first."""

    items: list[SmsOut]
    next: str | None


class SmsSent(BaseModel):
    """The messages that a request made."""

    items: list[SmsOut]


class AskedSms(AskedPage):
    """The choice of messages in a list."""

    direction: Literal["in", "out"] | None = None
    state: Sms.State | None = None
    number: Annotated[Text, Field(max_length=40)] | None = Field(None, description="The other side, in any spelling.")
    batch: Annotated[Text, Field(max_length=40)] | None = None
    since: Moment | None = None
    until: Moment | None = None


class NewSmsName(Body):
    """A sender name to ask the operator for."""

    name: Text = Field(examples=["KWIATY"], json_schema_extra={"minLength": 3, "maxLength": NAME_MAX})
    purpose: Text = Field(
        description="What is sent under it, and why the name is the company's.",
        examples=["Powiadomienia o zamówieniach; KWIATY to nasza marka."],
        json_schema_extra={"minLength": PURPOSE_MIN, "maxLength": PURPOSE_MAX},
    )


class SmsNameOut(BaseModel):
    """A sender name, and what became of it."""

    id: int
    name: str
    purpose: str
    state: NameState
    reason: str = Field(description="Why the operator refused it, or took it away.")
    asked_at: At
    decided_at: At | None


class SmsNamePage(BaseModel):
    """One page of names."""

    items: list[SmsNameOut]
    next: str | None


class SmsStopOut(BaseModel):
    """A number whose owner wants no more messages."""

    id: int
    number: str
    text: str = Field(description="The words that they answered.", examples=["STOP"])
    at: At


class SmsStopPage(BaseModel):
    """One page of numbers."""

    items: list[SmsStopOut]
    next: str | None


@router.get("/sms", response=SmsPage, summary="List text messages", operation_id="list_sms")
def list_sms(request: TenantRequest, asked: Query[AskedSms]) -> SmsPage:
    """The company's messages, out and in, newest first. For a manager's token."""
    wanted = messages.SmsFilter(**asked.model_dump(exclude={"cursor", "limit"}))
    found, following = page_of(messages.messages(request.auth, wanted), asked)
    return SmsPage(items=[_out(sms) for sms in found], next=following)


@router.post(
    "/sms", response={201: SmsSent}, summary="Send text messages", operation_id="send_sms", openapi_extra=CONFLICT
)
def send_sms(request: TenantRequest, wanted: NewSms, key: Key = None) -> Status[SmsSent]:
    """To one or many: all are queued, or none. What becomes of each is told by `GET /sms/{id}`."""
    actor = request.auth
    actor.require(Role.MANAGER)
    to = [wanted.to] if isinstance(wanted.to, str) else wanted.to[: MOST_READ + 1]
    asked = SmsInput(account_id=_account(actor, wanted.sender_account), to=to, text=wanted.text, plain=wanted.plain)
    with fields_named_as_sent(_SENT_AS):
        if key is not None:
            check_key(key)
        made = sending.send(actor, asked, request=key or "")
    return Status(201, SmsSent(items=[_out(sms) for sms in made]))


@router.get("/sms/{int:sms_id}", response=SmsOut, summary="Read a text message", operation_id="get_sms")
def get_sms(request: TenantRequest, sms_id: int) -> SmsOut:
    """One message, with what became of it."""
    return _out(messages.message(request.auth, sms_id))


@router.get("/sms-names", response=SmsNamePage, summary="List sender names", operation_id="list_sms_names")
def list_sms_names(request: TenantRequest, asked: Query[AskedPage]) -> SmsNamePage:
    """The names that the company asked for."""
    found, following = page_of(names.names(request.auth), asked)
    return SmsNamePage(items=[name_out(name) for name in found], next=following)


@router.post(
    "/sms-names",
    response={201: SmsNameOut},
    summary="Ask for a sender name",
    operation_id="ask_for_sms_name",
    openapi_extra=CONFLICT,
)
def ask_for_sms_name(request: TenantRequest, wanted: NewSmsName) -> Status[SmsNameOut]:
    """The operator decides. Names that look like a public body's are refused at once."""
    return Status(201, name_out(names.ask_for_name(request.auth, wanted.name, wanted.purpose)))


@router.delete(
    "/sms-names/{int:name_id}",
    response={204: None},
    summary="Give up a sender name",
    operation_id="delete_sms_name",
    openapi_extra=CONFLICT,
)
def delete_sms_name(request: TenantRequest, name_id: int) -> Status[None]:
    """409 while accounts send under it."""
    names.delete_name(request.auth, name_id)
    return Status(204, None)


@router.get("/sms-stops", response=SmsStopPage, summary="List who wants no more", operation_id="list_sms_stops")
def list_sms_stops(request: TenantRequest, asked: Query[AskedPage]) -> SmsStopPage:
    """Numbers whose owners answered STOP, WYPISZ or NIE: nothing is sent to them."""
    found, following = page_of(stops.stops(request.auth), asked)
    return SmsStopPage(items=[_stop(stop) for stop in found], next=following)


@router.delete(
    "/sms-stops/{int:sms_stop_id}",
    response={204: None},
    summary="Let messages be sent again",
    operation_id="lift_sms_stop",
)
def lift_sms_stop(request: TenantRequest, sms_stop_id: int) -> Status[None]:
    """Only when the owner of the number asked for it."""
    stops.lift_stop(request.auth, sms_stop_id)
    return Status(204, None)


def _account(actor: Actor, extension: str) -> int:
    return sip_accounts(actor, extension=extension).values_list("pk", flat=True).first() or 0


_SENT_AS = {"account": "from", "request": _HEADER}
"""Fields of the action as they are sent, where they have other names."""


def _out(sms: Sms) -> SmsOut:
    return SmsOut(
        id=sms.pk,
        direction=sms.direction,
        number=sms.number,
        sender=sms.sender or None,
        sip_account=sms.sip_account_id,
        text=sms.text,
        parts=sms.parts,
        tier=sms.tier or None,
        price=None if sms.price is None else told(sms.price),
        state=sms.state,
        reason=sms.reason,
        gateway=sms.gateway_name,
        batch=sms.batch,
        by=sms.by,
        created_at=sms.created_at,
        accepted_at=sms.accepted_at,
        ended_at=sms.ended_at,
    )


def name_out(name: SmsName) -> SmsNameOut:
    """Return a name as the API shows it, to the company and to the operator."""
    return SmsNameOut(
        id=name.pk,
        name=name.name,
        purpose=name.purpose,
        state=name.state,
        reason=name.reason,
        asked_at=name.asked_at,
        decided_at=name.decided_at,
    )


def _stop(stop: SmsStop) -> SmsStopOut:
    return SmsStopOut(id=stop.pk, number=stop.number, text=stop.text, at=stop.at)
