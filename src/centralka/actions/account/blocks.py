"""An account as its four blocks together; each has a file, with the same few names."""

from dataclasses import dataclass, fields, replace
from typing import Any

from centralka.store.models import SipAccount

from ..errors import ProblemList
from . import advanced, forwarding, general, voicemail
from .advanced import AdvancedInput
from .forwarding import CheckedForwards, ForwardingInput
from .general import GeneralInput
from .saving import Case
from .voicemail import VoicemailInput


@dataclass(frozen=True, kw_only=True)
class SipAccountInput(GeneralInput, AdvancedInput, VoicemailInput, ForwardingInput):
    """An account as the form or the API wants it. The defaults are those of an empty form."""

    def __repr__(self) -> str:
        return f"SipAccountInput({self.extension!r}, {self.name!r})"  # never the password or a PIN


FIELDS = frozenset(field.name for field in fields(SipAccountInput))
SECRETS = ("password", "outbound_pin", "voicemail_pin")
"""Fields that are kept as digests only."""


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows that an account is to point at."""

    shown: general.Shown
    """Caller ID and sender of messages that people outside see."""
    fax: SipAccount | None
    """The fax account that takes calls over."""
    forwards: CheckedForwards


def current_input(account: SipAccount) -> dict[str, Any]:
    """Return the account as it is, in the words of `SipAccountInput`, without password and PINs, which are not known.

    A forward whose target was deleted counts as none.
    """
    blocks = (general.of(account), advanced.of(account), voicemail.of(account), forwarding.of(account))
    return {name: value for block in blocks for name, value in vars(block).items() if name not in SECRETS}


def tidied(wanted: SipAccountInput) -> SipAccountInput:
    """Strip white space around what was typed: it means nothing."""
    blocks = (general.tidied(wanted), advanced.tidied(wanted), voicemail.tidied(wanted), forwarding.tidied(wanted))
    return replace(wanted, **{name: value for block in blocks for name, value in block.items()})


def check(wanted: SipAccountInput, case: Case) -> Rows:
    """Return the rows that the account is to point at. Raises `InvalidInput` or `Taken` when something is wrong."""
    problems = ProblemList()
    shown = general.check(problems, wanted, case)
    fax = advanced.check(problems, wanted, case)
    voicemail.check(problems, wanted, case)
    forwards = forwarding.check(problems, wanted, case, has_mailbox=wanted.voicemail_enabled)
    problems.raise_any()
    general.check_free(case)
    return Rows(shown, fax, forwards)


def write(account: SipAccount, wanted: SipAccountInput, rows: Rows) -> None:
    """Write all that is wanted to the account, which is not saved here. Its forwards follow once it is
    (`forwarding.write`)."""
    general.write(account, wanted, rows.shown)
    advanced.write(account, wanted, rows.fax)
    voicemail.write(account, wanted)
    forwarding.write(account, wanted)
