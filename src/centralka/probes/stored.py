"""Look at all that is kept as a whole: it takes a while, so only `centralka check` does."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

from django.conf import settings
from django.db.models import Sum

from centralka.store.models import CallRecord, Fax, JournalPosition, LedgerEntry, Tenant, VoicemailMessage
from centralka.store.realtime import MAILBOXES

from .finding import Finding, Kind, fault, warning

JOURNAL = "engine/log/cel-custom/calls.csv"
_OFFSET_BITS = 40
"""As `switch.journal.files` makes one number of a segment and an offset."""
_SETTLED = timedelta(minutes=10)
_LONGEST_CALL = timedelta(days=1)
_NOTHING = Decimal(0)


def ledger(now: datetime) -> Iterator[Finding]:
    """Find companies whose bookings do not sum to their balance."""
    for tenant in Tenant.objects.order_by("pk").iterator():
        booked = LedgerEntry.objects.filter(tenant=tenant).aggregate(sum=Sum("net"))["sum"] or _NOTHING
        balance = Tenant.objects.values_list("balance", flat=True).get(pk=tenant.pk)
        if booked != balance and not _moved(tenant, booked):
            yield fault(Kind.LEDGER_DIFFERS, company=tenant.name, booked=booked, balance=balance)


def _moved(tenant: Tenant, booked: Decimal) -> bool:
    """Tell whether something was booked between the two questions: then the two agree when they are asked again."""
    again = LedgerEntry.objects.filter(tenant=tenant).aggregate(sum=Sum("net"))["sum"] or _NOTHING
    return again != booked


def recordings(now: datetime) -> Iterator[Finding]:
    """Find messages without their sound, faxes without their pages, and recordings that the database does not have."""
    messages = VoicemailMessage.objects.filter(audio=None, deleted_at=None)
    if count := messages.count():
        yield fault(Kind.MESSAGES_WITHOUT_SOUND, count=count)
    if count := Fax.objects.filter(file=None, pages__gt=0).count():
        yield fault(Kind.FAXES_WITHOUT_FILE, count=count)
    if count := len(_recorded(now) - _known()):
        yield fault(Kind.RECORDINGS_NOT_KEPT, count=count)


def _known() -> set[str]:
    return set(VoicemailMessage.objects.filter(node=settings.NODE).values_list("msg_id", flat=True))


def _recorded(now: datetime) -> set[str]:
    """Return the ids of the messages that the engine has, but for those that have only just come."""
    before = (now - _SETTLED).timestamp()
    boxes = Path(settings.HOME) / "engine/spool/voicemail" / MAILBOXES
    texts = (text for text in boxes.glob("*/*/msg*.txt") if text.stat().st_mtime < before)
    return {f"{settings.NODE}/{name}" for text in texts if (name := _id_in(text))}


def _id_in(text: Path) -> str:
    lines = text.read_text(errors="replace").split("\n")
    return next((line.partition("=")[2].strip() for line in lines if line.startswith("msg_id=")), "")


def journal(now: datetime) -> Iterator[Finding]:
    """Find a journal that is shorter than what was read of it, and calls that nobody will end any more."""
    for one in JournalPosition.objects.filter(node=settings.NODE):
        segment, offset = one.position >> _OFFSET_BITS, one.position & ((1 << _OFFSET_BITS) - 1)
        if offset > _size(segment):
            yield fault(Kind.JOURNAL_LOST, node=one.node)
    left = CallRecord.objects.filter(ended_at__isnull=True, started_at__lt=now - _LONGEST_CALL)
    if count := left.count():
        yield warning(Kind.CALLS_LEFT_OPEN, count=count)


def _size(segment: int) -> int:
    file = Path(settings.HOME) / JOURNAL
    aside = file.with_name(f"{file.name}.{segment}")
    found = aside if aside.exists() else file
    return found.stat().st_size if found.exists() else 0
