"""Firmy: the companies of this installation. For its operator."""

from dataclasses import astuple
from secrets import token_hex

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from centralka.actions import money
from centralka.actions.account.passwords import generate_password
from centralka.actions.actor import Operator
from centralka.actions.errors import InUse
from centralka.actions.prices.price_lists import price_lists
from centralka.actions.prices.vat import vat_percent
from centralka.actions.tenants import deletion
from centralka.actions.tenants import tenants as actions
from centralka.actions.tenants.blocks import block, unblock
from centralka.store.models import LedgerEntry

from ..address_form import AddressForm
from ..doors import operator_page
from ..forms import error_title
from ..paging import page_of
from ..questions import question
from ..tables.bookings import what_for
from ..turns import one_after_another
from .export import export
from .forms import BlockForm, BookingForm, CompanyChangeForm, CompanyForm

PAGE = 50


@require_GET
@operator_page
def companies(request: HttpRequest, operator: Operator) -> HttpResponse:
    """List the customers, or the deleted companies; for HTMX only the part that a search changes."""
    search, closed = request.GET.get("search", ""), "closed" in request.GET
    page = page_of(actions.tenants(operator, search=search, closed=closed), request.GET.get("page"), PAGE)
    context = {"page": page, "search": search, "closed": closed, "any_closed": actions.any_closed(operator)}
    part = "#results" if request.headers.get("HX-Request") else ""
    return render(request, f"panel/companies/list.html{part}", context)


def _judge_owner_too(operator: Operator, form: CompanyForm, password: str) -> None:
    """Judge the owner too: a refused company hides what is wrong with its owner, so ask again with a right one."""
    right = {"slug": f"x{token_hex(8)}", "name": "x", "language": "pl"}
    form.carry_out(lambda: actions.add_tenant_with_owner(operator, **{**form.wanted(), **right}, password=password))


@operator_page
def company_add(request: HttpRequest, operator: Operator) -> HttpResponse:
    """Show the form, and after it the owner's first password, once."""
    form = CompanyForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        password = generate_password()
        made = form.carry_out(lambda: actions.add_tenant_with_owner(operator, **form.wanted(), password=password))
        if made:
            company, owner = made
            context = {"company": company, "owner": owner, "password": password}
            return render(request, "panel/companies/added.html", context)
        _judge_owner_too(operator, form, password)
    return render(request, "panel/companies/form.html", {"form": form, "error_title": error_title(form)})


@require_GET
@operator_page
def company(request: HttpRequest, operator: Operator, tenant_id: int) -> HttpResponse:
    """Show one company: its money with its bookings, and what the operator decided about it."""
    found = actions.tenant(operator, tenant_id)
    page = page_of(money.ledger_of(operator, tenant_id), request.GET.get("page"), PAGE)
    context = {
        "company": found,
        "funds": money.funds(found),
        "vat": vat_percent(),
        "numbers": found.numbers.count(),
        "owners": actions.owners(operator, tenant_id),
        "page": page,
        "bookings": [(entry, what_for(entry)) for entry in page.rows],
    }
    return render(request, "panel/companies/company.html", context)


@operator_page
@one_after_another
def company_change(request: HttpRequest, operator: Operator, tenant_id: int) -> HttpResponse:
    """Change what the operator decides about a company."""
    found = actions.customer(operator, tenant_id)
    data = request.POST if request.method == "POST" else None
    form = CompanyChangeForm(data, company=found, price_lists=price_lists(operator))
    if request.method == "POST":
        saved = form.carry_out(lambda: actions.change_tenant(operator, tenant_id, form.changes()))
        if saved:
            messages.success(request, _("Saved: %(company)s. It counts from the next call.") % {"company": saved.name})
            return redirect("company", tenant_id)
    context = {"form": form, "company": found, "error_title": error_title(form)}
    return render(request, "panel/companies/change.html", context)


@operator_page
def company_book(request: HttpRequest, operator: Operator, tenant_id: int) -> HttpResponse:
    """Book a top-up or a correction; a double click books it once."""
    found = actions.tenant(operator, tenant_id)
    form = BookingForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        corrects = request.POST.get("kind") == LedgerEntry.Kind.CORRECTION
        book = money.correct if corrects else money.top_up
        if form.carry_out(lambda: book(operator, tenant_id, **form.wanted())):
            messages.success(request, _("Booked. The balance of %(company)s has changed.") % {"company": found.name})
            return redirect("company", tenant_id)
    context = {"form": form, "company": found, "funds": money.funds(found), "error_title": error_title(form)}
    return render(request, "panel/companies/book.html", context)


