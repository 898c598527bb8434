"""Rules against fraud in the database: limits and their use under the company's lock, stops, known countries.

Text messages count as money, not as calls. What a company spends is counted in slots of ten minutes, so that one
indexed statement tells it, however many calls there were. An hour is at least an hour here: the slot in which it began
counts as a whole.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Any

import structlog
from django.conf import settings
from django.utils import timezone

from centralka.calls.destinations import destination
from centralka.calls.fraud import (
    HOUR_SECONDS,
    RECOMMENDED,
    Breach,
    FraudRule,
    Limits,
    NightCalls,
    Rules,
    Stop,
    Use,
    Watched,
    area_of,
)
from centralka.calls.numbers import COUNTRY

from .models import FraudStop, Installation, KnownCountry, Mail, Membership, Person, Role, Spent, Tenant
from .statements import for_each, moment, money_in, rows_of

log = structlog.get_logger()

SLOT = timedelta(minutes=10)
_HOUR, _DAY = timedelta(hours=1) + SLOT, timedelta(days=1) + SLOT
NOTE_AGAIN_AFTER = timedelta(days=1)
"""A refusal that stops nothing else is told once in so long."""
_SMALLEST = Decimal("0.0001")
_LAST_HOUR = (
    f"CASE WHEN granted_seconds > {HOUR_SECONDS} THEN amount * {HOUR_SECONDS} / granted_seconds ELSE amount END"
)
IS_CALL = "granted_seconds > 0"
"""SQL: a reservation is that of a call, not of a text message."""
STANDING = """
(SELECT MIN(CASE WHEN s.sip_account_id IS NULL THEN 'company:' ELSE 'account:' END || s.rule || ':' || s."limit")
    FROM fraud_stop s WHERE s.tenant_id = {} AND s.lifted_at IS NULL AND s.rule IN ('per_hour', 'per_day')
    AND (s.sip_account_id IS NULL OR s.sip_account_id = %s))"""
"""SQL: the stop by a limit of money of a company, or of the account that is asked for, that nobody has lifted: for
`stop_in`."""
_COUNTED = f"""
SELECT t.balance + t.credit_limit, reserved.*, spent.*, t.calls_at_once, t.spend_per_hour, t.spend_per_day,
       COALESCE(own.calls_at_once, t.account_calls_at_once), COALESCE(own.spend_per_hour, t.account_spend_per_hour),
       COALESCE(own.spend_per_day, t.account_spend_per_day)
