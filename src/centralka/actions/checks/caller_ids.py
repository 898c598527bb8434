"""The number that people outside see: one of the company's own, or none. Nothing is substituted silently."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from centralka.calls.spelling import parse_number
from centralka.store.models import Number, SipAccount, Tenant

from ..errors import ProblemList


@dataclass(frozen=True, slots=True)
class CallerIdChoice:
    """`number` in any spelling, or `restricted`; neither where nothing was chosen."""

    number: str | None
    restricted: bool


def default_caller_id(tenant: Tenant) -> CallerIdChoice:
    """Return what a new account shows when nothing is said: the company's first number, or nothing if it has none."""
    first = tenant.numbers.order_by("e164").values_list("e164", flat=True).first()
    return CallerIdChoice(first, first is None)


def checked_caller_id(
    problems: ProblemList, tenant: Tenant, choice: CallerIdChoice, account: SipAccount | None
) -> Number | None:
    """Return the chosen number if the company has it, and note in `problems` what is wrong with the choice.

    `account`: the account that is changed; if nothing was ever chosen for it, nothing need be chosen now.
    """
    if choice.number is None:
        problems.check(
            choice.restricted or _never_chosen(account),
            "caller_id",
            "required",
            _("Choose the number that people outside see, or hide it."),
        )
        return None
    e164 = parse_number(choice.number)
    if not problems.check(e164 is not None, "caller_id", "malformed", _("This is not a public number.")):
        return None
    number = tenant.numbers.filter(e164=e164).first()
    problems.check(number is not None, "caller_id", "not_owned", _("This number is not one of the company's."))
    return number


def _never_chosen(account: SipAccount | None) -> bool:
    return account is not None and account.caller_id_id is None and not account.caller_id_restricted
