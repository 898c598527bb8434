"""`/sip-accounts`: what phones register with."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Annotated, Any, Literal, Self, cast

from django.http import HttpRequest, HttpResponse
from ninja import Header, Query, Router, Status
from pydantic import BaseModel, Field, model_validator
from pydantic_core import PydanticCustomError

from centralka.actions.account import accounts as actions
from centralka.actions.account.blocks import SipAccountInput
from centralka.actions.account.general import NAME_MAX, RING_TIMEOUT_MAX, RING_TIMEOUT_MIN
from centralka.actions.account.outside import PIN_MAX, PIN_MIN
from centralka.actions.account.passwords import MAX_LENGTH, MIN_LENGTH
from centralka.actions.checks.outside import HIGHEST_RATE
from centralka.actions.errors import InvalidInput
from centralka.actions.prices.charges import Agreement
from centralka.actions.request_keys import KEY_MAX, check_key
from centralka.actions.sip_server import sip_addresses
from centralka.store.models import SipAccount

from ..http.amounts import Amount, Price, told
from ..http.auth import TenantRequest, tenant_token
from ..http.fields import At, Body, Secret, Text
from ..http.openapi import CONFLICT, LOCATION, PAYMENT
from ..http.pages import AskedPage, page_of
from ..http.problems import ROOT
from .unanswered import (
    ForwardingIn,
    ForwardingOut,
    VoicemailIn,
    VoicemailOut,
    as_sent,
    forwarding_of,
    voicemail_of,
    wanted_forwarding,
    wanted_voicemail,
)

router = Router(tags=["SIP accounts"], auth=tenant_token)

# The limits below only describe: the action checks, with the panel's own words. That is why they are not
# pydantic's `pattern` and the like.
Extension = Annotated[
    Text,
    Field(
        description="2 to 6 digits, not starting with 0, no public short code (112); unique in the company.",
        examples=["102"],
        json_schema_extra={"pattern": "^[1-9][0-9]{1,5}$"},
    ),
]
Name = Annotated[
    Text,
    Field(
        description="Shown to colleagues when this account calls them.",
        examples=["Sekretariat"],
        json_schema_extra={"minLength": 1, "maxLength": NAME_MAX},
    ),
]
Password = Annotated[
    Secret,
    Field(
        description="The phone's password. Only a digest is kept: it can be written, never read. Weak ones are "
        "refused with every reason.",
        examples=["hV3kqmT8wZx5"],
        json_schema_extra={"minLength": MIN_LENGTH, "maxLength": MAX_LENGTH},
    ),
]
InternalCallerId = Annotated[
    Text | None,
    Field(
        description="Up to 15 digits that colleagues see in place of the extension; null: the extension.",
        examples=["200", None],
    ),
]
RingTimeout = Annotated[
    int,
    Field(
        description="Seconds that the phone rings before “no answer” applies.",
        examples=[30],
        json_schema_extra={"minimum": RING_TIMEOUT_MIN, "maximum": RING_TIMEOUT_MAX},
    ),
]
CallWaiting = Annotated[
    bool,
    Field(
        description="false: while the account is in a call or ringing, a further caller gets busy.",
        examples=[True],
    ),
]


class CallerId(Body):
    """What people outside see: a number of the company's, or none."""

    mode: Literal["number", "restricted"] = Field(description="`restricted`: the number is hidden from people.")
    number: Text | None = Field(
        default=None,
        description="With the mode `number`, and only then: a number of the company's.",
        examples=["+48221234567"],
    )

    @model_validator(mode="after")
    def _say_one_thing(self) -> Self:
        if (self.mode == "number") != (self.number is not None):
            raise PydanticCustomError("caller_id", "a number and its mode go together")
        return self


Level = Literal["inherit", "national", "eea", "world"]
International = Annotated[
    Level,
    Field(description="How far the account may call: Poland, the EEA, the world; `inherit`: as the company says."),
]
MaxRate = Annotated[
    Amount | None,
    Field(
        description=f"PLN net per minute, at most {HIGHEST_RATE}: dearer destinations are refused. Null: the company's."
    ),
]
OutboundPin = Annotated[
    Secret | None,
    Field(
        description=f"{PIN_MIN} to {PIN_MAX} digits that are asked before every call outside; written, never read. "
        "Null or empty: none is asked.",
        examples=["4711"],
    ),
]


RequestKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        description=f"Chosen by you, 1 to {KEY_MAX} characters. The same request with the same key answers with the "
        "account that it made: no second one is made, and nothing is charged twice.",
    ),
]


