"""Facts of calls for an account as it would be after a save that nobody made. Nothing is written or locked."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, assert_never

from centralka.calls.destinations import destination
from centralka.calls.facts import (
    Account,
    CallFacts,
    Condition,
    ForwardTarget,
    IncomingFacts,
    ToExtension,
    ToNobody,
    ToOutside,
    ToVoicemail,
    Unanswered,
)

from .account_columns import ACCOUNT_COLUMNS, account_in
from .facts import call_facts, mailbox_in, outside_as_typed
from .models import Forward, Greeting, SipAccount

_NOT_SAVED = 0
"""In place of the id of an account that is not there yet."""


@dataclass(frozen=True, slots=True)
class Draft:
    """An account with what is to be saved, and its forwards: rows as they would be."""

    account: SipAccount
    forwards: Mapping[Condition, Forward]


def call_facts_for(draft: Draft, *, login: str, now: datetime) -> CallFacts | None:
    """Gather facts as `call_facts` does, where the phone of `login`, a colleague, calls the account."""
    facts = call_facts(login=login, dialled="", now=now)
    return facts and replace(
        facts,
        dialled=draft.account.extension,
        callee=_account(draft.account),
        outside=None,
        unanswered=_unanswered(draft, now),
    )


def incoming_facts_for_draft(draft: Draft, *, number: str, now: datetime) -> IncomingFacts:
    """Gather facts as `incoming_facts` does, for a caller who hides the number. `number`: E.164; "": none."""
    company = draft.account.tenant
    return IncomingFacts(
        tenant_id=company.pk,
        number=number,
        from_number="",
        from_name="",
        callee=_account(draft.account),
        language=company.language,
        trunk="",
        now=now,
        blocked=company.block_reason if company.blocked_at else None,
        longest_call=company.longest_call,
        unanswered=_unanswered(draft, now),
    )


def _account(account: SipAccount) -> Account:
    return account_in(
        {name: getattr(account, name) for name in ACCOUNT_COLUMNS}
        | {"id": account.pk or _NOT_SAVED, "in_browser": False, "fax_login": _fax_login(account)}
    )


def _fax_login(account: SipAccount) -> str | None:
    return account.switch_to_fax.login if account.switch_to_fax else None


def _unanswered(draft: Draft, now: datetime) -> Unanswered:
    account = draft.account
    own_greeting = account.pk is not None and Greeting.objects.filter(sip_account=account).exists()
    return Unanswered(
        forwards={condition: _target(account, forward, now) for condition, forward in draft.forwards.items()},
        return_after=account.return_after,
        mailbox=mailbox_in(account.pk, {**vars(account), "own_greeting": own_greeting}),
    )


def _target(account: SipAccount, forward: Forward, now: datetime) -> ForwardTarget:
    kind = Forward.Kind(forward.kind)
    match kind:
        case Forward.Kind.VOICEMAIL:
            return ToVoicemail()
        case Forward.Kind.EXTENSION:
            return ToExtension(_account(forward.target)) if forward.target else ToNobody()
        case Forward.Kind.EXTERNAL:
            to = destination(forward.external.e164) if forward.external else None
            if forward.external is None or to is None:
                return ToNobody()
            outside = outside_as_typed(account.tenant_id, _calls_outside(account), to, now)
            return ToOutside(forward.external.name, outside)
        case other:
            assert_never(other)


def _calls_outside(account: SipAccount) -> dict[str, Any]:
    """Return what the statement for a saved account reads beside the company's columns."""
    shown = account.caller_id
    return {
        **vars(account),
        "pin_needed": account.outbound_pin_digest != "",
        "caller_id": shown.e164 if shown else None,
        "caller_id_owned": shown is not None and shown.tenant_id == account.tenant_id,
    }