FROM tenant t CROSS JOIN (
    SELECT COALESCE(SUM(amount), 0), COUNT(CASE WHEN {IS_CALL} THEN 1 END), COALESCE(SUM({_LAST_HOUR}), 0),
           COALESCE(SUM(CASE WHEN sip_account_id = %s THEN amount END), 0),
           COUNT(CASE WHEN sip_account_id = %s AND {IS_CALL} THEN 1 END),
           COALESCE(SUM(CASE WHEN sip_account_id = %s THEN {_LAST_HOUR} END), 0)
    FROM reservation WHERE tenant_id = %s
) reserved
CROSS JOIN (
    SELECT COALESCE(SUM(CASE WHEN account = 0 AND slot > %s THEN net END), 0),
           COALESCE(SUM(CASE WHEN account = 0 THEN net END), 0),
           COALESCE(SUM(CASE WHEN account <> 0 AND slot > %s THEN net END), 0),
           COALESCE(SUM(CASE WHEN account <> 0 THEN net END), 0)
    FROM spent WHERE tenant_id = %s AND account IN (0, %s) AND slot > %s
) spent
LEFT JOIN sip_account own ON own.id = %s
WHERE t.id = %s
"""
_ADD_SPENT = """
INSERT INTO spent (tenant_id, account, slot, net) VALUES (%s, %s, %s, %s)
ON CONFLICT (tenant_id, account, slot) DO UPDATE SET net = spent.net + excluded.net
"""
_KNOW_COUNTRY = """
INSERT INTO known_country (tenant_id, area, since, "by") VALUES (%s, %s, %s, '')
ON CONFLICT (tenant_id, area) DO NOTHING
"""


@dataclass(frozen=True, slots=True)
class Counted:
    """The use that a company and one of its accounts make of their limits, and the room that is left in all."""

    available: Decimal
    """PLN net that can still be spent."""
    account: Watched
    company: Watched


def count(tenant_id: int, account_id: int, now: datetime) -> Counted:
    """Count for a call of the account, in one statement; nobody else takes money meanwhile: the company is locked.

    `account_id`: 0 if it is not known, then only the company's limits count.
    """
    hour, day = moment(now - _HOUR), moment(now - _DAY)
    asked = [*[account_id] * 3, tenant_id, hour, hour, tenant_id, account_id, day, account_id, tenant_id]
    (row,) = rows_of(_COUNTED, asked)
    funds, reserved, spent, limits, own = row[0], row[1:7], [money_in(net) for net in row[7:11]], row[11:14], row[14:]
    company = Use(reserved[1], money_in(reserved[2]) + spent[0], money_in(reserved[0]) + spent[1])
    account = Use(reserved[4], money_in(reserved[5]) + spent[2], money_in(reserved[3]) + spent[3])
    return Counted(
        money_in(funds) - money_in(reserved[0]),
        Watched(_limits(*own) if account_id else Limits(), account),
        Watched(_limits(*limits), company),
    )


def _limits(calls: int | None, *amounts: Any) -> Limits:
    return Limits(calls, *(None if amount is None else money_in(amount) for amount in amounts))


@dataclass(frozen=True, slots=True)
class Spending:
    """The cost of a call or message."""

    tenant_id: int
    account_id: int | None
    number: str
    """E.164, of a call; "" for a message, which makes no country one that is called."""
    net: Decimal
    """PLN."""
    seconds: int
    at: datetime
    """The time of its end."""


def add_spent(spendings: Sequence[Spending]) -> None:
    """Count what was spent, and the countries that were called. The companies are locked.

    What a call cost before its last hour counts for the day only.
    """
    for_each(_ADD_SPENT, [row for spending in spendings for row in _spent(spending)])
    for spending in spendings:
        to = destination(spending.number)
        if to and (area := area_of(to)) != COUNTRY:
            rows_of(_KNOW_COUNTRY, [spending.tenant_id, area, moment(spending.at)])


def _spent(spending: Spending) -> Iterator[tuple[Any, ...]]:
    late = min(spending.net, (spending.net * HOUR_SECONDS / max(spending.seconds, HOUR_SECONDS)).quantize(_SMALLEST))
    parts = {_slot(spending.at): late}
    if early := spending.net - late:
        parts[_slot(spending.at - _HOUR)] = early
    for account in {0, spending.account_id or 0}:
        for slot, part in parts.items():
            yield spending.tenant_id, account, moment(slot), str(part)


def _slot(at: datetime) -> datetime:
    return datetime.fromtimestamp(at.timestamp() // SLOT.total_seconds() * SLOT.total_seconds(), at.tzinfo)


def forget_old(now: datetime) -> None:
    """Remove what counts no more."""
    Spent.objects.filter(slot__lt=now - 2 * _DAY).delete()


# -- Stops ---------------------------------------------------------------------------------------------------------


def note_stop(tenant_id: int, breach: Breach, now: datetime) -> None:
    """Note that a rule refused a call, and tell the company's owners and the operators, once for each stop.

    The company has to be locked, or two calls at once make two stops.
    """
    stop = breach.stop
    since = FraudStop.objects.filter(
        tenant=tenant_id, sip_account=stop.account_id, rule=stop.rule.value, area=stop.area, lifted_at=None
    )
    if (there := since.first()) and (stop.rule.holds or there.at > now - NOTE_AGAIN_AFTER):
        return
    since.update(lifted_at=now)
    made = FraudStop.objects.create(
        tenant_id=tenant_id,
        sip_account_id=stop.account_id,
        rule=stop.rule.value,
        area=stop.area,
        limit=stop.limit,
        caller_id=breach.account_id or None,
        number=breach.number,
        at=now,
    )
    log.warning("fraud is suspected", tenant=tenant_id, account=stop.account_id, rule=stop.rule.value, stop=made.pk)
    _tell(made, now)


def _tell(stop: FraudStop, now: datetime) -> None:
    """Mail the company's owners and its addresses for alerts, and each operator who is none of them."""
    owners = Membership.objects.filter(tenant=stop.tenant_id, role=Role.OWNER, person__is_active=True)
    company = {*owners.values_list("person__email", flat=True), *filter(None, stop.tenant.alert_emails.split(","))}
    operators = set(Person.objects.filter(is_operator=True, is_active=True).values_list("email", flat=True)) - company
    mails = [_mail(stop, to, stop.tenant.language, now, stop.tenant) for to in sorted(company)]
    mails += [_mail(stop, to, settings.LANGUAGE_CODE, now, None) for to in sorted(operators)]
    Mail.objects.bulk_create(mails, ignore_conflicts=True)


