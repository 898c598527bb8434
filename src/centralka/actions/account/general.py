"""The block “General settings” of an account: its name, extension and password, and what others see when it calls."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from centralka.calls.numbers import is_public_short_code, is_well_formed_extension
from centralka.store.models import Number, SipAccount, SmsName, Tenant

from ..checks.caller_ids import CallerIdChoice, checked_caller_id, default_caller_id
from ..checks.names import LONGEST_NAME, check_name
from ..errors import Problem, ProblemList, Taken
from ..sms.senders import RANDOM_SENDER, SenderChoice, checked_sender, choice_of, write_sender
from .passwords import digest_of, password_problems
from .saving import Case, put, read

RING_TIMEOUT_MIN, RING_TIMEOUT_MAX = 5, 180
NAME_MAX = LONGEST_NAME


@dataclass(frozen=True, kw_only=True)
class GeneralInput:
    """The block as it is to be; the defaults are those of an empty form."""

    extension: str
    name: str
    password: str | None = None
    """None: keep the present password; a new account needs one."""
    internal_caller_id: str | None = None
    ring_timeout: int = 30
    call_waiting: bool = True
    caller_id: str | None = None
    """One of the company's numbers, in any spelling."""
    sms_sender: SenderChoice = RANDOM_SENDER
    """The sender of its text messages."""
    caller_id_restricted: bool | None = None
    """People outside see no number. None, with no `caller_id`: a new account shows what `default_caller_id` says."""


_OWN = frozenset({"password", "caller_id", "caller_id_restricted", "sms_sender"})
"""Fields that are more than a column of the same name."""


def of(account: SipAccount) -> GeneralInput:
    """Read the block from the account; the password is not known."""
    return GeneralInput(
        **read(account, GeneralInput, _OWN),
        sms_sender=choice_of(account),
        caller_id=account.caller_id.e164 if account.caller_id else None,
        caller_id_restricted=account.caller_id_restricted,
    )


def tidied(wanted: GeneralInput) -> dict[str, Any]:
    """Strip white space around what was typed; an empty presentation means the real extension."""
    return {
        "extension": wanted.extension.strip(),
        "name": " ".join(wanted.name.split()),
        "internal_caller_id": (wanted.internal_caller_id or "").strip() or None,
    }


def shown_by_default(wanted: GeneralInput, tenant: Tenant) -> dict[str, Any]:
    """Return what people outside see of a new account if the input says nothing about it; empty if it does."""
    if wanted.caller_id is not None or wanted.caller_id_restricted is not None:
        return {}
    default = default_caller_id(tenant)
    return {"caller_id": default.number, "caller_id_restricted": default.restricted}


@dataclass(frozen=True, slots=True)
class Shown:
    """Caller ID and sender of messages that people outside are to see."""

    caller_id: Number | None
    """When it calls."""
    sms_sender: Number | SmsName | None
    """When it sends a message; None: a random number, or it stays as it is."""


def check(problems: ProblemList, wanted: GeneralInput, case: Case) -> Shown:
    """Note what is wrong. Returns what people outside are to see."""
    check_extension(problems, wanted.extension)
    check_name(problems, wanted.name, _("Give the account a name, e.g. the person's or the room's."))
    _check_password(problems, wanted, case)
    _check_internal_caller_id(problems, wanted.internal_caller_id)
    problems.check(
        RING_TIMEOUT_MIN <= wanted.ring_timeout <= RING_TIMEOUT_MAX,
        "ring_timeout",
        "out_of_range",
        _("The ringing time is from 5 to 180 seconds."),
    )
    return Shown(_checked_caller_id(problems, wanted, case), _checked_sender(problems, wanted, case))


def _checked_caller_id(problems: ProblemList, wanted: GeneralInput, case: Case) -> Number | None:
    if case.account and "caller_id" not in case.asked:
        return case.account.caller_id
    choice = CallerIdChoice(wanted.caller_id, bool(wanted.caller_id_restricted))
    return checked_caller_id(problems, case.tenant, choice, case.account)


def _checked_sender(problems: ProblemList, wanted: GeneralInput, case: Case) -> Number | SmsName | None:
    """Check a sender that is chosen now. One that was taken away since stays chosen, and sends nothing."""
    if case.account and ("sms_sender" not in case.asked or wanted.sms_sender == choice_of(case.account)):
        return case.account.sms_number or case.account.sms_name
    return checked_sender(problems, case.tenant, wanted.sms_sender)


def write(account: SipAccount, wanted: GeneralInput, shown: Shown) -> None:
    """Write the block to the account, which is not saved here. `shown`: what `check` returned."""
    put(account, wanted, GeneralInput, _OWN)
    account.login = login_of(account.tenant, wanted.extension)
    account.caller_id, account.caller_id_restricted = shown.caller_id, bool(wanted.caller_id_restricted)
    write_sender(account, wanted.sms_sender, shown.sms_sender)
    if wanted.password is not None:
        account.password_digest = digest_of(account.login, wanted.password)


def check_free(case: Case) -> None:
    """Raise `Taken` if another account of the company has the extension."""
    others = case.tenant.sip_accounts.filter(extension=case.extension)
    if case.account is not None:
        others = others.exclude(pk=case.account.pk)
    if others.exists():
        raise taken()


def taken() -> Taken:
    """Return the error for an extension that another account has."""
    return Taken({"extension": [Problem("taken", _("This extension exists already."))]})


def password_problems_for(tenant: Tenant, wanted: GeneralInput) -> list[Problem]:
    """Tell what is wrong with the wanted password, judged as saving will judge it."""
    related = (login_of(tenant, wanted.extension), wanted.extension, wanted.name, tenant.slug)
    return password_problems(wanted.password or "", related=related)


def login_of(tenant: Tenant, extension: str) -> str:
    """Return the login of the account with that extension."""
    return f"{tenant.slug}_{extension}"


def check_extension(problems: ProblemList, extension: str) -> None:
    """Note what is wrong with an extension."""
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


def _check_password(problems: ProblemList, wanted: GeneralInput, case: Case) -> None:
    if wanted.password is not None:
        for problem in password_problems_for(case.tenant, wanted):
            problems.add("password", problem.code, problem.message)
    elif case.account is None:
        problems.add("password", "required", _("Type a password or generate one."))
    elif case.account.extension != wanted.extension:
        # The login is part of the digest, so the old digest is useless for the new login.
        problems.add("password", "required", _("With a new extension the login changes; a new password is needed."))


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
