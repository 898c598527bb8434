"""Rules against fraud: what a company wants of its calls outside, what was stopped, which countries it calls."""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from phonenumbers import SUPPORTED_REGIONS

from centralka.calls.fraud import NightCalls, Rules
from centralka.calls.numbers import COUNTRY
from centralka.store import fraud as store
from centralka.store.models import AuditEntry, FraudStop, Installation, KnownCountry, Role, SipAccount, Tenant
from centralka.store.models.audited import note
from centralka.store.money import lock
from centralka.store.turns import in_turn

from .account.accounts import locked_sip_account, sip_account
from .actor import Actor, Operator
from .checks.amounts import check_amount
from .checks.times import check_night
from .errors import NotFound, ProblemList, require_unchanged

MOST_CALLS = 10_000
MOST_MONEY = Decimal(999_999)
"""PLN net, the most whole ones that the columns take."""
CALLS = ("calls_at_once", "account_calls_at_once")
MONEY = ("spend_per_hour", "spend_per_day", "account_spend_per_hour", "account_spend_per_day")
OWN = ("calls_at_once", "spend_per_hour", "spend_per_day")
"""The limits that an account can have of its own."""
_THE_ONE = 1


def rules(actor: Actor) -> Rules:
    """Return the rules of the actor's company."""
    return store.rules_of(actor.tenant)


@in_turn
def change_rules(actor: Actor, changes: Mapping[str, Any], *, version: int | None = None) -> Rules:
    """Change rules of the actor's company, named as in `calls.fraud.Rules`; from the next call on. `version` as in
    `own.change_own_tenant`. Raises `InvalidInput`."""
    actor.require(Role.MANAGER)
    actor.tenant.refresh_from_db()  # it was read at the door
    require_unchanged(actor.tenant, version)
    wanted = _checked(store.rules_of(actor.tenant), changes)
    columns = store.as_columns(wanted)
    for name in changes:
        setattr(actor.tenant, name, columns[name])
    actor.tenant.version += 1
    actor.tenant.save(update_fields=sorted([*changes, "version"]))
    return wanted


def rules_for_new_companies(operator: Operator) -> Rules:
    """Return what a company gets that is made now."""
    return store.rules_for_new_companies()


@in_turn
def change_rules_for_new_companies(operator: Operator, changes: Mapping[str, Any]) -> Rules:
    """Change what a company gets that is made from now on. Raises `InvalidInput`."""
    with transaction.atomic():
        list(Installation.objects.select_for_update().filter(pk=_THE_ONE))  # all rules are in one column
        wanted = _checked(store.rules_for_new_companies(), changes)
        Installation.objects.update_or_create(pk=_THE_ONE, defaults={"fraud_rules": store.rules_as_json(wanted)})
    return wanted


def _checked(now: Rules, changes: Mapping[str, Any]) -> Rules:
    found: dict[str, Any] = {name: getattr(now, name) for name in store.RULES} | dict(changes)
    problems = ProblemList()
    _check_limits(problems, found, CALLS, MONEY)
    known = problems.check(
        found["night_calls"] in set(NightCalls), "night_calls", "unknown", _("Choose which calls are refused at night.")
    )
    check_night(problems, ("night_from", found["night_from"]), ("night_until", found["night_until"]))
    problems.raise_any()
    return Rules(**found | {"night_calls": NightCalls(found["night_calls"])} if known else found)


def _check_limits(
    problems: ProblemList, found: Mapping[str, Any], calls: tuple[str, ...], money: tuple[str, ...]
) -> None:
    for name in calls:
        good = found[name] is None or 1 <= found[name] <= MOST_CALLS
        problems.check(good, name, "range", _("Give a number of calls from 1 to 10000, or nothing for no limit."))
    for name in money:
        if found[name] is not None:
            check_amount(problems, name, found[name], most=MOST_MONEY)


def account_limits(actor: Actor, account_id: int) -> SipAccount:
    """Return an account for its limits: `OWN`; None: as the company says. Raises `NotFound`."""
    actor.require(Role.MANAGER)
    return sip_account(actor, account_id)


