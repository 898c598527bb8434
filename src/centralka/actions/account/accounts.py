"""SIP accounts: list, add, change, delete."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from centralka.store import money
from centralka.store.models import Forward, Registration, Role, SipAccount, Tenant
from centralka.store.models.call_record import CallRecordAccount
from centralka.store.pins import is_pin

from ..actor import Actor
from ..checks.search import named, numbered, tidy
from ..errors import NotFound, require_unchanged
from ..prices.charges import Agreement, charge_new_account, charges_for_new_account, require_agreement
from ..request_keys import KeyReused, made_before, note_made
from . import blocks, forwarding, general
from .blocks import FIELDS, SECRETS, SipAccountInput, current_input
from .forwarding import forwards_to
from .passwords import digest_of
from .saving import Case


@dataclass(frozen=True, slots=True)
class Deleted:
    """Numbers and forwards that pointed at an account that was deleted, and lead nowhere from now on."""

    numbers: list[str]
    """Public numbers in E.164."""
    forwards: list[Forward]
    """Forwards of other accounts: their conditions count as empty."""
    switched: list[str]
    """Accounts, as people name them, whose fax calls it took over."""


ORDERS = {"extension": "extension_number", "name": "sort_key", "registered": "absent"}
"""Orders of lists of accounts, and the column behind each."""


def listed(actor: Actor, *, search: str, registered: bool | None, order: str, descending: bool) -> QuerySet[SipAccount]:
    """List the tenant's accounts, perhaps only accounts with a phone registered now, or without, sorted by one of
    `ORDERS`; registered accounts come first."""
    phones = Exists(Registration.objects.filter(sip_account=OuterRef("pk")))
    found = all_accounts(actor, search=search).annotate(absent=~phones)
    if registered is not None:
        found = found.filter(absent=not registered, kind=SipAccount.Kind.VOICE)
    column = ORDERS.get(order, "extension_number")
    return found.order_by(f"-{column}" if descending else column, "extension_number", "id")


def sip_accounts(actor: Actor, *, search: str = "", extension: str = "") -> QuerySet[SipAccount]:
    """Return the tenant's accounts for voice calls, as `all_accounts` does."""
    return all_accounts(actor, search=search, extension=extension).filter(kind=SipAccount.Kind.VOICE)


def all_accounts(actor: Actor, *, search: str = "", extension: str = "") -> QuerySet[SipAccount]:
    """Return the tenant's accounts of every kind by extension, with their registrations, what they do, their forwards
    and greetings (without the sound).

    `search` looks in login, name and extension, and in the number that people outside see.
    """
    now = CallRecordAccount.objects.filter(sip_account=OuterRef("pk"), doing__isnull=False).order_by("-doing")
    found = (
        actor.tenant.sip_accounts.annotate(doing_now=Subquery(now.values("doing")[:1]))
        .select_related("caller_id", "sms_number", "sms_name", "switch_to_fax", "tenant", "greeting", "watch")
        .defer("greeting__wav")
        .prefetch_related(
            Prefetch("registrations", Registration.objects.order_by("since", "id")),
            Prefetch("forwards", Forward.objects.select_related("target", "external")),
        )
    )
    if search := tidy(search):
        found = found.filter(_fits(search))
    if extension:
        found = found.filter(extension=extension.replace("\0", ""))
    return found.order_by("extension_number", "id")


def _fits(search: str) -> Q:
    seen_inside = named("name", search) | named("login", search) | Q(internal_caller_id__contains=search)
    return seen_inside | numbered("caller_id__e164", search)


def sip_account(actor: Actor, account_id: int) -> SipAccount:
    """Return one account of the actor's tenant. Raises `NotFound` for an account of another tenant."""
    try:
        return sip_accounts(actor).get(pk=account_id)
    except (SipAccount.DoesNotExist, OverflowError):
        raise NotFound from None


def locked_sip_account(actor: Actor, account_id: int, kind: SipAccount.Kind = SipAccount.Kind.VOICE) -> SipAccount:
    """Lock one account of that kind of the actor's tenant until the transaction is over. Raises `NotFound`."""
    try:
        return actor.tenant.sip_accounts.select_for_update().get(pk=account_id, kind=kind)
    except (SipAccount.DoesNotExist, OverflowError):
        raise NotFound from None


def add_sip_account(
    actor: Actor,
    wanted: SipAccountInput,
    agreement: Agreement | None = None,
    *,
    request: str = "",
    now: datetime | None = None,
) -> SipAccount:
    """Make an account; from then on its phone can register. What it costs is booked in the same transaction.

    Raises `InvalidInput` with a problem per wrong field, `Taken` when the extension exists; only then `ConsentNeeded`
    when it costs something and there is no `agreement`, and `TooLittleMoney`.

    `request`: a key of the client's, if it has one. The same request with the same key gives the account that it made.
    """
    wanted = blocks.tidied(wanted)

    def checked() -> Write:
        complete = replace(wanted, **general.shown_by_default(wanted, actor.tenant))
        rows = blocks.check(complete, Case(actor.tenant, None, complete.extension, FIELDS))

        def write(account: SipAccount) -> None:
            blocks.write(account, complete, rows)
            forwarding.write_forwards(save_new(account), rows.forwards)

        return write

    order = Order(actor, SipAccount.Kind.VOICE, _content(wanted), agreement, request, now or timezone.now())
    return make_once(order, checked, lambda made: _made_by_request(actor, made, wanted))


