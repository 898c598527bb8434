"""Faksy: look at them, download, mail on, delete."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_safe

from centralka.actions import faxes as actions
from centralka.actions.account.fax_accounts import fax_accounts
from centralka.actions.actor import Actor
from centralka.actions.calls import CallFilter, call_records
from centralka.store.models import Fax, Role

from ..doors import tenant_page
from ..forms import error_title
from ..paging import Page, page_of
from ..tables.callers import with_callers
from .forms import FaxFilter, FaxMailForm

PAGE = 25


@require_GET
@tenant_page(Role.MANAGER)
def faxes(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Show all faxes of the company, or of one account; for HTMX only the part that the filter changes."""
    form = FaxFilter(request.GET)
    account = form.wanted(actor)
    found = actions.faxes(actor, account=account.pk if account else None)
    page = Page([], 1, False) if form.errors else page_of(found, request.GET.get("page"), PAGE)
    context = {
        "form": form,
        "page": page,
        "received": with_callers(actor, page.rows),
        "account": account,
        "has_accounts": fax_accounts(actor).exists(),
    }
    part = "#results" if request.headers.get("HX-Request") else ""
    return render(request, f"panel/faxes/list.html{part}", context)


@require_GET
@tenant_page(Role.MANAGER)
def fax(request: HttpRequest, actor: Actor, fax_id: int) -> HttpResponse:
    """Show the pages of a fax."""
    return _shown(request, actor, actions.fax(actor, fax_id), FaxMailForm())


def _shown(request: HttpRequest, actor: Actor, found: Fax, form: FaxMailForm) -> HttpResponse:
    [received] = with_callers(actor, [found])
    context = {
        "fax": found,
        "received": received,
        "numbers": range(1, found.pages + 1),
        "has_call": call_records(actor, CallFilter()).filter(call_id=found.call_id).exists(),
        "form": form,
        "error_title": error_title(form),
    }
    return render(request, "panel/faxes/fax.html", context)


@require_safe
@tenant_page(Role.MANAGER)
def fax_page(request: HttpRequest, actor: Actor, fax_id: int, number: int) -> HttpResponse:
    """Send the picture of a page."""
    return HttpResponse(actions.fax_picture(actor, fax_id, number), content_type="image/png")


@require_safe
@tenant_page(Role.MANAGER)
def fax_pdf(request: HttpRequest, actor: Actor, fax_id: int) -> HttpResponse:
    """Send the PDF, to keep."""
    found = actions.fax(actor, fax_id)
    name = f"{found.sip_account.login}-{timezone.localtime(found.received_at):%Y-%m-%d-%H%M%S}.pdf"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(actions.fax_pdf(actor, fax_id), content_type="application/pdf", headers=headers)


@tenant_page(Role.MANAGER)
def fax_mail(request: HttpRequest, actor: Actor, fax_id: int) -> HttpResponse:
    """Mail a fax to an address; one that is wrong is said beside the field, over the fax."""
    found, form = actions.fax(actor, fax_id), FaxMailForm(request.POST)
    if request.method != "POST":
        return redirect("fax", fax_id)
    if not form.carry_out(lambda: _mailed(actor, fax_id, form)):
        return _shown(request, actor, found, form)
    address = {"address": form.cleaned_data["address"]}
    if settings.SMTP is None:
        messages.warning(
            request, _("The fax for %(address)s is being written to a file: no mail server is set.") % address
        )
    else:
        messages.success(request, _("The fax is on its way to %(address)s.") % address)
    return redirect("fax", fax_id)


def _mailed(actor: Actor, fax_id: int, form: FaxMailForm) -> bool:
    actions.mail_fax(actor, fax_id, form.cleaned_data.get("address", ""))
    return True


@tenant_page(Role.MANAGER)
def fax_delete(request: HttpRequest, actor: Actor, fax_id: int) -> HttpResponse:
    """Ask, then delete."""
    found = actions.fax(actor, fax_id)
    if request.method != "POST":
        [received] = with_callers(actor, [found])
        return render(request, "panel/faxes/delete.html", {"fax": found, "received": received})
    actions.delete_fax(actor, fax_id)
    messages.success(request, _("The fax is deleted."))
    return redirect("faxes")
