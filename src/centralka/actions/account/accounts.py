"""SIP accounts: list, add, change, delete."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext_lazy as _

from centralka.calls.numbers import is_public_short_code, is_well_formed_extension
from centralka.store import money
from centralka.store.models import Forward, Number, Registration, Role, SipAccount, Tenant
from centralka.store.pins import digest_of_pin, is_pin

from ..actor import Actor
from ..checks.caller_ids import CallerIdChoice, checked_caller_id, default_caller_id
from ..checks.names import LONGEST_NAME, check_name
from ..checks.outside import check_level, check_max_rate
from ..checks.search import named, numbered, tidy
from ..errors import ChangedMeanwhile, NotFound, Problem, ProblemList, Taken
from ..prices.charges import Agreement, charge_new_account, charges_for_new_account, require_agreement
from ..request_keys import KeyReused, made_before, note_made
from .forwarding import (
    FORWARD_FIELDS,
    CheckedForwards,
    ForwardChoice,
    ForwardChoices,
    check_own_voicemail,
    check_return_after,
    checked_forwards,
    choices_in,
    current_choices,
    forwards_to,
    tidy_choice,
    write_forwards,
)
from .passwords import digest_of, password_problems
from .voicemail import VoicemailChoice, check_voicemail, write_voicemail

RING_TIMEOUT_MIN, RING_TIMEOUT_MAX = 5, 180
NAME_MAX = LONGEST_NAME
PIN_MIN, PIN_MAX = 4, 10
_SECRETS = ("password", "outbound_pin", "voicemail_pin")
_NOT_COLUMNS = {*_SECRETS, "caller_id", *FORWARD_FIELDS.values()}


@dataclass(frozen=True, slots=True, kw_only=True)
class SipAccountInput:
    """What the form or the API asks an account to be. The defaults are those of an empty form."""

    extension: str
    name: str
    password: str | None = None
    """None: keep the one there is; an account that is added needs one."""
    internal_caller_id: str | None = None
    ring_timeout: int = 30
    call_waiting: bool = True
    caller_id: str | None = None
    """A number of the company's, in any spelling."""
    caller_id_restricted: bool | None = None
    """People outside see no number. None, with no `caller_id`: a new account shows what `default_caller_id` says."""
    international: str | None = None
    """One of `Level`; None: the company's."""
    max_rate: Decimal | None = None
    """PLN net per minute; None: the company's."""
    outbound_pin: str | None = None
    """4 to 10 digits that are asked before a call outside; None: keep what there is, "": none is asked."""
    return_after: int = 30
    """Seconds that the target of a forward rings."""
    forward_no_answer: ForwardChoice | None = None
    """What follows when nobody answers; None: voicemail if it is on, else the call ends. So for the next two."""
    forward_busy: ForwardChoice | None = None
    forward_unavailable: ForwardChoice | None = None
    voicemail_enabled: bool = False
    voicemail_pin: str | None = None
    """3 to 10 digits; None: keep the one there is; a mailbox that was never on needs one."""
    voicemail_email: str = ""
    """Where new messages are mailed; "": nowhere."""
    greeting_on_no_answer: bool = True
    """The own greeting, if there is one, is played after no answer and where no phone can be reached."""
    greeting_on_busy: bool = False

    def __repr__(self) -> str:
        return f"SipAccountInput({self.extension!r}, {self.name!r})"  # never the password or a PIN

    @property
    def voicemail(self) -> VoicemailChoice:
        return VoicemailChoice(self.extension, self.voicemail_enabled, self.voicemail_pin, self.voicemail_email)

    @property
    def forwards(self) -> ForwardChoices:
        return choices_in({field: getattr(self, field) for field in FORWARD_FIELDS.values()})


@dataclass(frozen=True, slots=True)
class Deleted:
    """What pointed at an account that was deleted, and leads nowhere from now on."""

    numbers: list[str]
    """Public numbers in E.164."""
    forwards: list[Forward]
    """Of other accounts: their conditions count as empty."""


@dataclass(frozen=True, slots=True)
class _Checked:
    """The rows that an account is to point at."""

    shown: Number | None
    """The number that people outside see."""
    forwards: CheckedForwards


ORDERS = {"extension": "extension_number", "name": "sort_key", "registered": "absent"}
"""What lists of accounts can be sorted by, and the column behind it."""


