"""Tell how the sound between the exchange and an account's phone was encrypted in its last call."""

from dataclasses import dataclass
from datetime import datetime

from centralka.calls.reasons import Why
from centralka.store.models import CallRecord, SipAccount

_LOOK_BACK = 50
"""Calls of the account, answered by somebody. Where it only rang in all of these, nothing is told."""


@dataclass(frozen=True, slots=True)
class LastSound:
    """The sound of the last call that a phone of the account made or took; it may still go on."""

    at: datetime
    """When it was answered."""
    by: str
    """The method, e.g. "DTLS-SRTP"; "" where the sound was plain."""


def last_sound(account: SipAccount) -> LastSound | None:
    """Return how the last call was encrypted; None where there was no call yet, or none with this extension."""
    answered = account.call_records.filter(answered_at__isnull=False).order_by("-started_at", "-id")[:_LOOK_BACK]
    found = next((record for record in answered if _talked(account.extension, record)), None)
    if found is None or found.answered_at is None:
        return None
    return LastSound(found.answered_at, _encryption(account.extension, found))


def _talked(extension: str, record: CallRecord) -> bool:
    calls = record.direction != CallRecord.Direction.IN and record.from_number == extension
    return calls or any(leg.answered and leg.to == extension for leg in record.targets)


def _encryption(extension: str, record: CallRecord) -> str:
    of_phones = (reason.values for reason in record.reasons if reason.why is Why.ENCRYPTED)
    return next((str(values["encryption"]) for values in of_phones if values["who"] == extension), "")
