"""`/sip-accounts`: the accounts with which phones register."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, cast

from django.http import HttpRequest, HttpResponse
from ninja import Header, Query, Router, Status
from pydantic import BaseModel, Field

from centralka.actions.account import accounts as actions
from centralka.actions.account.blocks import SipAccountInput
from centralka.actions.prices.charges import Agreement
from centralka.actions.request_keys import KEY_MAX, check_key
from centralka.calls.doing import Doing
from centralka.store.acting import acting
from centralka.store.models import Registration, SipAccount

from ..http.auth import TenantRequest, tenant_token
from ..http.fields import At, Body, Changes, Text
from ..http.openapi import CONFLICT, LOCATION, PAYMENT
from ..http.pages import AskedPage, page_of
from ..http.problems import ROOT
from ..http.wrong_fields import fields_named_as_sent
from . import advanced, forwarding, general, voicemail
from .advanced import AdvancedIn, AdvancedOut
from .forwarding import ForwardingIn, ForwardingOut
from .general import CallerId, GeneralIn, GeneralOut, SmsSender
from .voicemail import VoicemailIn, VoicemailOut

router = Router(tags=["SIP accounts"], auth=tenant_token)

RequestKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        description=f"Chosen by you, 1 to {KEY_MAX} characters. The same request with the same key answers with the "
        "account that it made: no second one is made, and nothing is charged twice.",
    ),
]


class KindIn(Body):
    """The kind of an account."""

    kind: Literal["voice"] = Field("voice", description="Accounts that receive faxes are made by `/fax-accounts`.")


class NewSipAccount(AdvancedIn, GeneralIn, KindIn):
    """An account to make."""

    voicemail: VoicemailIn = Field(default_factory=VoicemailIn)
    forwarding: ForwardingIn = Field(default_factory=ForwardingIn)
    accept_charges: bool = Field(
        False,
        description="true: agrees to what the account costs. Without it, what costs something is answered with 402 "
        "and the charges. The consent is kept: whose token, when, from which address, for which prices.",
    )


class SipAccountChanges(Changes, AdvancedIn, GeneralIn):
    """Only the fields to change."""

    caller_id: CallerId = Field(default_factory=lambda: CallerId(mode="restricted"))
    sms_sender: SmsSender = Field(default_factory=lambda: SmsSender(mode="random"))
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
    reachable: bool | None = Field(
        description="Whether it answers the exchange, which asks every 25 seconds; null: it came too lately to tell. "
        "Calls are tried at it in any case."
    )


class SipAccountOut(AdvancedOut, GeneralOut):
    """An account as it is."""

    voicemail: VoicemailOut
    forwarding: ForwardingOut
    registered: bool = Field(description="Whether a phone is registered now.")
    reachable: bool = Field(
        description="Whether a phone of it answers the exchange, or has come too lately to tell. An account that is "
        "registered and not reachable has phones that do not answer."
    )
    contacts: list[Contact]
    monitoring_state: Literal["well", "gone", "flaps"] | None = Field(
        description="What was told of it last: `gone`: it cannot be reached; `flaps`: it comes and goes; null: it is "
        "not monitored, or was never reachable since."
    )
    call_state: Literal["idle", "ringing", "in_call"] = Field(
        description="What its phones do now. Who calls somebody is in a call, also before the answer."
    )
    last_seen: At | None = Field(description="When a phone was last known to be registered; null: never.")
    created_at: At
    changed_at: At
    version: int = Field(description="Counts the saves.")


_CALL_STATES: Mapping[Doing | None, Literal["idle", "ringing", "in_call"]] = {
    None: "idle",
    Doing.RINGING: "ringing",
    Doing.IN_CALL: "in_call",
}


class SipAccountPage(BaseModel):
    """One page of accounts, by extension."""

    items: list[SipAccountOut]
    next: str | None


class AskedAccounts(AskedPage):
    """The choice of accounts in a list."""

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
    found = actions.sip_accounts(request.auth, search=asked.search or "", extension=asked.extension or "")
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
    asked = SipAccountInput(**_wanted(wanted))
    agreement = Agreement(acting().address) if wanted.accept_charges else None
    with fields_named_as_sent(_SENT_AS):
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
    with fields_named_as_sent(_SENT_AS):
        return shown(
            request, actions.change_sip_account(request.auth, account_id, _wanted(wanted), version=wanted.version)
        )


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


def _wanted(sent: NewSipAccount | SipAccountChanges) -> dict[str, Any]:
    """Return what is sent, in the words of `SipAccountInput`."""
    return {
        **general.wanted(sent),
        **advanced.wanted(sent),
        **voicemail.wanted(sent.voicemail),
        **forwarding.wanted(sent.forwarding),
    }


_SENT_AS = {**voicemail.SENT_AS, **forwarding.SENT_AS, "request": "Idempotency-Key"}
"""Fields of the action as they are sent, where they have other names."""


def _monitoring_state(account: SipAccount) -> Literal["well", "gone", "flaps"] | None:
    return cast(Literal["well", "gone", "flaps"], account.missed.told) if account.missed else None


def contact_of(found: Registration) -> Contact:
    """Return a phone as the API shows it."""
    return Contact(uri=found.uri, user_agent=found.user_agent, since=found.since, reachable=found.answers)


def shown(request: HttpRequest, account: SipAccount) -> SipAccountOut:
    """Return an account as the API shows it to the sender of the request."""
    contacts = [contact_of(found) for found in account.registrations.all()]
    return SipAccountOut(
        **vars(general.of(account, request.get_host())),
        **vars(advanced.of(account)),
        voicemail=voicemail.of(account),
        forwarding=forwarding.of(account),
        registered=bool(contacts),
        reachable=account.reachable,
        contacts=contacts,
        monitoring_state=_monitoring_state(account),
        call_state=_CALL_STATES[account.doing],
        last_seen=account.last_seen_at,
        created_at=account.created_at,
        changed_at=account.changed_at,
        version=account.version,
    )
