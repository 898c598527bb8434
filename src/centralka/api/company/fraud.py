"""`/fraud-rules`, `/fraud-stops`, `/known-countries`: what protects the company's money from a stolen password."""

from datetime import datetime
from typing import Annotated, Literal

from ninja import Query, Router, Status
from pydantic import BaseModel, Field

from centralka.actions import fraud as actions
from centralka.calls.fraud import Rules
from centralka.store.models import FraudStop, KnownCountry, SipAccount

from ..http.amounts import Amount, Price, told
from ..http.auth import TenantRequest, tenant_token
from ..http.fields import Body, Changes, Text
from ..http.openapi import CONFLICT, MISSING
from ..http.pages import AskedPage, page_of

router = Router(tags=["Fraud"], auth=tenant_token)

Calls = Annotated[int | None, Field(description="Calls outside at once; null: no limit.", examples=[5])]
Spend = Annotated[Amount | None, Field(description="PLN net; null: no limit.", examples=["20.00"])]
Shown = Annotated[Price | None, Field(description="PLN net; null: no limit.")]
NightCallsName = Annotated[
    Literal["none", "abroad", "all"], Field(description="Which calls are refused at night.", examples=["abroad"])
]
Time = Annotated[Text, Field(description="By the installation's clock.", examples=["22:00"])]


class FraudRulesChanges(Changes):
    """Only what is to change."""

    calls_at_once: Calls = None
    spend_per_hour: Spend = None
    spend_per_day: Spend = None
    account_calls_at_once: Calls = None
    account_spend_per_hour: Spend = None
    account_spend_per_day: Spend = None
    ask_new_countries: Annotated[
        bool, Field(description="Refuse calls to a country that was never called, until it is allowed.")
    ] = False
    night_calls: NightCallsName = "none"
    night_from: Time = "22:00"
    night_until: Time = "06:00"


class FraudRulesOut(BaseModel):
    """The rules. Those that begin with `account_` are for each account that has no limit of its own."""

    calls_at_once: Calls
    spend_per_hour: Shown
    spend_per_day: Annotated[Price | None, Field(description="PLN net in 24 hours; null: no limit.")]
    account_calls_at_once: Calls
    account_spend_per_hour: Shown
    account_spend_per_day: Annotated[Price | None, Field(description="PLN net in 24 hours; null: no limit.")]
    ask_new_countries: bool
    night_calls: NightCallsName
    night_from: str
    night_until: str


class CompanyFraudRulesChanges(FraudRulesChanges):
    """Only what is to change."""

    version: int | None = Field(
        None,
        description="The version that was read here or at `/tenant`. If somebody saved since: 409 `changed-meanwhile`.",
        examples=[1],
    )


class CompanyFraudRulesOut(FraudRulesOut):
    """The rules. Those that begin with `account_` are for each account that has no limit of its own."""

    version: int = Field(description="As at `/tenant`: counts the saves of all settings of the company.")


class FraudLimitsChanges(Changes):
    """Of one account; only what is to change. Null: as the company says."""

    calls_at_once: Calls = None
    spend_per_hour: Spend = None
    spend_per_day: Spend = None
    version: int | None = Field(
        None,
        description="The version that was read here or of the account. If somebody saved since: 409 "
        "`changed-meanwhile`.",
        examples=[1],
    )


class FraudLimitsOut(BaseModel):
    """The account's own limits. Null: as the company says."""

    calls_at_once: Calls
    spend_per_hour: Shown
    spend_per_day: Shown
    version: int = Field(description="The account's: counts the saves of its settings, its limits among them.")


class FraudStopOut(BaseModel):
    """A rule that refused a call."""

    id: int
    rule: str = Field(
        description="`per_hour` and `per_day` refuse every further call that costs something, and every text message, "
        "until they are lifted; `calls_at_once`, `new_country` and `night` refused this one and others like it.",
        examples=["per_hour"],
    )
    sip_account: int | None = Field(description="The account whose limit it is; null: the company's.")
    caller: int | None = Field(description="The account that called.")
    number: str = Field(description="E.164.", examples=["+5371234567"])
    area: str = Field(description="The new country, or `PL:premium` and the like; else empty.", examples=["CU"])
    limit: str = Field(examples=["20.0000"])
    at: datetime
    lifted_at: datetime | None
    lifted_by: str


class FraudStopPage(BaseModel):
    """One page of stops, newest first."""

    items: list[FraudStopOut]
    next: str | None


class NewCountry(Body):
    """A country to allow."""

    area: Text = Field(description="ISO 3166-1, or the `area` of a stop.", examples=["CU"])


class KnownCountryOut(BaseModel):
    """A country that may be called without a further question."""

    id: int
    area: str = Field(examples=["CU"])
    since: datetime
    by: str = Field(description="Who allowed it; empty: it was called before anybody had to be asked.")


class KnownCountryPage(BaseModel):
    """One page of countries, by their codes."""

    items: list[KnownCountryOut]
    next: str | None


@router.get("/fraud-rules", response=CompanyFraudRulesOut, summary="Read the rules", operation_id="get_fraud_rules")
def get_rules(request: TenantRequest) -> CompanyFraudRulesOut:
    """What the company allows to its calls outside."""
    return _companys(actions.rules(request.auth), request.auth.tenant.version)


