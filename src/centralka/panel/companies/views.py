"""Firmy: the companies of this installation. For its operator."""

from secrets import token_hex

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from centralka.actions import money
from centralka.actions import tenants as actions
from centralka.actions.actor import Operator
from centralka.actions.price_lists import price_lists, vat
from centralka.actions.sip_passwords import generate_password
from centralka.store.models import LedgerEntry

from ..doors import operator_page
from ..finance.entries import what_for
from ..forms import error_title
from ..paging import page_of
from .forms import BookingForm, CompanyChangeForm, CompanyForm

PAGE = 50


@require_GET
@operator_page
def companies(request: HttpRequest, operator: Operator) -> HttpResponse:
    """Every company."""
    page = page_of(actions.tenants(operator), request.GET.get("page"), PAGE)
    return render(request, "panel/companies/list.html", {"page": page})


def _judge_owner_too(operator: Operator, form: CompanyForm, password: str) -> None:
    """A company that is refused hides what is wrong with its owner; so ask again for one that is right."""
    right = {"slug": f"x{token_hex(8)}", "name": "x", "language": "pl"}
    form.carry_out(lambda: actions.add_tenant_with_owner(operator, **{**form.wanted(), **right}, password=password))


@operator_page
def company_add(request: HttpRequest, operator: Operator) -> HttpResponse:
    """The form, and after it the owner's first password, shown once."""
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
    """One company: its money with its bookings, and what the operator decided about it."""
    found = actions.tenant(operator, tenant_id)
    page = page_of(money.ledger_of(operator, tenant_id), request.GET.get("page"), PAGE)
    context = {
        "company": found,
        "funds": money.funds(found),
        "vat": vat(),
        "numbers": found.numbers.count(),
        "page": page,
        "bookings": [(entry, what_for(entry)) for entry in page.rows],
    }
    return render(request, "panel/companies/company.html", context)


@operator_page
def company_change(request: HttpRequest, operator: Operator, tenant_id: int) -> HttpResponse:
    """What the operator decides about a company."""
    found = actions.tenant(operator, tenant_id)
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
    """A top-up or a correction; a double click books it once."""
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
