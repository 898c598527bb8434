"""The voicemail of an account as its form asks for it: on or off, the PIN of the mailbox, where messages are mailed."""

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from centralka.store.models import SipAccount
from centralka.store.pins import digest_of_pin, is_pin

from ..errors import ProblemList

PIN_MIN, PIN_MAX = 3, 10
EMAIL_MAX = 254


@dataclass(frozen=True, slots=True)
class VoicemailChoice:
    """What is wanted; `pin` None: the one there is, if there is one."""

    extension: str
    enabled: bool
    pin: str | None
    email: str


def check_voicemail(problems: ProblemList, wanted: VoicemailChoice, account: SipAccount | None) -> None:
    """Note what is wrong; `account` None: it is a new one."""
    kept = account.voicemail_pin_digest if account else ""
    if wanted.pin is not None:
        _check_new_pin(problems, wanted.pin, wanted.extension)
    elif wanted.enabled:
        _check_kept_pin(problems, kept, wanted.extension)
    problems.check(
        _is_email(wanted.email), "voicemail_email", "malformed", _("This is not an e-mail address, e.g. a@example.pl.")
    )


def write_voicemail(account: SipAccount, wanted: VoicemailChoice) -> None:
    """Put it on the account, which is not saved here. A new PIN opens a mailbox that wrong ones had closed."""
    account.voicemail_enabled, account.voicemail_email = wanted.enabled, wanted.email
    if wanted.pin is not None:
        account.voicemail_pin_digest = digest_of_pin(wanted.pin)
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


def _is_email(text: str) -> bool:
    if len(text) > EMAIL_MAX:
        return False
    try:
        if text:
            validate_email(text)
    except ValidationError:
        return False
    return True