@operator_page
@one_after_another
def company_block(request: HttpRequest, operator: Operator, tenant_id: int) -> HttpResponse:
    """Ask for the reason, then block; or change the reason."""
    found = actions.customer(operator, tenant_id)
    form = BlockForm(request.POST if request.method == "POST" else None, initial={"reason": found.block_reason})
    if request.method == "POST":
        blocked = form.carry_out(lambda: block(operator, tenant_id, **form.given(reason="")))
        if blocked:
            said = _("%(company)s is blocked. It counts from the next call.")
            messages.success(request, said % {"company": blocked.name})
            return redirect("company", tenant_id)
    context = {"form": form, "company": found, "error_title": error_title(form)}
    return render(request, "panel/companies/block.html", context)


@require_POST
@operator_page
def company_unblock(request: HttpRequest, operator: Operator, tenant_id: int) -> HttpResponse:
    """Let the company call and change things again."""
    found = unblock(operator, tenant_id)
    messages.success(request, _("%(company)s is not blocked any more.") % {"company": found.name})
    return redirect("company", tenant_id)


@require_GET
@operator_page
def company_export(request: HttpRequest, operator: Operator, tenant_id: int) -> FileResponse:
    """Send everything of the company in one file."""
    found = actions.tenant(operator, tenant_id)
    file = export(operator, found, get_language() or settings.LANGUAGE_CODE, vat_percent())
    name = f"{found.slug}-{timezone.localdate():%Y-%m-%d}.zip"
    return FileResponse(file, as_attachment=True, filename=name, content_type="application/zip")


@operator_page
def company_delete(request: HttpRequest, operator: Operator, tenant_id: int) -> HttpResponse:
    """Say what goes and what stays, ask, then delete."""
    found = actions.customer(operator, tenant_id)
    problem, contents = deletion.no_deletion(operator, tenant_id), deletion.contents(operator, tenant_id)
    asked = question(request, *astuple(contents))
    if asked.answered:
        try:
            deletion.delete_tenant(operator, tenant_id)
        except InUse as refusal:
            problem = refusal.problems["tenant"][0]
        else:
            messages.success(request, _("Deleted: %(company)s.") % {"company": found.name})
            return redirect("companies")
    context = {"company": found, "problem": problem, "contents": contents, "question": asked}
    return render(request, "panel/companies/delete.html", context)


@operator_page
@one_after_another
def owner_email(request: HttpRequest, operator: Operator, tenant_id: int, membership_id: int) -> HttpResponse:
    """Let an owner of a company sign in with another address."""
    found, owner = actions.tenant(operator, tenant_id), actions.owner(operator, tenant_id, membership_id)
    form = AddressForm(request.POST if request.method == "POST" else None, initial={"email": owner.person.email})
    if request.method == "POST":
        changed = form.carry_out(
            lambda: actions.change_owner_address(operator, tenant_id, membership_id, form.cleaned_data.get("email", ""))
        )
        if changed:
            said = {"name": changed.name, "address": changed.email}
            messages.success(request, _("%(name)s signs in as %(address)s from now on.") % said)
            return redirect("company", tenant_id)
    problem = actions.no_owner_address(operator, owner)
    context = {"form": form, "company": found, "member": owner, "problem": problem, "error_title": error_title(form)}
    return render(request, "panel/companies/owner_email.html", context)


@operator_page
def owner_password(request: HttpRequest, operator: Operator, tenant_id: int, membership_id: int) -> HttpResponse:
    """Ask, then give an owner who forgot their password a new first one, shown once."""
    found, owner = actions.tenant(operator, tenant_id), actions.owner(operator, tenant_id, membership_id)
    problem = actions.no_owner_reset(operator, owner)
    context = {"company": found, "member": owner, "problem": problem}
    if request.method == "POST" and problem is None:
        password = generate_password()
        actions.reset_owner_password(operator, tenant_id, membership_id, password)
        return render(request, "panel/companies/owner_password_given.html", context | {"password": password})
    return render(request, "panel/companies/owner_password.html", context)
