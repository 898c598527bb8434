"""The block “Voicemail” of an account: on or off, the PIN of the mailbox, where messages are mailed, which greeting."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from centralka.store.models import SipAccount
from centralka.store.pins import digest_of_pin, is_pin

from ..checks.emails import is_email
from ..errors import ProblemList
from .saving import Case, put, read

PIN_MIN, PIN_MAX = 3, 10


@dataclass(frozen=True, kw_only=True)
class VoicemailInput:
    """The block as it is to be; the defaults are those of an empty form."""

    voicemail_enabled: bool = False
    voicemail_pin: str | None = None
    """3 to 10 digits; None: keep the present PIN; a mailbox that was never on needs one."""
    voicemail_email: str = ""
    """The address to which new messages are mailed; "": none."""
    greeting_on_no_answer: bool = True
    """The account's own greeting, if there is one, is played after no answer and where no phone can be reached."""
    greeting_on_busy: bool = False


_OWN = frozenset({"voicemail_pin"})
"""Fields that are more than a column of the same name."""


def of(account: SipAccount) -> VoicemailInput:
    """Read the block from the account; the PIN is not known."""
    return VoicemailInput(**read(account, VoicemailInput, _OWN))


def tidied(wanted: VoicemailInput) -> dict[str, Any]:
    """Strip white space around what was typed: it means nothing."""
    return {"voicemail_email": wanted.voicemail_email.strip()}


def check(problems: ProblemList, wanted: VoicemailInput, case: Case) -> None:
    """Note what is wrong."""
    if wanted.voicemail_pin is not None:
        _check_new_pin(problems, wanted.voicemail_pin, case.extension)
    elif wanted.voicemail_enabled:
        _check_kept_pin(problems, case.account.voicemail_pin_digest if case.account else "", case.extension)
    problems.check(
        not wanted.voicemail_email or is_email(wanted.voicemail_email),
        "voicemail_email",
        "malformed",
        _("This is not an e-mail address, e.g. a@example.pl."),
    )


def write(account: SipAccount, wanted: VoicemailInput) -> None:
    """Write the block to the account, which is not saved here. A new PIN opens a mailbox that wrong PINs had closed."""
    put(account, wanted, VoicemailInput, _OWN)
    if wanted.voicemail_pin is not None:
        account.voicemail_pin_digest = digest_of_pin(wanted.voicemail_pin)
        account.voicemail_pin_wrong, account.voicemail_pin_wrong_since = 0, None


def _check_new_pin(problems: ProblemList, pin: str, extension: str) -> None:
    if problems.check(
        pin.isascii() and pin.isdigit() and PIN_MIN <= len(pin) <= PIN_MAX,
        "voicemail_pin",
        "malformed",
        _("The PIN of the mailbox has 3 to 10 digits."),
    ):
        _check_not_extension(problems, pin != extension)


def _check_kept_pin(problems: ProblemList, kept: str, extension: str) -> None:
    if problems.check(kept != "", "voicemail_pin", "required", _("Give the mailbox a PIN of 3 to 10 digits.")):
        _check_not_extension(problems, not is_pin(extension, kept))


def _check_not_extension(problems: ProblemList, differs: bool) -> None:
    problems.check(
        differs,
        "voicemail_pin",
        "is_extension",
        _("The PIN must not be the extension: that is the first thing anybody tries."),
    )