def listed(actor: Actor, *, search: str, registered: bool | None, order: str, descending: bool) -> QuerySet[SipAccount]:
    """The tenant's accounts as a list shows them: narrowed to those with a phone registered now, or without, and
    sorted by one of `ORDERS`; registered ones come first."""
    phones = Exists(Registration.objects.filter(sip_account=OuterRef("pk")))
    found = sip_accounts(actor, search=search).annotate(absent=~phones)
    if registered is not None:
        found = found.filter(absent=not registered)
    column = ORDERS.get(order, "extension_number")
    return found.order_by(f"-{column}" if descending else column, "extension_number", "id")


def sip_accounts(actor: Actor, *, search: str = "", extension: str = "", kind: str = "") -> QuerySet[SipAccount]:
    """The tenant's accounts by extension, with their registrations, forwards and greetings (without the sound).

    `search` looks in login, name and extension, and in the number that people outside see.
    """
    found = (
        actor.tenant.sip_accounts.select_related("caller_id", "tenant", "greeting")
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
    if kind:
        found = found.filter(kind=kind.replace("\0", ""))
    return found.order_by("extension_number", "id")


def _fits(search: str) -> Q:
    seen_inside = named("name", search) | named("login", search) | Q(internal_caller_id__contains=search)
    return seen_inside | numbered("caller_id__e164", search)


def sip_account(actor: Actor, account_id: int) -> SipAccount:
    """One account of the actor's tenant; raises `NotFound` for a stranger's."""
    try:
        return sip_accounts(actor).get(pk=account_id)
    except (SipAccount.DoesNotExist, OverflowError):
        raise NotFound from None


def locked_sip_account(actor: Actor, account_id: int) -> SipAccount:
    """One account of the actor's tenant, and nobody else's until the transaction is over; raises `NotFound`."""
    try:
        return actor.tenant.sip_accounts.select_for_update().get(pk=account_id)
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
    actor.require(Role.MANAGER)
    wanted, now = _tidy(wanted), now or timezone.now()
    with transaction.atomic():
        money.lock(actor.tenant.pk)
        if request and (made := made_before(actor, request, _content(wanted))) is not None:
            return _made_by_request(actor, made, wanted)
        presentation = _presentation(wanted) or default_caller_id(actor.tenant)
        checked = _check(actor.tenant, wanted, presentation, None, asked=wanted.forwards)
        charges = charges_for_new_account(actor.tenant, now)
        require_agreement(actor.tenant, charges, agreement)
        account = SipAccount(tenant=actor.tenant, kind=SipAccount.Kind.VOICE)
        _write(account, wanted, presentation, checked.shown)
        account = _save_new(account)
        write_forwards(account, checked.forwards)
        charge_new_account(actor, account, charges, agreement, now)
        if request:
            note_made(actor, request, _content(wanted), account.pk, now)
        return account


def _content(wanted: SipAccountInput) -> dict[str, Any]:
    """What a request asks for; its secrets are kept with the account alone, as digests (`_has_secrets`)."""
    return {name: value for name, value in asdict(wanted).items() if name not in _SECRETS}


def _made_by_request(actor: Actor, account_id: int, wanted: SipAccountInput) -> SipAccount:
    try:
        account = sip_account(actor, account_id)
    except NotFound:
        raise KeyReused from None  # deleted since
    if not _has_secrets(account, wanted):
        raise KeyReused
    return account


def _has_secrets(account: SipAccount, wanted: SipAccountInput) -> bool:
    """Whether the account has the password and the PINs that are wanted, and none that are not."""
    pins = ((wanted.outbound_pin, account.outbound_pin_digest), (wanted.voicemail_pin, account.voicemail_pin_digest))
    password = digest_of(account.login, wanted.password or "")
    return constant_time_compare(password, account.password_digest) and all(
        is_pin(pin, digest) if pin else not digest for pin, digest in pins
    )


def change_sip_account(
    actor: Actor, account_id: int, changes: Mapping[str, Any], *, version: int | None = None
) -> SipAccount:
    """Change some fields of an account (names as in `SipAccountInput`); counts from the next call on.

    `version`: the one that the form was filled from; `ChangedMeanwhile` if somebody saved since.
    """
    actor.require(Role.MANAGER)
    with transaction.atomic():
        if asked := choices_in(changes):
            money.lock(actor.tenant.pk)
        account = locked_sip_account(actor, account_id)
        if version is not None and account.version != version:
            raise ChangedMeanwhile(account)
        wanted = _tidy(SipAccountInput(**{**current_input(account), **changes}))
        presentation = CallerIdChoice(wanted.caller_id, bool(wanted.caller_id_restricted))
        asked = {condition: wanted.forwards[condition] for condition in asked}
        keeps_caller_id = "caller_id" not in changes
        checked = _check(actor.tenant, wanted, presentation, account, asked=asked, keeps_caller_id=keeps_caller_id)
        _write(account, wanted, presentation, checked.shown)
        account.version += 1
        _save(account)
        write_forwards(account, checked.forwards)
    return sip_account(actor, account.pk)


def delete_sip_account(actor: Actor, account_id: int) -> Deleted:
    """Remove an account with its messages: its phones cannot register or call any more; a call in progress goes on.

    Gives what pointed at it and leads nowhere from now on.
    """
    actor.require(Role.MANAGER)
    with transaction.atomic():
        account = locked_sip_account(actor, account_id)  # so that nobody chooses it as a target at this moment
        pointing = Deleted(numbers_pointing_at(account), forwards_to(account))
        account.delete()
    return pointing


def numbers_pointing_at(account: SipAccount) -> list[str]:
    """The public numbers (E.164) whose incoming calls ring at this account."""
    return list(account.incoming_numbers.order_by("e164").values_list("e164", flat=True))


def current_input(account: SipAccount) -> dict[str, Any]:
    """The account as it is, in the words of `SipAccountInput`; password and PINs are not known and stay None.

    A forward whose target was deleted counts as none.
    """
    kept = [field.name for field in fields(SipAccountInput) if field.name not in _NOT_COLUMNS]
    caller_id = account.caller_id.e164 if account.caller_id else None
    return {name: getattr(account, name) for name in kept} | {"caller_id": caller_id} | current_choices(account)


def password_problems_for(tenant: Tenant, wanted: SipAccountInput) -> list[Problem]:
    """What is wrong with the wanted password, judged as saving will judge it."""
    related = (_login(tenant, wanted.extension), wanted.extension, wanted.name, tenant.slug)
    return password_problems(wanted.password or "", related=related)


def _tidy(wanted: SipAccountInput) -> SipAccountInput:
    """White space around what was typed means nothing; an empty presentation means the real extension."""
    return replace(
        wanted,
        extension=wanted.extension.strip(),
        name=" ".join(wanted.name.split()),
        internal_caller_id=(wanted.internal_caller_id or "").strip() or None,
        voicemail_email=wanted.voicemail_email.strip(),
        forward_no_answer=tidy_choice(wanted.forward_no_answer),
        forward_busy=tidy_choice(wanted.forward_busy),
        forward_unavailable=tidy_choice(wanted.forward_unavailable),
    )


def _presentation(wanted: SipAccountInput) -> CallerIdChoice | None:
    """What people outside are to see; None: nothing is said about it."""
    if wanted.caller_id is None and wanted.caller_id_restricted is None:
        return None
    return CallerIdChoice(wanted.caller_id, bool(wanted.caller_id_restricted))


def _check(
    tenant: Tenant,
    wanted: SipAccountInput,
    presentation: CallerIdChoice,
    account: SipAccount | None,
    *,
    asked: ForwardChoices,
    keeps_caller_id: bool = False,
) -> _Checked:
    """Raise what is wrong; give what the account is to point at.

    `asked`: the forwards that somebody asks for; the others are not in question here; each call asks again.
    `keeps_caller_id`: the same for the number that people outside see.
    """
    problems = ProblemList()
    _check_extension(problems, wanted.extension)
    check_name(problems, wanted.name, _("Give the account a name, e.g. the person's or the room's."))
    _check_password(problems, tenant, wanted, account)
    _check_internal_caller_id(problems, wanted.internal_caller_id)
    problems.check(
        RING_TIMEOUT_MIN <= wanted.ring_timeout <= RING_TIMEOUT_MAX,
        "ring_timeout",
        "out_of_range",
        _("The ringing time is from 5 to 180 seconds."),
    )
    _check_outside(problems, wanted)
    forwards = _check_unanswered(problems, tenant, wanted, asked, account)
    number = account.caller_id if account else None
    if not keeps_caller_id:
        number = checked_caller_id(problems, tenant, presentation, account)
    problems.raise_any()
    _check_free(tenant, wanted.extension, account)
    return _Checked(number, forwards)


def _check_unanswered(
    problems: ProblemList, tenant: Tenant, wanted: SipAccountInput, asked: ForwardChoices, account: SipAccount | None
) -> CheckedForwards:
    """Voicemail and forwards."""
    check_voicemail(problems, wanted.voicemail, account)
    check_return_after(problems, wanted.return_after)
    check_own_voicemail(problems, wanted.forwards, enabled=wanted.voicemail_enabled)
    return checked_forwards(problems, tenant, asked, extension=wanted.extension, account=account)


def _check_internal_caller_id(problems: ProblemList, shown: str | None) -> None:
    problems.check(
        shown is None or (shown.isascii() and shown.isdigit() and len(shown) <= 15),
        "internal_caller_id",
        "not_digits",
        _("Give 1 to 15 digits, or leave it empty to show the real extension."),
    )
    problems.check(
        shown is None or not is_public_short_code(shown),
        "internal_caller_id",
        "public_short_code",
        _("This is a public emergency or service number; colleagues who call back would reach it. Choose another."),
    )


def _check_outside(problems: ProblemList, wanted: SipAccountInput) -> None:
    if wanted.international is not None:
        check_level(problems, wanted.international)
    if wanted.max_rate is not None:
        check_max_rate(problems, wanted.max_rate)
    if pin := wanted.outbound_pin:
        problems.check(
            pin.isascii() and pin.isdigit() and PIN_MIN <= len(pin) <= PIN_MAX,
            "outbound_pin",
            "malformed",
            _("A PIN has 4 to 10 digits."),
        )


def _check_extension(problems: ProblemList, extension: str) -> None:
    if problems.check(
        is_well_formed_extension(extension),
        "extension",
        "malformed",
        _("An extension has 2 to 6 digits and does not start with 0."),
    ):
        problems.check(
            not is_public_short_code(extension),
            "extension",
            "public_short_code",
            _("This is a public emergency or service number; it has to stay reachable. Choose another."),
        )


def _check_password(problems: ProblemList, tenant: Tenant, wanted: SipAccountInput, account: SipAccount | None) -> None:
    if wanted.password is not None:
        problems_found = password_problems_for(tenant, wanted)
        for problem in problems_found:
            problems.add("password", problem.code, problem.message)
    elif account is None:
        problems.add("password", "required", _("Type a password or generate one."))
    elif account.extension != wanted.extension:
        # The login is part of the digest, so the old digest is useless for the new login.
        problems.add("password", "required", _("With a new extension the login changes; a new password is needed."))


def _check_free(tenant: Tenant, extension: str, account: SipAccount | None) -> None:
    others = tenant.sip_accounts.filter(extension=extension)
    if account is not None:
        others = others.exclude(pk=account.pk)
    if others.exists():
        raise _taken()


def _taken() -> Taken:
    return Taken({"extension": [Problem("taken", _("This extension exists already."))]})


def _login(tenant: Tenant, extension: str) -> str:
    return f"{tenant.slug}_{extension}"


def _write(account: SipAccount, wanted: SipAccountInput, presentation: CallerIdChoice, shown: Number | None) -> None:
    account.extension = wanted.extension
    account.login = _login(account.tenant, wanted.extension)
    account.name = wanted.name
    account.internal_caller_id = wanted.internal_caller_id
    account.ring_timeout = wanted.ring_timeout
    account.call_waiting = wanted.call_waiting
    account.caller_id, account.caller_id_restricted = shown, presentation.restricted
    account.international, account.max_rate = wanted.international, wanted.max_rate
    account.return_after = wanted.return_after
    account.greeting_on_no_answer, account.greeting_on_busy = wanted.greeting_on_no_answer, wanted.greeting_on_busy
    write_voicemail(account, wanted.voicemail)
    if wanted.password is not None:
        account.password_digest = digest_of(account.login, wanted.password)
    if wanted.outbound_pin is not None:
        account.outbound_pin_digest = digest_of_pin(wanted.outbound_pin) if wanted.outbound_pin else ""
        account.outbound_pin_wrong, account.outbound_pin_wrong_since = 0, None  # opens what wrong ones had closed


def _save(account: SipAccount) -> None:
    """The unique index decides between two people who want the same extension at once."""
    try:
        with transaction.atomic():
            account.save()
    except IntegrityError:
        raise _taken() from None


def _save_new(account: SipAccount) -> SipAccount:
    with transaction.atomic():
        _save(account)
        Tenant.objects.filter(pk=account.tenant_id).update(last_extension=account.extension)
    account.tenant.last_extension = account.extension
    return account