@in_turn
def change_account_limits(
    actor: Actor, account_id: int, changes: Mapping[str, Any], *, version: int | None = None
) -> SipAccount:
    """Change an account's own limits (`OWN`), from its next call on. `version` as in `accounts.change_sip_account`.
    Raises `InvalidInput`, `NotFound`."""
    actor.require(Role.MANAGER)
    account = locked_sip_account(actor, account_id)  # its form compares versions, and does not wait for its turn
    require_unchanged(account, version)
    found = {name: getattr(account, name) for name in OWN} | dict(changes)
    problems = ProblemList()
    _check_limits(problems, found, OWN[:1], OWN[1:])
    problems.raise_any()
    for name in changes:
        setattr(account, name, found[name])
    account.version += 1
    account.save(update_fields=sorted([*changes, "version", "changed_at"]))
    return account


# -- Stops ---------------------------------------------------------------------------------------------------------


def stops(actor: Actor) -> QuerySet[FraudStop]:
    """Return what rules stopped in the actor's company, also what was lifted, newest first."""
    actor.require(Role.MANAGER)
    return _stops().filter(tenant=actor.tenant)


def stops_of_all(operator: Operator) -> QuerySet[FraudStop]:
    """Return what rules stopped in all companies, newest first."""
    return _stops()


def _stops() -> QuerySet[FraudStop]:
    return FraudStop.objects.select_related("tenant", "sip_account", "caller").order_by("-at", "-id")


def lift(actor: Actor, stop_id: int) -> FraudStop:
    """Lift a stop; a new country is allowed by it. From the next call on. Raises `NotFound`."""
    return _lift(stops(actor), stop_id, actor.who)


def lift_any(operator: Operator, stop_id: int) -> FraudStop:
    """Lift a stop of any company. Raises `NotFound`."""
    return _lift(stops_of_all(operator), stop_id, operator.who)


def _lift(found: QuerySet[FraudStop], stop_id: int, by: str) -> FraudStop:
    try:
        stop = found.filter(lifted_at=None).get(pk=stop_id)
    except (FraudStop.DoesNotExist, OverflowError):
        raise NotFound from None
    with transaction.atomic():
        lock(stop.tenant_id)
        store.lift(stop, by, datetime.now(UTC))
        note(AuditEntry.Did.REMOVED, "fraud_stop", "", stop.tenant_id, _told(stop), stop.pk)
    return stop


def _told(stop: FraudStop) -> list[list[str]]:
    whom = [["sip_account", str(stop.sip_account), ""]] if stop.sip_account else []
    return [["rule", stop.rule, ""], *whom, *([["area", stop.area, ""]] if stop.area else [])]


# -- Countries -----------------------------------------------------------------------------------------------------


def countries(actor: Actor) -> QuerySet[KnownCountry]:
    """Return the countries that the company called or allowed."""
    actor.require(Role.MANAGER)
    return actor.tenant.known_countries.order_by("area", "id")


def countries_to_allow(actor: Actor) -> list[str]:
    """Return the codes (ISO 3166-1) of the other countries."""
    known = set(countries(actor).values_list("area", flat=True))
    return sorted(set(SUPPORTED_REGIONS) - known - {COUNTRY})


def allow_country(actor: Actor, area: str) -> KnownCountry:
    """Let calls to a country go out without a further question. `area`: ISO 3166-1, or one that a stop names.

    Raises `InvalidInput`. Levels, prices and what the operator blocks are not changed by it.
    """
    actor.require(Role.MANAGER)
    problems, asked = ProblemList(), stops(actor).filter(area=area).exists()
    problems.check(asked or area in SUPPORTED_REGIONS, "area", "unknown", _("Choose a country."))
    problems.raise_any()
    now = datetime.now(UTC)
    with transaction.atomic():
        lock(actor.tenant.pk)
        store.know_country(actor.tenant.pk, area, actor.who, now)
        _lifted(actor.tenant, area).update(lifted_at=now, lifted_by=actor.who)
    return KnownCountry.objects.get(tenant=actor.tenant, area=area)


def _lifted(tenant: Tenant, area: str) -> QuerySet[FraudStop]:
    return FraudStop.objects.filter(tenant=tenant, rule=FraudStop.Rule.NEW_COUNTRY, area=area, lifted_at=None)


def forget_country(actor: Actor, country_id: int) -> KnownCountry:
    """Ask again before the next call to a country. Raises `NotFound`."""
    try:
        found = countries(actor).get(pk=country_id)
    except (KnownCountry.DoesNotExist, OverflowError):
        raise NotFound from None
    KnownCountry.objects.filter(pk=found.pk).delete()
    return found