class NewSipAccount(Body):
    """An account to make."""

    kind: Literal["voice"] = Field("voice", description="Only voice accounts so far.")
    extension: Extension
    name: Name
    password: Password
    internal_caller_id: InternalCallerId = None
    ring_timeout: RingTimeout = 30
    call_waiting: CallWaiting = True
    caller_id: CallerId = Field(
        default_factory=lambda: CallerId(mode="restricted"),
        description="Without it: the company's first number, or `restricted` if it has none.",
    )
    international: International = "inherit"
    max_rate: MaxRate = None
    outbound_pin: OutboundPin = None
    voicemail: VoicemailIn = Field(default_factory=VoicemailIn)
    forwarding: ForwardingIn = Field(default_factory=ForwardingIn)
    accept_charges: bool = Field(
        False,
        description="true: agrees to what the account costs. Without it, what costs something is answered with 402 "
        "and the charges. The consent is kept: whose token, when, from which address, for which prices.",
    )


class SipAccountChanges(Body):
    """Only the fields to change."""

    # `default_factory` makes a field optional without letting null stand for it.

    extension: Extension = Field(default_factory=str)
    name: Name = Field(default_factory=str)
    password: Password = Field(default_factory=lambda: Secret(""))
    internal_caller_id: InternalCallerId = None
    ring_timeout: RingTimeout = Field(default_factory=int)
    call_waiting: CallWaiting = Field(default_factory=bool)
    caller_id: CallerId = Field(default_factory=lambda: CallerId(mode="restricted"))
    international: International = "inherit"
    max_rate: MaxRate = None
    outbound_pin: OutboundPin = None
    voicemail: VoicemailIn = Field(default_factory=VoicemailIn)
    forwarding: ForwardingIn = Field(default_factory=ForwardingIn)
    version: int | None = Field(
        None,
        description="The version that was read. If somebody saved since: 409 `changed-meanwhile`.",
        examples=[1],
    )


class Contact(BaseModel):
    """A phone that is registered now."""

    uri: str = Field(examples=["sip:demo_100@192.0.2.7:5060"])
    user_agent: str = Field(examples=["baresip v1.0.0"])
    since: At


class SipAddressOut(BaseModel):
    """An address for phones."""

    transport: Literal["udp", "tcp"]
    host: str = Field(examples=["sip.centralka.example"])
    port: int = Field(examples=[5060])


class SipAccountOut(BaseModel):
    """An account as it is."""

    id: int
    kind: Literal["voice"]
    extension: str
    login: str = Field(description="What the phone registers with.", examples=["demo_100"])
    register_at: list[SipAddressOut] = Field(description="Where the phone registers, the usual address first.")
    name: str
    internal_caller_id: str | None
    ring_timeout: int
    call_waiting: bool
    caller_id: CallerId | None = Field(description="Null: nothing was chosen yet, so calls outside are refused.")
    international: Level
    max_rate: Price | None
    outbound_pin_set: bool = Field(description="Whether a PIN is asked before calls outside.")
    voicemail: VoicemailOut
    forwarding: ForwardingOut
    registered: bool = Field(description="Whether a phone is registered now.")
    contacts: list[Contact]
    last_seen: At | None = Field(description="When a phone was last known to be registered; null: never.")
    created_at: At
    changed_at: At
    version: int = Field(description="Counts the saves.")


class SipAccountPage(BaseModel):
    """One page of accounts, by extension."""

    items: list[SipAccountOut]
    next: str | None


class AskedAccounts(AskedPage):
    """Which accounts."""

    extension: Annotated[Text, Field(max_length=20)] | None = Field(None, description="This extension only.")
    search: Annotated[Text, Field(max_length=100)] | None = Field(
        None,
        description="Part of the name, the login, the internal presentation or the number that people outside "
        "see; without diacritics too, numbers in any spelling.",
    )
    kind: Literal["voice"] | None = None


@router.get("/sip-accounts", response=SipAccountPage, summary="List accounts", operation_id="list_sip_accounts")
def list_sip_accounts(request: TenantRequest, asked: Query[AskedAccounts]) -> SipAccountPage:
    """The company's accounts in the order of their extensions, with the phones that are registered now."""
    found = actions.sip_accounts(
        request.auth, search=asked.search or "", extension=asked.extension or "", kind=asked.kind or ""
    )
    accounts, following = page_of(found, asked)
    return SipAccountPage(items=[shown(request, account) for account in accounts], next=following)


@router.post(
    "/sip-accounts",
    response={201: SipAccountOut},
    summary="Make an account",
    operation_id="add_sip_account",
    openapi_extra={"responses": LOCATION["responses"] | PAYMENT["responses"] | CONFLICT["responses"]},
)
def add_sip_account(
    request: TenantRequest, wanted: NewSipAccount, response: HttpResponse, key: RequestKey = None
) -> Status[SipAccountOut]:
    """From then on its phone can register. 409 when the extension exists; 402 when it costs something."""
    asked = SipAccountInput(
        extension=wanted.extension,
        name=wanted.name,
        password=wanted.password.get_secret_value(),
        internal_caller_id=wanted.internal_caller_id,
        ring_timeout=wanted.ring_timeout,
        call_waiting=wanted.call_waiting,
        **_outside(wanted),
        **_unanswered(wanted),
    )
    agreement = Agreement(request.META.get("REMOTE_ADDR", "")) if wanted.accept_charges else None
    with _fields_named_as_they_were_sent():
        if key is not None:
            check_key(key)
        made = actions.add_sip_account(request.auth, asked, agreement, request=key or "")
    response.headers["Location"] = f"{ROOT}sip-accounts/{made.pk}"
    return Status(201, shown(request, made))