Write = Callable[[SipAccount], None]
"""Write what is wanted to a new account, and save it."""


@dataclass(frozen=True, slots=True)
class Order:
    """A new account of some kind that somebody wants."""

    actor: Actor
    kind: SipAccount.Kind
    content: Mapping[str, Any]
    """The request without its secrets."""
    agreement: Agreement | None
    request: str
    now: datetime


def make_once(order: Order, check: Callable[[], Write], made_before_as: Callable[[int], SipAccount]) -> SipAccount:
    """Make an account of whatever kind, and charge it, in one transaction: check, ask for consent, write, book.

    `made_before_as` finds the account that the same request made before, by its id.
    """
    actor = order.actor
    actor.require(Role.MANAGER)
    with transaction.atomic():
        money.lock(actor.tenant.pk)
        if order.request and (made := made_before(actor, order.request, order.content)) is not None:
            return made_before_as(made)
        write = check()
        charges = charges_for_new_account(actor.tenant, order.now)
        require_agreement(actor.tenant, charges, order.agreement)
        account = SipAccount(tenant=actor.tenant, kind=order.kind)
        write(account)
        charge_new_account(actor, account, charges, order.agreement, order.now)
        if order.request:
            note_made(actor, order.request, order.content, account.pk, order.now)
    return account


def _content(wanted: SipAccountInput) -> dict[str, Any]:
    """Return what a request asks for. Its secrets are kept with the account alone, as digests (`_has_secrets`)."""
    return {name: value for name, value in asdict(wanted).items() if name not in SECRETS}


def _made_by_request(actor: Actor, account_id: int, wanted: SipAccountInput) -> SipAccount:
    try:
        account = sip_account(actor, account_id)
    except NotFound:
        raise KeyReused from None  # deleted since
    if not _has_secrets(account, wanted):
        raise KeyReused
    return account


def _has_secrets(account: SipAccount, wanted: SipAccountInput) -> bool:
    """Tell whether the account has the password and the PINs that are wanted, and no others."""
    pins = ((wanted.outbound_pin, account.outbound_pin_digest), (wanted.voicemail_pin, account.voicemail_pin_digest))
    password = digest_of(account.login, wanted.password or "")
    return constant_time_compare(password, account.password_digest) and all(
        is_pin(pin, digest) if pin else not digest for pin, digest in pins
    )


def change_sip_account(
    actor: Actor, account_id: int, changes: Mapping[str, Any], *, version: int | None = None
) -> SipAccount:
    """Change some fields of an account (names as in `SipAccountInput`); counts from the next call on.

    `version`: the account's version that the form was filled from; `ChangedMeanwhile` if somebody saved since.
    """
    actor.require(Role.MANAGER)
    with transaction.atomic():
        if forwarding.asks_for_targets(changes) or "switch_to_fax" in changes:
            money.lock(actor.tenant.pk)
        account = locked_sip_account(actor, account_id)
        require_unchanged(account, version)
        wanted = blocks.tidied(SipAccountInput(**{**current_input(account), **changes}))
        rows = blocks.check(wanted, Case(actor.tenant, account, wanted.extension, changes.keys()))
        login = account.login
        blocks.write(account, wanted, rows)
        account.version += 1
        save(account)
        if account.login != login:
            # Each of its devices knows the old login.
            account.devices.filter(revoked_at=None).update(revoked_at=timezone.now())
        forwarding.write_forwards(account, rows.forwards)
    return sip_account(actor, account.pk)


def delete_sip_account(actor: Actor, account_id: int, kind: SipAccount.Kind = SipAccount.Kind.VOICE) -> Deleted:
    """Remove an account with its messages or faxes: its phones cannot register or call any more; a call in progress
    goes on.

    Returns what pointed at the account and leads nowhere from now on.
    """
    actor.require(Role.MANAGER)
    with transaction.atomic():
        # Nobody chooses it as a target at this moment: saving that locks the company first, too.
        money.lock(actor.tenant.pk)
        account = locked_sip_account(actor, account_id, kind)
        pointing = Deleted(numbers_pointing_at(account), forwards_to(account), switched_to(account))
        account.delete()
    return pointing


def numbers_pointing_at(account: SipAccount) -> list[str]:
    """Return the public numbers (E.164) whose incoming calls ring at this account."""
    return list(account.incoming_numbers.order_by("e164").values_list("e164", flat=True))


def switched_to(account: SipAccount) -> list[str]:
    """Return the accounts whose fax calls this fax account takes over, as people name them."""
    return [str(one) for one in account.switched_from.order_by("extension_number", "id")]


def save(account: SipAccount) -> None:
    """Save the account. The unique index decides between two people who want the same extension at once."""
    try:
        with transaction.atomic():
            account.save()
    except IntegrityError:
        raise general.taken() from None


def save_new(account: SipAccount) -> SipAccount:
    """Save a new account, and remember its extension for the next form."""
    with transaction.atomic():
        save(account)
        Tenant.objects.filter(pk=account.tenant_id).update(last_extension=account.extension)
    account.tenant.last_extension = account.extension
    return account
