"""Senders of an account's messages. A sender that was taken away sends nothing; nothing is put in its place."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from centralka.calls.spelling import parse_number
from centralka.sms.recipients import is_mobile
from centralka.sms.senders import Mode
from centralka.store.models import Number, SipAccount, SmsName, Tenant

from ..errors import Problem, ProblemList


@dataclass(frozen=True, slots=True)
class SenderChoice:
    """`number` in any spelling with the mode NUMBER, `name` with NAME; else both are empty."""

    mode: Mode = Mode.RANDOM
    number: str = ""
    name: str = ""


RANDOM_SENDER = SenderChoice()


@dataclass(frozen=True, slots=True)
class Sender:
    """The sender of a message. `text`: E.164 or a name; "": a random number of the gateway's."""

    mode: Mode
    text: str = ""


def choice_of(account: SipAccount) -> SenderChoice:
    """Read the choice from an account. A number or name that does not exist any more is told as an empty one."""
    mode = Mode(account.sms_mode)
    number = account.sms_number.e164 if mode is Mode.NUMBER and account.sms_number else ""
    name = account.sms_name.name if mode is Mode.NAME and account.sms_name else ""
    return SenderChoice(mode, number, name)


def own_mobile_numbers(tenant: Tenant) -> list[Number]:
    """Return the company's mobile numbers, in their order."""
    return [number for number in tenant.numbers.order_by("e164", "id") if is_mobile(number.e164)]


def approved_names(tenant: Tenant) -> list[SmsName]:
    """Return the names under which the company can send."""
    return list(tenant.sms_names.filter(state=SmsName.State.APPROVED).order_by("name", "id"))


def checked_sender(problems: ProblemList, tenant: Tenant, wanted: SenderChoice) -> Number | SmsName | None:
    """Return the row behind the choice, and note what is wrong with it."""
    if wanted.mode is Mode.NUMBER:
        return _checked_number(problems, tenant, wanted.number)
    if wanted.mode is Mode.NAME:
        found = tenant.sms_names.filter(name=wanted.name.replace("\0", "")).first()
        good = found is not None and found.state == SmsName.State.APPROVED
        problems.check(good, "sms_sender", "not_approved", _("The operator has not approved this name."))
        return found
    return None


def _checked_number(problems: ProblemList, tenant: Tenant, text: str) -> Number | None:
    e164 = parse_number(text)
    found = tenant.numbers.filter(e164=e164).first() if e164 else None
    if problems.check(found is not None, "sms_sender", "not_owned", _("This number is not one of the company's.")):
        mobile = e164 is not None and is_mobile(e164)
        problems.check(mobile, "sms_sender", "not_mobile", _("Text messages come from mobile numbers only."))
    return found


def write_sender(account: SipAccount, wanted: SenderChoice, found: Number | SmsName | None) -> None:
    """Write the choice to the account, which is not saved here. `found`: what `checked_sender` returned."""
    account.sms_mode = wanted.mode
    account.sms_number = found if isinstance(found, Number) else None
    account.sms_name = found if isinstance(found, SmsName) else None


def sender_of(account: SipAccount) -> Sender | Problem:
    """Return the sender of the account's messages now, or why they cannot go."""
    mode, number, name = Mode(account.sms_mode), account.sms_number, account.sms_name
    if mode is Mode.NUMBER:
        if number is None or number.tenant_id != account.tenant_id:
            return Problem("number_gone", _("The number from which this account sends is not the company's any more."))
        return Sender(mode, number.e164)
    if mode is Mode.NAME:
        if name is None or name.tenant_id != account.tenant_id or name.state != SmsName.State.APPROVED:
            return Problem("name_gone", _("The name under which this account sends is not approved any more."))
        return Sender(mode, name.name)
    return Sender(mode)
