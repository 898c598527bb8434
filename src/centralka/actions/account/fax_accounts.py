"""Fax accounts: add, change, delete. They have an extension as phones do, but no phone, no password and no login."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from centralka.store.models import Role, SipAccount

from ..actor import Actor
from ..checks.emails import is_email
from ..checks.names import check_name
from ..errors import NotFound, ProblemList, require_unchanged
from ..prices.charges import Agreement
from ..request_keys import KeyReused
from . import accounts
from .accounts import Deleted
from .general import check_extension, check_free, login_of
from .saving import Case

MOST_EMAILS = 10
STATION_MAX = 20
"""Characters (T.30 §5.3.6.2.4)."""
_STATION = frozenset("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz +.-")


@dataclass(frozen=True, kw_only=True)
class FaxAccountInput:
    """A fax account as the form or the API wants it."""

    extension: str
    name: str
    emails: tuple[str, ...] = ()
    """Where each fax is mailed; none: it is in the panel only."""
    station: str = ""
    """The name that the sending machine displays."""


def fax_accounts(actor: Actor, *, search: str = "", extension: str = "") -> QuerySet[SipAccount]:
    """Return the company's fax accounts, by extension."""
    return accounts.all_accounts(actor, search=search, extension=extension).filter(kind=SipAccount.Kind.FAX)


def fax_account(actor: Actor, account_id: int) -> SipAccount:
    """Return one fax account of the actor's company. Raises `NotFound`."""
    try:
        return fax_accounts(actor).get(pk=account_id)
    except (SipAccount.DoesNotExist, OverflowError):
        raise NotFound from None


def current_input(account: SipAccount) -> dict[str, Any]:
    """Return the account as it is, in the words of `FaxAccountInput`."""
    emails = tuple(account.fax_emails.splitlines())
    return {"extension": account.extension, "name": account.name, "emails": emails, "station": account.fax_station}


def add_fax_account(
    actor: Actor,
    wanted: FaxAccountInput,
    agreement: Agreement | None = None,
    *,
    request: str = "",
    now: datetime | None = None,
) -> SipAccount:
    """Make a fax account; from then on its extension, and numbers that point at it, are answered by a fax receiver.

    Its price, `request` and what is raised are those of `accounts.add_sip_account`.
    """
    wanted = _tidied(wanted)

    def checked() -> accounts.Write:
        _check(wanted, Case(actor.tenant, None, wanted.extension, ()))
        return write

    def write(account: SipAccount) -> None:
        _write(account, wanted)
        accounts.save_new(account)

    content = {"kind": SipAccount.Kind.FAX.value, **asdict(wanted)}
    order = accounts.Order(actor, SipAccount.Kind.FAX, content, agreement, request, now or timezone.now())
    return accounts.make_once(order, checked, lambda made: _made_by_request(actor, made))


def _made_by_request(actor: Actor, account_id: int) -> SipAccount:
    try:
        return fax_account(actor, account_id)
    except NotFound:
        raise KeyReused from None  # deleted since


def change_fax_account(
    actor: Actor, account_id: int, changes: Mapping[str, Any], *, version: int | None = None
) -> SipAccount:
    """Change some fields of a fax account (names as in `FaxAccountInput`); counts from the next call on.

    `version`: the account's version that the form was filled from; `ChangedMeanwhile` if somebody saved since.
    """
    actor.require(Role.MANAGER)
    with transaction.atomic():
        account = accounts.locked_sip_account(actor, account_id, SipAccount.Kind.FAX)
        require_unchanged(account, version)
        wanted = _tidied(FaxAccountInput(**{**current_input(account), **changes}))
        _check(wanted, Case(actor.tenant, account, wanted.extension, changes.keys()))
        _write(account, wanted)
        account.version += 1
        accounts.save(account)
    return fax_account(actor, account.pk)


def delete_fax_account(actor: Actor, account_id: int) -> Deleted:
    """Remove a fax account with its faxes. Returns what pointed at it and leads nowhere from now on."""
    return accounts.delete_sip_account(actor, account_id, SipAccount.Kind.FAX)


def _tidied(wanted: FaxAccountInput) -> FaxAccountInput:
    """Strip white space, which means nothing, and addresses that are given twice."""
    emails = dict.fromkeys(filter(None, (email.strip() for email in wanted.emails)))
    return replace(
        wanted,
        extension=wanted.extension.strip(),
        name=" ".join(wanted.name.split()),
        emails=tuple(emails),
        station=" ".join(wanted.station.split()),
    )


def _check(wanted: FaxAccountInput, case: Case) -> None:
    problems = ProblemList()
    check_extension(problems, wanted.extension)
    check_name(problems, wanted.name, _("Give the account a name, e.g. the person's or the room's."))
    check_fax_addresses(problems, "emails", wanted.emails)
    problems.check(
        len(wanted.station) <= STATION_MAX and _STATION.issuperset(wanted.station),
        "station",
        "malformed",
        _("The station identification has up to 20 characters: digits, letters without accents, spaces, + . -"),
    )
    problems.raise_any()
    check_free(case)


def check_fax_addresses(problems: ProblemList, field: str, emails: tuple[str, ...]) -> None:
    """Note what is wrong with addresses to which a fax is to be mailed."""
    problems.check(len(emails) <= MOST_EMAILS, field, "too_many", _("At most 10 addresses, please."))
    wrong = next((email for email in emails if not is_email(email)), None)
    if wrong is not None:
        problems.add(field, "malformed", _("This is not an e-mail address: %(address)s") % {"address": wrong[:60]})


def _write(account: SipAccount, wanted: FaxAccountInput) -> None:
    account.extension, account.name = wanted.extension, wanted.name
    account.login = login_of(account.tenant, wanted.extension)
    account.fax_emails, account.fax_station = "\n".join(wanted.emails), wanted.station
