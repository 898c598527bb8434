"""Wyślij faks: upload a document, look at its pages, send it, and see what becomes of it."""

from collections.abc import Sequence
from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_GET, require_POST, require_safe

from centralka.actions import fax_documents, sent_faxes
from centralka.actions.account.accounts import sip_accounts
from centralka.actions.actor import Actor
from centralka.actions.calls import CallFilter, call_records
from centralka.actions.errors import EndedAlready, InvalidInput
from centralka.actions.fax_reports import fax_report, names_of
from centralka.calls.spelling import grouped
from centralka.store.models import FaxDocument, Role, SentFax

from ..doors import tenant_page
from ..forms import error_title
from ..paging import page_of
from .sending_forms import DocumentForm, SendForm

PAGE = 25
_UNDER_WAY = (SentFax.State.DIALLING, SentFax.State.SENDING)
_OVER = (SentFax.State.DONE, SentFax.State.FAILED, SentFax.State.UNKNOWN, SentFax.State.CANCELLED)
_SOON = timedelta(minutes=10)
"""A fax that waits for longer is not watched: a page that is open for days would ask all the time."""


@require_GET
@tenant_page(Role.MANAGER)
def sent(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Show what is sent and was sent; it is shown anew while something goes on."""
    page = page_of(sent_faxes.sent(actor), request.GET.get("page"), PAGE)
    context = {
        "page": page,
        "names": names_of(actor, [fax.number for fax in page.rows]),
        "goes_on": any(_goes_on(fax) for fax in page.rows),
    }
    return render(request, "panel/faxes/sent.html", context)


def _goes_on(fax: SentFax) -> bool:
    waits = fax.state == SentFax.State.QUEUED and fax.next_at < timezone.now() + _SOON
    return waits or fax.state in _UNDER_WAY


@tenant_page(Role.MANAGER)
def fax_new(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Take a document; its pages are shown next."""
    is_sent = request.method == "POST"
    form = DocumentForm(request.POST if is_sent else None, request.FILES if is_sent else None)
    if is_sent and (made := _added(actor, form)):
        return redirect("fax_send", made.pk)
    return render(request, "panel/faxes/new.html", {"form": form, "error_title": error_title(form)})


def _added(actor: Actor, form: DocumentForm) -> FaxDocument | None:
    """Keep the document; None if it cannot be faxed, with the reason beside its field."""
    # Not `carry_out`: drawing the pages takes long, and the database would be locked for all calls meanwhile.
    if not form.is_valid():
        return None
    try:
        return fax_documents.add_document(actor, *form.named_file())
    except InvalidInput as refusal:
        form.add_problems(refusal)
        return None


@tenant_page(Role.MANAGER)
def fax_send(request: HttpRequest, actor: Actor, document_id: int) -> HttpResponse:
    """Show the pages as they will be sent, and ask from which account and to whom."""
    document, is_sent = fax_documents.document(actor, document_id), request.method == "POST"
    form = SendForm(request.POST if is_sent else None, actor=actor, initial=_once_more(request, actor))
    if is_sent:
        key = str(form.data.get("request") or "")
        made = form.carry_out(lambda: sent_faxes.send(actor, form.wanted(document.pk), request=key))
        if made:
            messages.success(request, _said(made))
            return redirect("sent_fax", made[0].pk) if len(made) == 1 else redirect("sent_faxes")
    context = {
        "document": document,
        "form": form,
        "numbers": range(1, document.pages + 1),
        "has_accounts": sip_accounts(actor).exists(),
        "error_title": error_title(form),
    }
    return render(request, "panel/faxes/send.html", context)


def _once_more(request: HttpRequest, actor: Actor) -> dict[str, str]:
    """Fill the form with the number and the account of a fax that is to be sent once more."""
    again = request.GET.get("again", "")
    if not (again.isascii() and again.isdigit()):
        return {}
    fax = sent_faxes.sent_fax(actor, int(again))
    return {"to": grouped(fax.number)} | ({"account": fax.sip_account.extension} if fax.sip_account else {})


def _said(made: Sequence[SentFax]) -> str:
    """Say what was queued."""
    if (at := made[0].send_at) and at > timezone.now():
        said = ngettext("%(count)s fax waits until %(at)s.", "%(count)s faxes wait until %(at)s.", len(made))
        return said % {"count": len(made), "at": date_format(timezone.localtime(at), "j E Y, H:i")}
    said = ngettext("%(count)s fax is on its way.", "%(count)s faxes are on their way.", len(made))
    return said % {"count": len(made)}


@require_safe
@tenant_page(Role.MANAGER)
def fax_document_page(request: HttpRequest, actor: Actor, document_id: int, number: int) -> HttpResponse:
    """Send the picture of a page."""
    return HttpResponse(fax_documents.document_picture(actor, document_id, number), content_type="image/png")


@require_GET
@tenant_page(Role.MANAGER)
def sent_fax(request: HttpRequest, actor: Actor, fax_id: int) -> HttpResponse:
    """Show how far a fax is, try by try, and its pages."""
    found = sent_faxes.sent_fax(actor, fax_id)
    tries = list(found.all_tries.all())
    on_record = call_records(actor, CallFilter()).filter(call_id__in=[one.call_id for one in tries])
    context = {
        "fax": found,
        "name": names_of(actor, [found.number]).get(found.number, ""),
        "tries": tries,
        "over": _OVER,
        "on_record": set(on_record.values_list("call_id", flat=True)),
        "goes_on": _goes_on(found),
        "now_sending": min(found.pages_sent + 1, found.document.pages),
        "numbers": range(1, found.document.pages + 1),
    }
    return render(request, "panel/faxes/sent_fax.html", context)


@require_safe
@tenant_page(Role.MANAGER)
def sent_fax_report(request: HttpRequest, actor: Actor, fax_id: int) -> HttpResponse:
    """Send the report of the sending that the fax belongs to, to keep."""
    found = sent_faxes.sent_fax(actor, fax_id)
    kind = pgettext("file name", "fax-report")
    name = f"{kind}-{timezone.localtime(found.created_at):%Y-%m-%d-%H%M%S}.pdf"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(fax_report(actor, fax_id), content_type="application/pdf", headers=headers)


@require_POST
@tenant_page(Role.MANAGER)
def sent_fax_cancel(request: HttpRequest, actor: Actor, fax_id: int) -> HttpResponse:
    """Call off a fax that waits."""
    actor.require_unblocked()
    try:
        sent_faxes.cancel(actor, fax_id)
        messages.success(request, _("The fax is called off: it is not sent any more."))
    except EndedAlready:
        messages.warning(request, _("The fax does not wait any more; it could not be called off."))
    return redirect("sent_fax", fax_id)