def _mail(stop: FraudStop, to: str, language: str, now: datetime, tenant: Tenant | None) -> Mail:
    return Mail(
        tenant=tenant,
        fraud_stop=stop,
        kind=Mail.Kind.FRAUD,
        key=f"fraud:{stop.pk}:{sha256(to.encode()).hexdigest()[:32]}",
        to=to,
        language=language,
        next_at=now,
        created_at=now,
    )


def standing(tenant_id: int, account_id: int) -> Stop | None:
    """Find the stop by a limit of money of the account or of its company that nobody has lifted.

    What is refused by it while the company is locked is refused by a stop that began a moment ago, too.
    """
    ((found,),) = rows_of(f"SELECT {STANDING.format('%s')}", [tenant_id, account_id])
    return stop_in(account_id, found)


def stop_in(account_id: int, found: str | None) -> Stop | None:
    """Read what `STANDING` found."""
    if found is None:
        return None
    whose, rule, limit = found.split(":")
    return Stop(FraudRule(rule), account_id if whose == "account" else None, limit=limit)


def lift(stop: FraudStop, by: str, now: datetime) -> None:
    """End a stop. What was spent counts no more for a limit of money: it starts again. The company has to be locked."""
    FraudStop.objects.filter(pk=stop.pk, lifted_at=None).update(lifted_at=now, lifted_by=by)
    if stop.holds:
        Spent.objects.filter(tenant=stop.tenant_id, account=stop.sip_account_id or 0).delete()
    if stop.rule == FraudRule.NEW_COUNTRY:
        know_country(stop.tenant_id, stop.area, by, now)
    log.info("a stop was lifted", tenant=stop.tenant_id, stop=stop.pk)


def know_country(tenant_id: int, area: str, by: str, now: datetime) -> None:
    """Let a company call a country without a further question."""
    KnownCountry.objects.get_or_create(tenant_id=tenant_id, area=area, defaults={"since": now, "by": by})


# -- Rules ---------------------------------------------------------------------------------------------------------

_MONEY = ("spend_per_hour", "spend_per_day", "account_spend_per_hour", "account_spend_per_day")
RULES = tuple(field.name for field in fields(Rules))
"""The columns of a company that are its rules."""


def rules_of(tenant: Tenant) -> Rules:
    """Read the rules of a company."""
    return Rules(**{name: getattr(tenant, name) for name in RULES} | {"night_calls": NightCalls(tenant.night_calls)})


def rules_for_new_companies() -> Rules:
    """Return what a company gets that is made now."""
    kept: Mapping[str, Any] | None = Installation.objects.values_list("fraud_rules", flat=True).first()
    if kept is None:
        return RECOMMENDED
    amounts = {name: None if kept[name] is None else Decimal(kept[name]) for name in _MONEY}
    return Rules(**{**kept, **amounts, "night_calls": NightCalls(kept["night_calls"])})


def rules_as_json(rules: Rules) -> dict[str, Any]:
    """Write rules for a JSON column; money as text."""
    found = {name: getattr(rules, name) for name in RULES}
    return {name: str(value) if isinstance(value, Decimal) else value for name, value in found.items()}


def as_columns(rules: Rules) -> dict[str, Any]:
    """Return the rules as columns of a company."""
    return {name: getattr(rules, name) for name in RULES} | {"night_calls": rules.night_calls.value}


def clock(now: datetime) -> str:
    """Return the time of day by the installation's clock, "HH:MM"."""
    here = now.astimezone(timezone.get_default_timezone())
    return f"{here.hour:02}:{here.minute:02}"
