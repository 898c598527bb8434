"""`/tenant`: the company that the token belongs to."""

from decimal import Decimal
from typing import Annotated, Literal, cast

from ninja import Router
from pydantic import BaseModel, Field

from centralka.actions.actor import Actor
from centralka.actions.checks.emails import emails_in
from centralka.actions.money import own_funds
from centralka.actions.tenants import own as own_tenant

from ..http.amounts import Amount, Price, told
from ..http.auth import TenantRequest, tenant_token
from ..http.fields import At, Body, Moment, Text
from ..http.openapi import CONFLICT

router = Router(tags=["Company"], auth=tenant_token)

TenantName = Annotated[Text, Field(examples=["Kwiaciarnia Demo"], json_schema_extra={"minLength": 1, "maxLength": 100})]
Language = Annotated[
    Literal["pl", "en"],
    Field(description="Of answers to programs that do not ask for one.", examples=["pl"]),
]

International = Annotated[
    Literal["national", "eea", "world"],
    Field(description="How far accounts may call that have no level of their own.", examples=["national"]),
]


HoldSoundName = Annotated[
    Literal["bundled", "own", "silence"],
    Field(
        description="What the other side hears while a phone of the company holds the call: Centralka's music, the "
        "company's own file (`PUT /tenant/hold-music`), or packets of silence.",
        examples=["bundled"],
    ),
]

LongestCall = Annotated[
    int,
    Field(
        description="Seconds, whole minutes, at most 86400: a call that has gone on for so long is ended, after a "
        "tone. Emergency calls are not.",
        examples=[14400],
    ),
]


Networks = Annotated[
    list[Text],
    Field(
        description="From where the company's accounts register and call, in CIDR notation. From elsewhere the right "
        "password is answered like a wrong one. Empty: from everywhere.",
        examples=[["203.0.113.0/24"]],
    ),
]


AlertEmails = Annotated[
    list[Text],
    Field(
        description="Who is told by mail when something is wrong, e.g. an account cannot be reached. Empty: nobody.",
        examples=[["biuro@firma.example"]],
    ),
]

SmsNightFrom = Annotated[
    Text,
    Field(
        description="From when text messages wait for the end of the night, by the installation's clock; empty: they "
        "go at any time.",
        examples=["21:00"],
    ),
]
SmsNightUntil = Annotated[Text, Field(description="When they go; empty where the other is.", examples=["08:00"])]
SmsEmail = Annotated[Text, Field(description="Where text messages that come in are mailed; empty: nowhere.")]


class TenantChanges(Body):
    """Only what is to change."""

    name: TenantName = Field(default_factory=str)
    language: Language = Field(default_factory=lambda: "pl")
    international: International = Field(default_factory=lambda: "national")
    max_rate: Amount = Field(
        default_factory=Decimal,
        description="PLN net per minute: the dearest destination for accounts that have no limit of their own.",
    )
    hold_sound: HoldSoundName = Field(default_factory=lambda: "bundled")
    longest_call: LongestCall = Field(default_factory=int)
    networks: Networks = Field(default_factory=list)
    alert_emails: AlertEmails = Field(default_factory=list)
    low_balance: Amount | None = Field(
        default_factory=lambda: None,
        description="PLN net: when less is left to spend, the alert addresses, or the owners where there are none, are "
        "told by mail, once until there is more again; null: nobody is.",
    )
    webhook: Text = Field(
        default_factory=str,
        description="Where a program of yours is told of accounts that cannot be reached, by HTTPS; empty: nowhere.",
        examples=["https://example.com/centralka"],
    )
    webhook_sms: bool = Field(
        default_factory=bool,
        description="Also of text messages that come in, and of each new state of those that were sent.",
    )
    second_factor_wanted: bool = Field(
        default_factory=bool,
        description="Each person of the company has to set a second factor up before anything else opens. Only an "
        "owner's token changes it.",
    )
    monitoring_paused_until: Moment | None = Field(
        default_factory=lambda: None,
        description="Nobody is told before then of accounts that cannot be reached; null: monitoring goes on.",
    )

    sms_max_price: Amount = Field(
        default_factory=Decimal, description="PLN net: the dearest text message, with all its parts."
    )
    sms_email: SmsEmail = Field(default_factory=str)
    sms_night_from: SmsNightFrom = Field(default_factory=str)
    sms_night_until: SmsNightUntil = Field(default_factory=str)
    version: int | None = Field(
        None,
        description="The version that was read. If somebody saved since: 409 `changed-meanwhile`.",
        examples=[1],
    )


