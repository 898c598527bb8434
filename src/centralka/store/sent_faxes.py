"""Faxes on their way out: each step of a try is one conditional change, so that no page goes out twice.

A try is claimed before the engine is asked for anything. The engine's call is let through only while its try waits for
it, and pages are sent only after the try says so: a try that does not say so has certainly sent none.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F

from centralka.calls.fax_sending import BETWEEN_TRIES, FaxEnd, is_repeated

from .models import FaxDocument, FaxDocumentFile, FaxDocumentPage, FaxTry, SentFax, Tenant
from .statements import moment, rows_of

_STATE_AFTER = {FaxEnd.DONE: SentFax.State.DONE, FaxEnd.UNKNOWN: SentFax.State.UNKNOWN}
_GOING_ON = [SentFax.State.DIALLING, SentFax.State.SENDING]
STATION_MAX = FaxTry._meta.get_field("station").max_length
_AT_ONCE = 50
_WAITS = """
SELECT EXISTS (SELECT 1 FROM fax_try WHERE node = %s AND NOT (state = 'ended'))
    OR EXISTS (SELECT 1 FROM sent_fax WHERE state = 'queued')
"""
_HAS_WORK = """
SELECT EXISTS (SELECT 1 FROM fax_try WHERE node = %s AND NOT (state = 'ended'))
    OR EXISTS (SELECT 1 FROM sent_fax WHERE state = 'queued' AND next_at <= %s)
"""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A fax that this engine is to send now."""

    try_id: int
    login: str
    call_id: str
    tiff: bytes


@dataclass(frozen=True, slots=True)
class Placing:
    """The facts that a call needs of its fax."""

    login: str
    number: str


@dataclass(frozen=True, slots=True)
class OpenTry:
    """A try that has not ended."""

    try_id: int
    call_id: str
    began_at: datetime
    was_answered: bool
    pages_sent: int


@dataclass(frozen=True, slots=True)
class AboutSending:
    """The facts that the sending of the pages needs."""

    pages: int
    station: str
    """Our name for ourselves: the number that the account shows, without a plus; its extension where it shows none."""


def keep_document(
    tenant: Tenant, name: str, tiff: bytes, pictures: Sequence[bytes], by: str, now: datetime
) -> FaxDocument:
    """Keep an uploaded document with its pages."""
    with transaction.atomic():
        made = FaxDocument.objects.create(tenant=tenant, name=name, pages=len(pictures), by=by, created_at=now)
        FaxDocumentFile.objects.create(document=made, tiff=tiff)
        pages = (FaxDocumentPage(document=made, number=number, png=png) for number, png in enumerate(pictures, 1))
        FaxDocumentPage.objects.bulk_create(pages, batch_size=_AT_ONCE)
    return made


def waits(node: str) -> bool:
    """Tell whether a try of this engine goes on, or any fax waits for one, due or not."""
    ((found,),) = rows_of(_WAITS, [node])
    return bool(found)


def has_work(node: str, now: datetime) -> bool:
    """Tell whether a fax is due, or a try of this engine goes on. One statement, as it is asked often."""
    ((found,),) = rows_of(_HAS_WORK, [node, moment(now)])
    return bool(found)


def claim(node: str, now: datetime, at_once: int) -> Claimed | None:
    """Take the fax that has been due for longest; None: there is none, or `at_once` of this engine go on already."""
    with transaction.atomic():
        if FaxTry.objects.filter(node=node).exclude(state=FaxTry.State.ENDED).count() >= at_once:
            return None
        due = SentFax.objects.filter(state=SentFax.State.QUEUED, next_at__lte=now).order_by("next_at", "pk").first()
        if due is None or not _moved(
            due.pk, [SentFax.State.QUEUED], state=SentFax.State.DIALLING, tries=F("tries") + 1
        ):
            return None
        fax = SentFax.objects.select_related("sip_account", "document__file").get(pk=due.pk)
        call_id = f"{node}-fax-{fax.pk}-{fax.tries}"
        made = FaxTry.objects.create(fax=fax, number=fax.tries, node=node, call_id=call_id, began_at=now)
    if fax.sip_account is None:  # deleted since
        end_try(made.pk, FaxEnd.REFUSED, 0, now)
        return None
    return Claimed(made.pk, fax.sip_account.login, call_id, bytes(fax.document.file.tiff))