@router.patch(
    "/fraud-rules",
    response=CompanyFraudRulesOut,
    summary="Change the rules",
    operation_id="change_fraud_rules",
    openapi_extra=CONFLICT,
)
def change_rules(request: TenantRequest, wanted: CompanyFraudRulesChanges) -> CompanyFraudRulesOut:
    """Counts from the next call on. What is not sent stays as it is."""
    changes = wanted.model_dump(exclude_unset=True, exclude={"version"})
    rules = actions.change_rules(request.auth, changes, version=wanted.version)
    return _companys(rules, request.auth.tenant.version)


@router.get(
    "/sip-accounts/{int:account_id}/fraud-limits",
    response=FraudLimitsOut,
    summary="Read an account's limits",
    operation_id="get_fraud_limits",
    openapi_extra=MISSING,
)
def get_limits(request: TenantRequest, account_id: int) -> FraudLimitsOut:
    """The limits that the account has of its own."""
    return _limits(actions.account_limits(request.auth, account_id))


@router.patch(
    "/sip-accounts/{int:account_id}/fraud-limits",
    response=FraudLimitsOut,
    summary="Change an account's limits",
    operation_id="change_fraud_limits",
    openapi_extra={"responses": MISSING["responses"] | CONFLICT["responses"]},
)
def change_limits(request: TenantRequest, account_id: int, wanted: FraudLimitsChanges) -> FraudLimitsOut:
    """Counts from its next call on. What is not sent stays as it is."""
    changes = wanted.model_dump(exclude_unset=True, exclude={"version"})
    return _limits(actions.change_account_limits(request.auth, account_id, changes, version=wanted.version))


@router.get("/fraud-stops", response=FraudStopPage, summary="List stops", operation_id="list_fraud_stops")
def list_stops(request: TenantRequest, asked: Query[AskedPage]) -> FraudStopPage:
    """What the rules stopped, also what was lifted since."""
    rows, following = page_of(actions.stops(request.auth), asked)
    return FraudStopPage(items=[stop_out(row) for row in rows], next=following)


@router.delete(
    "/fraud-stops/{int:stop_id}",
    response={204: None},
    summary="Lift a stop",
    operation_id="lift_fraud_stop",
    openapi_extra=MISSING,
)
def lift_stop(request: TenantRequest, stop_id: int) -> Status[None]:
    """Calls go out again from the next one on; limits of money count anew, and a new country is allowed by it."""
    actions.lift(request.auth, stop_id)
    return Status(204, None)


@router.get(
    "/known-countries", response=KnownCountryPage, summary="List known countries", operation_id="list_known_countries"
)
def list_countries(request: TenantRequest, asked: Query[AskedPage]) -> KnownCountryPage:
    """Countries that were called, or allowed: calls there need no further question."""
    rows, following = page_of(actions.countries(request.auth), asked)
    return KnownCountryPage(items=[_country(row) for row in rows], next=following)


@router.post(
    "/known-countries", response={201: KnownCountryOut}, summary="Allow a country", operation_id="allow_country"
)
def allow_country(request: TenantRequest, wanted: NewCountry) -> Status[KnownCountryOut]:
    """Levels, prices, and what the operator blocks are not changed by it. One that is there is answered as it is."""
    return Status(201, _country(actions.allow_country(request.auth, wanted.area)))


@router.delete(
    "/known-countries/{int:country_id}",
    response={204: None},
    summary="Ask again about a country",
    operation_id="forget_country",
    openapi_extra=MISSING,
)
def forget_country(request: TenantRequest, country_id: int) -> Status[None]:
    """The next call there is refused, and the owner is asked, where the rules say so."""
    actions.forget_country(request.auth, country_id)
    return Status(204, None)


def _companys(rules: Rules, version: int) -> CompanyFraudRulesOut:
    return CompanyFraudRulesOut(**rules_out(rules).model_dump(), version=version)


def rules_out(rules: Rules) -> FraudRulesOut:
    """Write rules as they are answered."""
    amounts = {name: _told(getattr(rules, name)) for name in actions.MONEY}
    return FraudRulesOut(
        **amounts,
        calls_at_once=rules.calls_at_once,
        account_calls_at_once=rules.account_calls_at_once,
        ask_new_countries=rules.ask_new_countries,
        night_calls=rules.night_calls.value,
        night_from=rules.night_from,
        night_until=rules.night_until,
    )


def _told(amount: "Amount | None") -> str | None:
    return None if amount is None else told(amount)


def _limits(account: SipAccount) -> FraudLimitsOut:
    return FraudLimitsOut(
        calls_at_once=account.calls_at_once,
        spend_per_hour=_told(account.spend_per_hour),
        spend_per_day=_told(account.spend_per_day),
        version=account.version,
    )


def stop_out(row: FraudStop) -> FraudStopOut:
    """Write a stop as it is answered."""
    return FraudStopOut(
        id=row.pk,
        rule=row.rule,
        sip_account=row.sip_account_id,
        caller=row.caller_id,
        number=row.number,
        area=row.area,
        limit=row.limit,
        at=row.at,
        lifted_at=row.lifted_at,
        lifted_by=row.lifted_by,
    )


def _country(row: KnownCountry) -> KnownCountryOut:
    return KnownCountryOut(id=row.pk, area=row.area, since=row.since, by=row.by)
