"""The block “Advanced options” of an account: where and at what price it may call, whether a PIN is asked for, who is
told when it cannot be reached, and what happens to a text message that comes in."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from centralka.store.models import SipAccount
from centralka.store.pins import digest_of_pin

from ..checks.emails import check_emails, tidy_emails
from ..checks.outside import check_level, check_max_rate
from ..checks.times import check_pause
from ..errors import ProblemList
from .saving import Case, put, read

PIN_MIN, PIN_MAX = 4, 10


@dataclass(frozen=True, kw_only=True)
class AdvancedInput:
    """The block as it is to be; the defaults are those of an empty form."""

    international: str | None = None
    """One of `Level`; None: the company's."""
    max_rate: Decimal | None = None
    """PLN net per minute; None: the company's."""
    media_encryption: str = "off"
    """One of `MediaEncryption`."""
    outbound_pin: str | None = None
    """4 to 10 digits to be asked for before a call outside; None: keep the present PIN, "": no PIN."""
    fax_sending: bool = False
    """A call may go over to T.38, the coding of fax machines."""
    switch_to_fax: str | None = None
    """The extension of the fax account that takes over calls whose caller sends the fax tone; None, "": none does."""
    monitoring: bool = True
    """Somebody is told when the account cannot be reached."""
    monitoring_emails: str = ""
    """Addresses that are told, with commas; "": the company's."""
    monitoring_paused_until: datetime | None = None
    """Nobody is told before then."""
    sms_mail: bool = True
    """Text messages that come in for it are mailed."""
    sms_emails: str = ""
    """Addresses that they are mailed to, with commas; "": the company's."""
    sms_phones: bool = True
    """They are handed to its phones."""
    sms_webhook: bool = True
    """The company's program is told of them."""


_OWN = frozenset({"outbound_pin", "switch_to_fax"})
"""Fields that are more than a column of the same name."""


def of(account: SipAccount) -> AdvancedInput:
    """Read the block from the account; the PIN is not known."""
    fax = account.switch_to_fax
    return AdvancedInput(**read(account, AdvancedInput, _OWN), switch_to_fax=fax.extension if fax else None)


def tidied(wanted: AdvancedInput) -> dict[str, Any]:
    """Write what was typed as it is kept."""
    return {
        "monitoring_emails": tidy_emails(wanted.monitoring_emails),
        "sms_emails": tidy_emails(wanted.sms_emails),
        "switch_to_fax": (wanted.switch_to_fax or "").strip() or None,
    }


def check(problems: ProblemList, wanted: AdvancedInput, case: Case) -> SipAccount | None:
    """Note what is wrong. Returns the fax account that is to take calls over."""
    if wanted.international is not None:
        check_level(problems, wanted.international)
    if wanted.max_rate is not None:
        check_max_rate(problems, wanted.max_rate)
    problems.check(
        wanted.media_encryption in SipAccount.MediaEncryption.values,
        "media_encryption",
        "unknown",
        _("Choose whether calls are encrypted."),
    )
    if pin := wanted.outbound_pin:
        problems.check(
            pin.isascii() and pin.isdigit() and PIN_MIN <= len(pin) <= PIN_MAX,
            "outbound_pin",
            "malformed",
            _("A PIN has 4 to 10 digits."),
        )
    check_emails(problems, "monitoring_emails", wanted.monitoring_emails)
    check_emails(problems, "sms_emails", wanted.sms_emails)
    before = case.account.monitoring_paused_until if case.account else None
    check_pause(problems, "monitoring_paused_until", wanted.monitoring_paused_until, before)
    return _checked_fax(problems, wanted, case)


def _checked_fax(problems: ProblemList, wanted: AdvancedInput, case: Case) -> SipAccount | None:
    if case.account and "switch_to_fax" not in case.asked:
        return case.account.switch_to_fax
    if wanted.switch_to_fax is None:
        return None
    own = case.tenant.sip_accounts.filter(kind=SipAccount.Kind.FAX, extension=wanted.switch_to_fax.replace("\0", ""))
    found = (own.select_for_update() if case.holds else own).first()
    problems.check(found is not None, "switch_to_fax", "unknown", _("Choose one of the company's fax accounts."))
    return found


def write(account: SipAccount, wanted: AdvancedInput, fax: SipAccount | None) -> None:
    """Write the block to the account, which is not saved here. A new PIN opens what wrong PINs had closed.

    `fax`: what `check` returned.
    """
    account.switch_to_fax = fax
    put(account, wanted, AdvancedInput, _OWN)
    if wanted.outbound_pin is not None:
        account.outbound_pin_digest = digest_of_pin(wanted.outbound_pin) if wanted.outbound_pin else ""
        account.outbound_pin_wrong, account.outbound_pin_wrong_since = 0, None