def place(try_id: int) -> Placing | None:
    """Let the engine's call of a try through, once; None for one that is not waited for any more."""
    if not _stepped(try_id, FaxTry.State.CLAIMED, FaxTry.State.CALLING):
        return None
    fax = SentFax.objects.select_related("sip_account").get(all_tries=try_id)
    return Placing(fax.sip_account.login, fax.number) if fax.sip_account else None


def begin_sending(try_id: int) -> bool:
    """Note that somebody answered: only after that, and only if this is true, pages may be sent."""
    with transaction.atomic():
        if not _stepped(try_id, FaxTry.State.CALLING, FaxTry.State.SENDING):
            return False
        _moved(_fax_of(try_id), _GOING_ON, state=SentFax.State.SENDING, pages_sent=0)
    return True


def about_sending(try_id: int) -> AboutSending:
    """Return what the sending of a try's pages needs to know."""
    fax = SentFax.objects.select_related("document", "sip_account__caller_id").get(all_tries=try_id)
    account = fax.sip_account
    if account is None or account.caller_id_restricted:
        return AboutSending(fax.document.pages, "")
    shown = account.caller_id.e164 if account.caller_id else account.extension
    return AboutSending(fax.document.pages, shown.removeprefix("+"))


def note_pages(try_id: int, pages: int) -> None:
    """Note how many pages have been sent so far, for people who watch."""
    if FaxTry.objects.filter(pk=try_id, state=FaxTry.State.SENDING, pages_sent__lt=pages).update(pages_sent=pages):
        _moved(_fax_of(try_id), _GOING_ON, pages_sent=pages)


def end_try(try_id: int, end: FaxEnd, pages: int, now: datetime, station: str = "") -> bool:
    """End a try, and queue the fax again where that helps. False: it had ended already.

    `station`: how the receiving machine calls itself.
    """
    with transaction.atomic():
        open_one = FaxTry.objects.filter(pk=try_id).exclude(state=FaxTry.State.ENDED)
        ended = {
            "state": FaxTry.State.ENDED,
            "reason": end,
            "pages_sent": pages,
            "ended_at": now,
            "station": station[:STATION_MAX],
        }
        if not open_one.update(**ended):
            return False
        fax = SentFax.objects.get(all_tries=try_id)
        told = {"reason": end, "pages_sent": pages}
        if is_repeated(end, fax.tries):
            _moved(fax.pk, _GOING_ON, state=SentFax.State.QUEUED, next_at=now + BETWEEN_TRIES, **told)
        else:
            state = _STATE_AFTER.get(end, SentFax.State.FAILED)
            _moved(fax.pk, _GOING_ON, state=state, ended_at=now, **told)
    return True


def open_tries(node: str) -> list[OpenTry]:
    """Return the tries of an engine that have not ended."""
    found = FaxTry.objects.filter(node=node).exclude(state=FaxTry.State.ENDED).order_by("pk")
    return [
        OpenTry(one.pk, one.call_id, one.began_at, one.state == FaxTry.State.SENDING, one.pages_sent) for one in found
    ]


def cancel(fax_id: int, now: datetime) -> bool:
    """Cancel a fax that waits. False: it does not."""
    return _moved(fax_id, [SentFax.State.QUEUED], state=SentFax.State.CANCELLED, ended_at=now)


def _moved(fax_id: int, states: Sequence[str], **changes: object) -> bool:
    return SentFax.objects.filter(pk=fax_id, state__in=states).update(**changes) == 1


def _stepped(try_id: int, before: str, after: str) -> bool:
    return FaxTry.objects.filter(pk=try_id, state=before).update(state=after) == 1


def _fax_of(try_id: int) -> int:
    return FaxTry.objects.values_list("fax_id", flat=True).get(pk=try_id)
