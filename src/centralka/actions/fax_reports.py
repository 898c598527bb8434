"""The report of a sending: what became of the fax at each recipient, as a PDF with the picture of its first page."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal

from django.db.models import Sum
from django.utils import timezone
from django.utils.formats import date_format, localize
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from centralka.calls.spelling import grouped
from centralka.fax.report import Fact, Report, Section, report_pdf
from centralka.store.models import CallRecord, FaxDocument, FaxTry, SentFax, SipAccount

from .actor import Actor
from .external_numbers import saved_names
from .fax_documents import document_picture
from .fax_words import end_in_words
from .reason_words import short_amount
from .sent_faxes import sent, sent_fax


def fax_report(actor: Actor, fax_id: int, now: datetime | None = None) -> bytes:
    """Return the report (PDF) of the sending that a fax belongs to, with all its recipients, as it is now.

    Raises `NotFound` for a fax of another company.
    """
    asked = sent_fax(actor, fax_id)
    faxes = list(sent(actor, batch=asked.batch).order_by("pk"))
    names = names_of(actor, [fax.number for fax in faxes])
    report = Report(
        title=pgettext("of a fax", "Report of sending"),
        facts=_about(actor, asked, now or timezone.now()),
        sections=[Section(_heading(fax.number, names), list(_recipient(actor, fax))) for fax in faxes],
        caption=_("The first page as it was sent"),
        picture=document_picture(actor, asked.document_id, 1),
    )
    return report_pdf(report)


def names_of(actor: Actor, numbers: Sequence[str]) -> dict[str, str]:
    """Return the names that the company knows, by number or extension."""
    accounts = actor.tenant.sip_accounts.filter(extension__in=numbers).values_list("extension", "name")
    return {**dict(accounts), **saved_names(actor, numbers)}


def _heading(number: str, names: dict[str, str]) -> str:
    return f"{grouped(number)} · {names[number]}" if names.get(number) else grouped(number)


def _about(actor: Actor, fax: SentFax, now: datetime) -> list[Fact]:
    wished = [(pgettext("of a fax", "To be sent at"), _moment(fax.send_at))] if fax.send_at else []
    return [
        (_("Company"), actor.tenant.name),
        (_("Document"), f"{fax.document.name} · {_pages(fax.document)}"),
        (_("From the account"), _account(fax.sip_account)),
        (_("Sent by"), fax.by),
        (pgettext("of a fax", "Ordered"), _moment(fax.created_at)),
        *wished,
        (pgettext("of a fax", "State as of"), _moment(now)),
    ]


def _pages(document: FaxDocument) -> str:
    return _("pages: %(count)s") % {"count": document.pages}


def _account(account: SipAccount | None) -> str:
    if account is None:
        return pgettext("account", "deleted")
    named = f"{account.extension} {account.name}"
    is_shown = account.caller_id is not None and not account.caller_id_restricted
    return f"{named} · {grouped(account.caller_id.e164)}" if is_shown and account.caller_id else named


def _recipient(actor: Actor, fax: SentFax) -> Iterator[Fact]:
    tries = list(fax.all_tries.all())
    yield _("State"), fax.get_state_display()
    if fax.reason:
        yield _("How it ended"), end_in_words(fax.reason)
    yield _("Pages confirmed"), _("%(sent)s of %(pages)s") % {"sent": fax.pages_sent, "pages": fax.document.pages}
    if tries:
        yield from _calls(actor, tries)


def _calls(actor: Actor, tries: Sequence[FaxTry]) -> Iterator[Fact]:
    last = tries[-1]
    yield _("Tries"), str(len(tries))
    yield _("The last call"), _from_to(last)
    if last.station:
        yield _("The receiving machine"), last.station
    yield _("Price"), _price(actor, [one.call_id for one in tries])


def _from_to(tried: FaxTry) -> str:
    if tried.ended_at is None:
        return _moment(tried.began_at)
    minutes, seconds = divmod(round((tried.ended_at - tried.began_at).total_seconds()), 60)
    return f"{_moment(tried.began_at)} – {_time(tried.ended_at)} ({minutes}:{seconds:02})"


def _price(actor: Actor, calls: Sequence[str]) -> str:
    """Write what the calls cost so far; a call is charged a moment after its end."""
    found = CallRecord.objects.filter(tenant=actor.tenant, call_id__in=calls)
    paid = found.aggregate(sum=Sum("price"))["sum"]
    if paid is None:
        return (
            pgettext("price", "nothing so far")
            if found.filter(ended_at=None).exists()
            else pgettext("price", "nothing")
        )
    return _("PLN %(amount)s net") % {"amount": localize(short_amount(Decimal(paid)))}


def _moment(when: datetime) -> str:
    return date_format(timezone.localtime(when), "j E Y, H:i:s")


def _time(when: datetime) -> str:
    return date_format(timezone.localtime(when), "H:i:s")
