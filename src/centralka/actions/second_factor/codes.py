"""Codes of an app (TOTP, RFC 6238) and recovery codes: made, checked, each taken once."""

import base64
import secrets
from datetime import datetime, timedelta
from urllib.parse import quote

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from django.db import transaction
from django.utils.crypto import constant_time_compare, salted_hmac

from centralka.store.models import AuditEntry, Person, RecoveryCode, SecondFactor
from centralka.store.models.panel_session import SignedInBy
from centralka.store.sealed import Unreadable, seal, unseal
from centralka.store.sign_ins import note_of_person

DIGITS = 6
STEP = 30
"""Seconds of one code."""
_DRIFT = 1
"""So many codes before and after the present one are taken: clocks of telephones are not exact."""
RECOVERY_CODES = 10
MOST_WRONG = 10
CLOSED_FOR = timedelta(minutes=15)
"""After `MOST_WRONG` wrong codes no code at all is taken for so long, not even a right one."""
_SEALED_FOR = "totp"
_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Without what looks alike: I, O, 0 and 1."""


def new_secret() -> bytes:
    """Make a secret of 160 bits, as RFC 4226 (4) recommends."""
    return secrets.token_bytes(20)


def secret_in_words(secret: bytes) -> str:
    """Write a secret as apps take it by hand."""
    return base64.b32encode(secret).decode()


def app_address(secret: bytes, person: Person) -> str:
    """Return what stands in the QR code."""
    label = f"Centralka:{person.email}"
    return f"otpauth://totp/{quote(label)}?secret={secret_in_words(secret)}&issuer=Centralka"


def step_of(secret: bytes, code: str, now: datetime) -> int | None:
    """Return the interval whose code this is, near now; None for a wrong code."""
    present = int(now.timestamp()) // STEP
    totp = TOTP(secret, DIGITS, SHA1(), STEP, enforce_key_length=False)  # noqa: S303 (what apps know; RFC 6238)
    found = [
        step
        for step in range(present - _DRIFT, present + _DRIFT + 1)
        if constant_time_compare(totp.generate(step * STEP).decode(), code)
    ]
    return max(found, default=None)


def sealed_secret(secret: bytes) -> str:
    """Write a secret as it is kept."""
    return seal(secret, _SEALED_FOR)


def take_code(person: Person, typed: str, now: datetime) -> SignedInBy | None:
    """Take a code of the app or a recovery code, and return which it was.

    None: it is wrong, was taken before, or too many wrong ones came.
    """
    code = "".join(typed.split()).replace("-", "").upper()
    with transaction.atomic():
        factor = SecondFactor.objects.select_for_update().filter(person=person).first()
        if factor is None or is_closed(factor, now):
            return None
        by = SignedInBy.APP if code.isdigit() and len(code) == DIGITS else SignedInBy.RECOVERY_CODE
        good = _take_totp(factor, code, now) if by == SignedInBy.APP else _take_recovery(person, code)
        _count(factor, now, good=good)
    return by if good else None


def is_closed(factor: SecondFactor, now: datetime) -> bool:
    """Tell whether too many wrong codes came."""
    return factor.wrong >= MOST_WRONG and factor.wrong_since is not None and now < factor.wrong_since + CLOSED_FOR


def new_recovery_codes(person: Person) -> list[str]:
    """Make recovery codes in place of those of before. They are shown this once."""
    codes = ["".join(secrets.choice(_ALPHABET) for _sign in range(10)) for _code in range(RECOVERY_CODES)]
    with transaction.atomic():
        RecoveryCode.objects.filter(person=person).delete()
        RecoveryCode.objects.bulk_create(RecoveryCode(person=person, digest=_digest(person, code)) for code in codes)
        _note(AuditEntry.Did.ADDED, person)
    return [f"{code[:5]}-{code[5:]}" for code in codes]


def recovery_codes_left(person: Person) -> int:
    """Count the recovery codes that are good still."""
    return RecoveryCode.objects.filter(person=person).count()


def _take_totp(factor: SecondFactor, code: str, now: datetime) -> bool:
    if not factor.totp_secret:
        return False
    try:
        secret = unseal(factor.totp_secret, _SEALED_FOR)
    except Unreadable:
        return False  # another key: the second factor has to be reset
    step = step_of(secret, code, now)
    if step is None or step <= factor.totp_step:
        return False
    SecondFactor.objects.filter(pk=factor.pk).update(totp_step=step)
    return True


def _take_recovery(person: Person, code: str) -> bool:
    gone = RecoveryCode.objects.filter(person=person, digest=_digest(person, code)).delete()[0]
    if gone:
        _note(AuditEntry.Did.REMOVED, person)
    return bool(gone)


def _count(factor: SecondFactor, now: datetime, *, good: bool) -> None:
    row = SecondFactor.objects.filter(pk=factor.pk)
    if good:
        row.update(wrong=0, wrong_since=None)
    elif factor.wrong_since is None or now >= factor.wrong_since + CLOSED_FOR:
        row.update(wrong=1, wrong_since=now)
    else:
        wrong = factor.wrong + 1
        row.update(wrong=wrong, wrong_since=now if wrong >= MOST_WRONG else factor.wrong_since)


def _digest(person: Person, code: str) -> str:
    return salted_hmac("centralka.recovery_code", f"{person.pk}:{code}", algorithm="sha256").hexdigest()


def _note(did: AuditEntry.Did, person: Person) -> None:
    note_of_person(person, did, "recovery_code")
