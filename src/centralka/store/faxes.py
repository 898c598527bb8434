"""Received faxes as the switchboard keeps them: each once, with its mails, in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from centralka.calls.spelling import known_number

from .mail import queue_fax
from .models import Fax, FaxFile, FaxPage, SipAccount

_LONGEST_NAME = 60
_LONGEST_STATION = 20
_AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class ReceivedFax:
    """A fax with its pages, as it came."""

    key: str
    call_id: str
    account_id: int
    caller_number: str
    """An extension, or a public number in any spelling; "" for a caller who hides it."""
    caller_name: str
    station: str
    received_at: datetime
    """Aware."""
    state: Fax.State
    pdf: bytes
    """Empty where no page could be drawn."""
    pictures: Sequence[bytes]
    """PNG, page by page."""
    unreadable: int


def keep_fax(came: ReceivedFax, now: datetime) -> None:
    """Keep a fax and queue its mails, once. The fax of an account that was deleted meanwhile is not kept."""
    with transaction.atomic():
        # Locked, so that two at once do not both add the same fax.
        account = SipAccount.objects.select_for_update(no_key=True).filter(pk=came.account_id).first()
        if account is None or Fax.objects.filter(key=came.key).exists():
            return
        fax = Fax.objects.create(
            sip_account=account,
            key=came.key,
            call_id=came.call_id,
            caller_number=known_number(came.caller_number),
            caller_name=came.caller_name[:_LONGEST_NAME],
            station=came.station[:_LONGEST_STATION],
            received_at=came.received_at,
            pages=len(came.pictures),
            unreadable=came.unreadable,
            state=came.state,
        )
        if came.pdf:
            FaxFile.objects.create(fax=fax, pdf=came.pdf)
        pages = (FaxPage(fax=fax, number=number, png=png) for number, png in enumerate(came.pictures, 1))
        FaxPage.objects.bulk_create(pages, batch_size=_AT_ONCE)
        queue_fax(fax, now)