class TenantCounts(BaseModel):
    """Numbers of things that the company has."""

    sip_accounts: int
    registered: int = Field(description="Accounts with a phone registered now.")


class TenantOut(BaseModel):
    """A company."""

    slug: str = Field(description="Begins every login of the company; never changes.", examples=["demo"])
    name: str
    language: Language
    international: International
    max_rate: Price
    hold_sound: HoldSoundName
    longest_call: LongestCall
    networks: Networks
    alert_emails: AlertEmails
    second_factor_wanted: bool
    second_factor_required: bool = Field(description="The operator demands it, whatever the company wants.")
    monitoring_paused_until: At | None
    webhook: Text
    webhook_sms: bool
    webhook_secret: str = Field(
        description="What is sent to `webhook` is signed with it; empty: no address was ever set, or a reader's token."
    )
    sms_max_price: Price
    sms_email: SmsEmail
    sms_night_from: SmsNightFrom
    sms_night_until: SmsNightUntil
    sms_per_hour: int = Field(description="How many text messages can be sent within an hour; the operator's limit.")
    low_balance: Price | None
    balance: Price | None = Field(description="PLN net. Null for a reader's token, as are the next two.")
    credit_limit: Price | None = Field(description="How far below zero the balance may go; 0.0000: prepaid.")
    available: Price | None = Field(
        description="What can be spent: balance and credit, less what running calls and messages hold."
    )
    version: int = Field(description="Counts the saves, the operator's too.")
    counts: TenantCounts


@router.get("/tenant", response=TenantOut, summary="Read the company", operation_id="get_tenant")
def get_tenant(request: TenantRequest) -> TenantOut:
    """The company that the token belongs to."""
    return _out(request.auth)


@router.patch(
    "/tenant",
    response=TenantOut,
    summary="Change the company",
    operation_id="change_tenant",
    openapi_extra=CONFLICT,
)
def change_tenant(request: TenantRequest, wanted: TenantChanges) -> TenantOut:
    """What is not sent stays as it is."""
    changes = wanted.model_dump(exclude_unset=True, exclude={"version"})
    if "alert_emails" in changes:
        changes["alert_emails"] = ",".join(wanted.alert_emails)
    own_tenant.change_own_tenant(request.auth, changes, version=wanted.version)
    return _out(request.auth)


def _out(actor: Actor) -> TenantOut:
    has = own_tenant.counts(actor)
    funds = own_funds(actor) if actor.may_manage else None
    return TenantOut(
        slug=actor.tenant.slug,
        name=actor.tenant.name,
        language="en" if actor.tenant.language == "en" else "pl",
        international=cast(Literal["national", "eea", "world"], actor.tenant.international),
        max_rate=told(actor.tenant.max_rate),
        hold_sound=cast(Literal["bundled", "own", "silence"], actor.tenant.hold_sound),
        longest_call=actor.tenant.longest_call,
        networks=own_tenant.networks(actor.tenant),
        alert_emails=emails_in(actor.tenant.alert_emails),
        second_factor_wanted=actor.tenant.second_factor_wanted,
        second_factor_required=actor.tenant.second_factor_required,
        monitoring_paused_until=actor.tenant.monitoring_paused_until,
        webhook=actor.tenant.webhook if actor.may_manage else "",
        webhook_sms=actor.tenant.webhook_sms,
        webhook_secret=actor.tenant.webhook_secret if actor.may_manage else "",
        sms_max_price=told(actor.tenant.sms_max_price),
        sms_email=actor.tenant.sms_email if actor.may_manage else "",
        sms_night_from=actor.tenant.sms_night_from,
        sms_night_until=actor.tenant.sms_night_until,
        sms_per_hour=actor.tenant.sms_per_hour,
        low_balance=None if actor.tenant.low_balance is None else told(actor.tenant.low_balance),
        balance=told(funds.balance) if funds else None,
        credit_limit=told(funds.credit_limit) if funds else None,
        available=told(funds.available) if funds else None,
        version=actor.tenant.version,
        counts=TenantCounts(sip_accounts=has.sip_accounts, registered=has.registered),
    )
