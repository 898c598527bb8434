"""The block “Advanced options” of an account: where and at what price it may call, whether a PIN is asked for, and who
is told when it cannot be reached."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from centralka.store.models import SipAccount
from centralka.store.pins import digest_of_pin

from ..checks.emails import check_emails, tidy_emails
from ..checks.outside import check_level, check_max_rate
from ..errors import ProblemList
from .saving import put, read

PIN_MIN, PIN_MAX = 4, 10


@dataclass(frozen=True, kw_only=True)
class AdvancedInput:
    """What is wanted; the defaults are those of an empty form."""

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
    monitoring: bool = True
    """Whether somebody is told when it cannot be reached."""
    monitoring_emails: str = ""
    """Whom to tell, with commas; "": the company's addresses."""
    monitoring_paused_until: datetime | None = None
    """Nobody is told before then."""


_OWN = frozenset({"outbound_pin"})
"""Fields that are more than a column of the same name."""


def of(account: SipAccount) -> AdvancedInput:
    """Read the block from the account; the PIN is not known."""
    return AdvancedInput(**read(account, AdvancedInput, _OWN))


def tidied(wanted: AdvancedInput) -> dict[str, Any]:
    """Write what was typed as it is kept."""
    return {"monitoring_emails": tidy_emails(wanted.monitoring_emails)}


def check(problems: ProblemList, wanted: AdvancedInput) -> None:
    """Note what is wrong."""
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


def write(account: SipAccount, wanted: AdvancedInput) -> None:
    """Write the block to the account, which is not saved here. A new PIN opens what wrong PINs had closed."""
    put(account, wanted, AdvancedInput, _OWN)
    if wanted.outbound_pin is not None:
        account.outbound_pin_digest = digest_of_pin(wanted.outbound_pin) if wanted.outbound_pin else ""
        account.outbound_pin_wrong, account.outbound_pin_wrong_since = 0, None
