"""The actor's own company: what it is called, which language it speaks, where it may call, how much it has."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from centralka.store.models import HoldMusic, HoldSound, Role, Tenant
from centralka.store.turns import in_turn

from ..actor import Actor
from ..checks.amounts import check_amount
from ..checks.emails import check_email, check_emails, tidy_emails
from ..checks.networks import tidy_networks
from ..checks.outside import check_level, check_max_rate
from ..checks.times import check_night, check_pause
from ..checks.webhooks import check_webhook
from ..errors import ProblemList, require_unchanged
from ..webhooks import give_secret

_OWN = (
    "name", "language", "international", "max_rate", "hold_sound", "longest_call", "networks", "alert_emails",
    "monitoring_paused_until", "sms_max_price", "sms_email", "sms_night_from", "sms_night_until", "low_balance",
    "webhook", "webhook_sms", "second_factor_wanted",
)  # fmt: skip
MOST_SMS_PRICE = Decimal(100)
"""PLN net."""
MOST_LOW_BALANCE = Decimal(1_000_000)
SHORTEST_LIMIT, LONGEST_LIMIT = 60, 24 * 3600
"""Seconds, of `longest_call`."""


@dataclass(frozen=True, slots=True)
class Counts:
    """Numbers of things that a company has."""

    sip_accounts: int
    registered: int
    """Accounts with at least one phone registered now."""


def counts(actor: Actor) -> Counts:
    """Count what the company has now."""
    accounts = actor.tenant.sip_accounts
    return Counts(accounts.count(), accounts.filter(registrations__isnull=False).distinct().count())


@in_turn
def change_own_tenant(actor: Actor, changes: Mapping[str, Any], *, version: int | None = None) -> Tenant:
    """Change `name`, `language`, `international`, `max_rate` (Decimal, PLN net per minute), `hold_sound`,
    `longest_call` (seconds, whole minutes), `networks` (texts: from where its accounts register and call; none: from
    everywhere), `alert_emails` (a text with commas: who is told when something is wrong) and `monitoring_paused_until`
    (nobody is told before then of accounts that cannot be reached), `sms_max_price` (Decimal, PLN net: of a text
    message), `sms_email` (where messages that come in are mailed; "": nowhere), `sms_night_from` and `sms_night_until`
    ("HH:MM": messages wait from the one to the other; both "": never), `webhook` (where a program is told of accounts
    that cannot be reached; "": nowhere), `webhook_sms` (of text messages, too), `low_balance`
    (Decimal, PLN net: below so much somebody is told; None: nobody) and `second_factor_wanted` (each of its people has
    to set one up; the operator may demand it, too; an owner alone decides it) of the actor's company.

    What is not in `changes` stays. Level and highest price count for accounts that have none of their own. `version`:
    the company's version that the changes were made from; `ChangedMeanwhile` if somebody saved since. Raises
    `InvalidInput`.
    """
    actor.require(Role.MANAGER)
    actor.tenant.refresh_from_db()  # it was read at the door
    if others := set(changes) - set(_OWN):
        raise KeyError(f"not the company's to change: {others}")
    demanded = actor.tenant.second_factor_wanted
    if changes.get("second_factor_wanted", demanded) != demanded:
        actor.require(Role.OWNER)  # it protects the owners' logins, and can keep them out
    require_unchanged(actor.tenant, version)
    wanted = {name: getattr(actor.tenant, name) for name in _OWN} | {"networks": networks(actor.tenant)} | dict(changes)
    wanted["name"] = " ".join(wanted["name"].split())
    wanted["webhook"] = wanted["webhook"].strip()
    wanted["alert_emails"] = tidy_emails(wanted["alert_emails"])
    _check(wanted, actor.tenant)
    for name in changes:
        setattr(actor.tenant, name, wanted[name])
    given = ["webhook_secret"] if give_secret(actor.tenant) else []
    actor.tenant.version += 1
    actor.tenant.save(update_fields=sorted([*changes, *given, "version"]))
    return actor.tenant


def networks(tenant: Tenant) -> list[str]:
    """Return the networks from which the company's accounts register and call; none: from everywhere."""
    return tenant.networks.split(",") if tenant.networks else []


def _check(wanted: dict[str, Any], tenant: Tenant) -> None:
    name: str = wanted["name"]
    problems = ProblemList()
    problems.check(0 < len(name) <= 100, "name", "length", _("Give a name of 1 to 100 characters."))
    problems.check(name.isprintable(), "name", "bad_characters", _("The name must not contain control characters."))
    problems.check(wanted["language"] in ("pl", "en"), "language", "unknown", _("Choose Polish or English."))
    check_level(problems, wanted["international"])
    check_max_rate(problems, wanted["max_rate"])
    _check_hold_sound(problems, wanted["hold_sound"], tenant)
    wanted["networks"] = tidy_networks(problems, "networks", wanted["networks"])
    if wanted["low_balance"] is not None:
        check_amount(problems, "low_balance", wanted["low_balance"], most=MOST_LOW_BALANCE, decimals=2)
    check_webhook(problems, "webhook", wanted["webhook"])
    check_emails(problems, "alert_emails", wanted["alert_emails"])
    paused = "monitoring_paused_until"
    check_pause(problems, paused, wanted[paused], tenant.monitoring_paused_until)
    seconds: int = wanted["longest_call"]
    good = SHORTEST_LIMIT <= seconds <= LONGEST_LIMIT and seconds % 60 == 0
    problems.check(good, "longest_call", "range", _("A call may last from 1 minute to 24 hours, in whole minutes."))
    check_amount(problems, "sms_max_price", wanted["sms_max_price"], most=MOST_SMS_PRICE)
    wanted["sms_email"] = wanted["sms_email"].strip()
    check_email(problems, "sms_email", wanted["sms_email"])
    night = [(name, wanted[name]) for name in ("sms_night_from", "sms_night_until")]
    if any(time for _name, time in night):
        check_night(problems, *night)
    problems.raise_any()


def _check_hold_sound(problems: ProblemList, wanted: str, tenant: Tenant) -> None:
    known = problems.check(wanted in HoldSound.values, "hold_sound", "unknown", _("Choose what is heard on hold."))
    if known and wanted == HoldSound.OWN:
        there = HoldMusic.objects.filter(tenant=tenant).exists()
        problems.check(there, "hold_sound", "no_file", _("There is no own file yet: upload one first."))


def inheriting_accounts(actor: Actor) -> tuple[int, int]:
    """Count the accounts that follow the company's permission level, and the ones that follow its highest price."""
    accounts = actor.tenant.sip_accounts
    return accounts.filter(international=None).count(), accounts.filter(max_rate=None).count()
