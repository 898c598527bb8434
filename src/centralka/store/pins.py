"""PINs are kept as keyed digests, and guessing them is slowed down.

Not the slow digest of passwords: a PIN has so few digits that no digest hides it, only the key does (the installation's
secret, which is not in the database); and half a second of work for each guess would hold up everybody's calls.
"""

import re
import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.crypto import constant_time_compare, salted_hmac

from .models import SipAccount

MOST_WRONG = 10
"""So many wrong PINs within an hour close the account's way out for a quarter of an hour, also for the right one."""
_WITHIN = timedelta(hours=1)
_CLOSED_FOR = timedelta(minutes=15)
_PIN = re.compile(r"[0-9]{4,10}")


def digest_of_pin(pin: str) -> str:
    """What is stored: `salt$digest`."""
    salt = secrets.token_hex(8)
    return f"{salt}${_digest(salt, pin)}"


def is_right_outbound_pin(account_id: int, digits: str, now: datetime) -> bool:
    """Whether `digits` is the PIN that the account asks for; False if it has none, or is closed after too many."""
    if not _PIN.fullmatch(digits):
        return False
    with transaction.atomic():
        account = SipAccount.objects.select_for_update(no_key=True).filter(pk=account_id).first()
        if account is None or not account.outbound_pin_digest or _is_closed(account, now):
            return False
        right = is_pin(digits, account.outbound_pin_digest)
        _note(account, right, now)
        return right


def _is_closed(account: SipAccount, now: datetime) -> bool:
    since = account.outbound_pin_wrong_since
    return account.outbound_pin_wrong >= MOST_WRONG and since is not None and now < since + _CLOSED_FOR


def _note(account: SipAccount, right: bool, now: datetime) -> None:
    """Count wrong ones, from the first within the hour on; the last one of too many begins the time of being closed."""
    since, wrong = account.outbound_pin_wrong_since, account.outbound_pin_wrong
    if right:
        wrong, since = 0, None
    elif since is None or now >= since + _WITHIN or wrong >= MOST_WRONG:
        wrong, since = 1, now
    else:
        wrong += 1
        since = now if wrong >= MOST_WRONG else since
    SipAccount.objects.filter(pk=account.pk).update(outbound_pin_wrong=wrong, outbound_pin_wrong_since=since)


def is_pin(pin: str, stored: str) -> bool:
    """Whether `stored` is a digest of `pin`."""
    salt, _sign, digest = stored.partition("$")
    return constant_time_compare(_digest(salt, pin), digest)


def _digest(salt: str, pin: str) -> str:
    return salted_hmac(f"centralka.pin.{salt}", pin, algorithm="sha256").hexdigest()
