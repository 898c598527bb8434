"""PINs are kept as keyed digests, and guessing them is slowed down.

Not the slow digest of passwords: a PIN has so few digits that no digest hides it, only the key does (the installation's
secret, which is not in the database); and half a second of work for each guess would hold up everybody's calls.
"""

import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.crypto import constant_time_compare, salted_hmac

from centralka.calls.plan import Pin

from .models import SipAccount

MOST_WRONG = 10
"""So many wrong PINs within an hour close what it opens for a quarter of an hour, also for the right one."""
_WITHIN = timedelta(hours=1)
_CLOSED_FOR = timedelta(minutes=15)
_PIN = re.compile(r"[0-9]{3,10}")


def digest_of_pin(pin: str) -> str:
    """Compute what is stored: `salt$digest`."""
    salt = secrets.token_hex(8)
    return f"{salt}${_digest(salt, pin)}"


def is_right_pin(account_id: int, pin: Pin, digits: str, now: datetime) -> bool:
    """Tell whether `digits` is the account's PIN of that kind; False if it has none, or is closed after too many."""
    if not _PIN.fullmatch(digits):
        return False
    with transaction.atomic():
        account = SipAccount.objects.select_for_update(no_key=True).filter(pk=account_id).first()
        kept = _kept(account, pin) if account else None
        if account is None or kept is None or not kept.digest or kept.is_closed(now):
            return False
        right = is_pin(digits, kept.digest)
        _note(account, pin, kept, right, now)
        return right


@dataclass(frozen=True, slots=True)
class _Kept:
    """The stored columns of a PIN."""

    digest: str
    wrong: int
    since: datetime | None

    def is_closed(self, now: datetime) -> bool:
        return self.wrong >= MOST_WRONG and self.since is not None and now < self.since + _CLOSED_FOR


_FIELDS = {Pin.OUTSIDE: "outbound_pin", Pin.MAILBOX: "voicemail_pin"}


def _kept(account: SipAccount, pin: Pin) -> _Kept:
    field = _FIELDS[pin]
    return _Kept(*(getattr(account, f"{field}_{part}") for part in ("digest", "wrong", "wrong_since")))


def _note(account: SipAccount, pin: Pin, kept: _Kept, right: bool, now: datetime) -> None:
    """Count wrong PINs from the first within the hour on; the last PIN that is too many closes the way for a while."""
    since, wrong = kept.since, kept.wrong
    if right:
        wrong, since = 0, None
    elif since is None or now >= since + _WITHIN or wrong >= MOST_WRONG:
        wrong, since = 1, now
    else:
        wrong += 1
        since = now if wrong >= MOST_WRONG else since
    field = _FIELDS[pin]
    noted = {f"{field}_wrong": wrong, f"{field}_wrong_since": since}
    SipAccount.objects.filter(pk=account.pk).update(**noted)


def is_pin(pin: str, stored: str) -> bool:
    """Tell whether `stored` is a digest of `pin`."""
    salt, _sign, digest = stored.partition("$")
    return constant_time_compare(_digest(salt, pin), digest)


def _digest(salt: str, pin: str) -> str:
    return salted_hmac(f"centralka.pin.{salt}", pin, algorithm="sha256").hexdigest()