@router.get(
    "/sip-accounts/{int:account_id}",
    response=SipAccountOut,
    summary="Read an account",
    operation_id="get_sip_account",
)
def get_sip_account(request: TenantRequest, account_id: int) -> SipAccountOut:
    """One account, with the phones that are registered now."""
    return shown(request, actions.sip_account(request.auth, account_id))


@router.patch(
    "/sip-accounts/{int:account_id}",
    response=SipAccountOut,
    summary="Change an account",
    operation_id="change_sip_account",
    openapi_extra=CONFLICT,
)
def change_sip_account(request: TenantRequest, account_id: int, wanted: SipAccountChanges) -> SipAccountOut:
    """What is not sent stays as it is. Counts from the next call on.

    A new extension means a new login, and therefore needs a new password in the same request.
    """
    elsewhere = {"version", "voicemail", "forwarding", *_OUTSIDE}
    changes: dict[str, Any] = wanted.model_dump(exclude_unset=True, exclude=elsewhere)
    changes |= _outside(wanted) | _unanswered(wanted)
    if "password" in changes:
        changes["password"] = wanted.password.get_secret_value()
    with _fields_named_as_they_were_sent():
        return shown(request, actions.change_sip_account(request.auth, account_id, changes, version=wanted.version))


@router.delete(
    "/sip-accounts/{int:account_id}",
    response={204: None},
    summary="Delete an account",
    operation_id="delete_sip_account",
)
def delete_sip_account(request: TenantRequest, account_id: int) -> Status[None]:
    """Its phones cannot register or call any more; a call in progress goes on."""
    actions.delete_sip_account(request.auth, account_id)
    return Status(204, None)


_OUTSIDE = ("caller_id", "international", "max_rate", "outbound_pin")


def _outside(wanted: NewSipAccount | SipAccountChanges) -> dict[str, Any]:
    """What is sent about calls outside, in the words of `SipAccountInput`."""
    sent = {name: getattr(wanted, name) for name in _OUTSIDE if name in wanted.model_fields_set}
    if "caller_id" in sent:
        sent |= {"caller_id": wanted.caller_id.number, "caller_id_restricted": wanted.caller_id.mode == "restricted"}
    if sent.get("international") == "inherit":
        sent["international"] = None
    if "outbound_pin" in sent:
        sent["outbound_pin"] = wanted.outbound_pin.get_secret_value() if wanted.outbound_pin else ""
    return sent


def _unanswered(wanted: NewSipAccount | SipAccountChanges) -> dict[str, Any]:
    """What is sent about voicemail and forwarding, in the words of `SipAccountInput`."""
    return wanted_voicemail(wanted.voicemail) | wanted_forwarding(wanted.forwarding)


@contextmanager
def _fields_named_as_they_were_sent() -> Iterator[None]:
    try:
        yield
    except InvalidInput as refused:
        refused.problems = as_sent(refused.problems)
        if key := refused.problems.pop("request", None):
            refused.problems["Idempotency-Key"] = key
        raise


def shown(request: HttpRequest, account: SipAccount) -> SipAccountOut:
    """An account as the API shows it to whoever sent the request."""
    contacts = [
        Contact(uri=found.uri, user_agent=found.user_agent, since=found.since) for found in account.registrations.all()
    ]
    return SipAccountOut(
        id=account.pk,
        kind="voice",
        extension=account.extension,
        login=account.login,
        register_at=[SipAddressOut.model_validate(asdict(each)) for each in sip_addresses(request.get_host())],
        name=account.name,
        internal_caller_id=account.internal_caller_id,
        ring_timeout=account.ring_timeout,
        call_waiting=account.call_waiting,
        caller_id=_caller_id(account),
        international=cast(Level, account.international or "inherit"),
        max_rate=None if account.max_rate is None else told(account.max_rate),
        outbound_pin_set=bool(account.outbound_pin_digest),
        voicemail=voicemail_of(account),
        forwarding=forwarding_of(account),
        registered=bool(contacts),
        contacts=contacts,
        last_seen=account.last_seen_at,
        created_at=account.created_at,
        changed_at=account.changed_at,
        version=account.version,
    )


def _caller_id(account: SipAccount) -> CallerId | None:
    if account.caller_id_restricted:
        return CallerId(mode="restricted")
    return CallerId(mode="number", number=account.caller_id.e164) if account.caller_id else None
