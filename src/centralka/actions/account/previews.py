"""Plan calls that nobody made: from outside, and for an account as it would be after a save that nobody made yet."""

from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from typing import assert_never

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from centralka.calls.called_number import Arrival
from centralka.calls.facts import CallFacts, Condition, IncomingFacts
from centralka.calls.outside_caller import OutsideCaller
from centralka.calls.plan import Plan
from centralka.calls.planner import plan_call
from centralka.calls.spelling import parse_number
from centralka.store.drafts import Draft, call_facts_for, incoming_facts_for_draft
from centralka.store.facts import incoming_facts, incoming_facts_for
from centralka.store.models import Role, SipAccount

from ..actor import Actor
from ..errors import InvalidInput, Problem
from . import blocks, general
from .accounts import sip_account
from .blocks import FIELDS, SipAccountInput
from .general import password_problems_for
from .passwords import generate_password
from .saving import Case

_ANY_PIN = "0" * 10
"""Stands in for a mailbox's PIN that is not typed yet; no extension is so long."""


class Caller(StrEnum):
    """The caller in a preview."""

    COLLEAGUE = "colleague"
    OUTSIDE = "outside"


def plan_from_outside(
    actor: Actor, caller: str, dialled: str, at: datetime | None = None
) -> tuple[IncomingFacts, Plan]:
    """Plan a call from outside to `dialled`: one of the company's numbers, or an account by its extension.

    `caller`: a public number in any spelling; "" if it is hidden. Raises `InvalidInput` at `number` or `to`.
    """
    number = parse_number(caller.replace("\0", ""))
    if caller and number is None:
        raise InvalidInput({"number": [Problem("malformed", _("This is not a public number."))]})
    facts = _incoming(actor, number or "", dialled.strip().replace("\0", ""), at or timezone.now())
    return facts, plan_call(facts)


def plan_with_changes(
    actor: Actor,
    account_id: int | None,
    wanted: SipAccountInput,
    caller: Caller | None = None,
    at: datetime | None = None,
) -> tuple[CallFacts | IncomingFacts, Plan]:
    """Plan a call for the account as if it were saved with these changes; None: for a new account.

    The account is checked and written as a save does it, but to no database, so typing never makes a save wait.
    Passwords and PINs that are not typed yet are made up. Raises what `change_sip_account` raises. `caller`:
    None: somebody outside if a public number points at the account, or if it forwards to every colleague, whose own
    calls it could not forward to them; else a colleague. Where there is no colleague it is somebody outside.
    """
    actor.require(Role.MANAGER)
    facts = _facts(_draft(actor, account_id, wanted), caller, at or timezone.now())
    return facts, plan_call(facts)


def has_colleagues(actor: Actor, account_id: int | None) -> bool:
    """Tell whether the company has another account that could call this account."""
    others = actor.tenant.sip_accounts.filter(kind=SipAccount.Kind.VOICE)
    return others.exists() if account_id is None else others.exclude(pk=account_id).exists()


def _incoming(actor: Actor, caller: str, dialled: str, at: datetime) -> IncomingFacts:
    account = actor.tenant.sip_accounts.filter(extension=dialled).first()
    if account:
        return _from_outside(account, caller, at)
    facts = incoming_facts(trunk_id=0, arrival=Arrival(dialled, OutsideCaller(caller)), now=at)
    if facts is None or facts.tenant_id != actor.tenant.pk:
        raise InvalidInput({"to": [Problem("not_owned", _("The company has no such number."))]})
    return facts


def _draft(actor: Actor, account_id: int | None, wanted: SipAccountInput) -> Draft:
    """Return the account as it would be saved."""
    account = sip_account(actor, account_id) if account_id is not None else None
    wanted = blocks.tidied(_with_secrets(actor, account, wanted))
    if account is None:
        wanted = replace(wanted, **general.shown_by_default(wanted, actor.tenant))
    rows = blocks.check(wanted, Case(actor.tenant, account, wanted.extension, FIELDS, holds=False))
    changed = account or SipAccount(tenant=actor.tenant, kind=SipAccount.Kind.VOICE)
    blocks.write(changed, wanted, rows)
    forwards = {Condition(condition): forward for condition, forward in rows.forwards.items() if forward}
    return Draft(changed, forwards)


def _with_secrets(actor: Actor, account: SipAccount | None, wanted: SipAccountInput) -> SipAccountInput:
    """Return the input, with some password and PIN where saving needs one."""
    wanted = replace(wanted, password=None)
    if account is None or wanted.extension.strip() != account.extension:
        wanted = replace(wanted, password=_any_password(actor, wanted))
    return replace(wanted, voicemail_pin=_ANY_PIN) if wanted.voicemail_enabled else wanted


def _any_password(actor: Actor, wanted: SipAccountInput) -> str:
    password = generate_password()
    while password_problems_for(actor.tenant, replace(wanted, password=password)):
        password = generate_password()
    return password


def _facts(draft: Draft, caller: Caller | None, at: datetime) -> CallFacts | IncomingFacts:
    login = _calling(draft, caller)
    found = call_facts_for(draft, login=login, now=at) if login else None
    return found or incoming_facts_for_draft(draft, number=_number_of(draft.account), now=at)


def _calling(draft: Draft, caller: Caller | None) -> str | None:
    """Choose the colleague who calls, if possible one to whom the account does not forward. Returns the login; None:
    somebody outside."""
    account = draft.account
    phones = account.tenant.sip_accounts.filter(kind=SipAccount.Kind.VOICE).exclude(pk=account.pk)
    others = phones.order_by("extension_number").values_list("login", flat=True)
    targets = [forward.target_id for forward in draft.forwards.values() if forward.target_id is not None]
    free = others.exclude(pk__in=targets)
    match caller:
        case Caller.OUTSIDE:
            return None
        case Caller.COLLEAGUE:
            return free.first() or others.first()
        case None:
            return None if _number_of(account) else free.first()
        case _:
            assert_never(caller)


def _number_of(account: SipAccount) -> str:
    """Return the first number (E.164) that points at the account; "": no number does."""
    return (account.pk and account.incoming_numbers.order_by("e164").values_list("e164", flat=True).first()) or ""


def _from_outside(account: SipAccount, caller: str, at: datetime) -> IncomingFacts:
    """Return the facts of a call over the first number that points at the account, or as if a number did."""
    return incoming_facts_for(account_id=account.pk, number=_number_of(account), caller_number=caller, now=at)
